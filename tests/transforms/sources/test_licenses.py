"""License names to SPDX identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sources.licenses import spdx_license, spdx_url


@pytest.mark.parametrize(
    ("stated", "identifier"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-sa-3.0", "CC-BY-SA-3.0"),
        ("CC BY-NC-SA 4.0 License", "CC-BY-NC-SA-4.0"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
        ("Creative Commons Attribution-ShareAlike 4.0 International License", "CC-BY-SA-4.0"),
        ("Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)", "CC-BY-NC-4.0"),
        ("https://creativecommons.org/licenses/by-nd/4.0/", "CC-BY-ND-4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("cc0-1.0", "CC0-1.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("apache-2.0", "Apache-2.0"),
        ("The MIT License", "MIT"),
        ("mit", "MIT"),
        ("BSD 2-Clause", "BSD-2-Clause"),
        ("AFL 3.0", "AFL-3.0"),
        ("CDLA Permissive 2.0", "CDLA-Permissive-2.0"),
        ("GPLv3", "GPLv3"),
        ("GPL v3", "GPL-3.0-only"),
        ("odc-by", "ODC-By-1.0"),
        ("CC BY-SA", "CC BY-SA"),
        ("Apache", "Apache"),
        ("Public Domain", "Public Domain"),
        (" Quora Terms of Service ", "Quora Terms of Service"),
        ("Unknown", "Unknown"),
        ("unknown license", "Unknown"),
        ("N/A", "Unknown"),
        ("", "Unknown"),
        (None, "Unknown"),
        ([], "Unknown"),
        (3, "Unknown"),
        (["CC BY-SA 4.0", "Apache 2.0", "apache-2.0"], "CC-BY-SA-4.0, Apache-2.0"),
        (["MIT", None, "Unknown"], "MIT, Unknown"),
    ],
)
def test_spdx(stated: object, identifier: str) -> None:
    assert spdx_license(stated) == identifier


@given(st.text())
def test_any_text_is_mapped_or_kept(text: str) -> None:
    identifier = spdx_license(text)
    assert identifier
    assert spdx_license(identifier) == identifier


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("MIT", "https://spdx.org/licenses/MIT"),
        ("CC-BY-NC-SA-4.0", "https://spdx.org/licenses/CC-BY-NC-SA-4.0"),
        ("mit", None),
        ("CC BY-SA", None),
        ("Unknown", None),
        ("", None),
    ],
)
def test_identifiers_have_a_page(name: str, url: str | None) -> None:
    assert spdx_url(name) == url
