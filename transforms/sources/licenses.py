"""Map license names of data sets to SPDX identifiers (https://spdx.org/licenses, 3.27).

A name without an identifier, or without a version ("CC BY-SA"), is not changed, so that a recipe
can still allow or deny it.
"""

import re
from functools import lru_cache

UNKNOWN = "Unknown"
_CREATIVE_COMMONS = ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
_CREATIVE_COMMONS_VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")
_SPELLED_OUT = (
    ("attribution", "by"),
    ("non commercial", "nc"),
    ("noncommercial", "nc"),
    ("share alike", "sa"),
    ("sharealike", "sa"),
    ("no derivatives", "nd"),
    ("noderivatives", "nd"),
    ("noderivs", "nd"),
    ("creative commons", "cc"),
    ("deed", ""),
    ("international", ""),
    ("unported", ""),
    ("generic", ""),
    ("licence", ""),
    ("license", ""),
    ("version", ""),
    ("the", ""),
)
# Identifier: other spellings that occur.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "0BSD": (),
    "AFL-3.0": ("academic free 3.0",),
    "AGPL-3.0-only": ("agpl 3.0", "agpl v3"),
    "Apache-2.0": ("apache 2", "asl 2.0"),
    "Artistic-2.0": (),
    "BSD-2-Clause": ("bsd 2", "simplified bsd"),
    "BSD-3-Clause": ("bsd 3", "new bsd", "modified bsd"),
    "BSL-1.0": ("boost 1.0",),
    "C-UDA-1.0": ("c uda",),
    "CC0-1.0": ("cc0", "cc zero", "cc 0", "cc0 1.0 universal", "cc cc0 1.0 universal"),
    "CDLA-Permissive-1.0": ("community data agreement permissive 1.0",),
    "CDLA-Permissive-2.0": ("community data agreement permissive 2.0",),
    "CDLA-Sharing-1.0": ("community data agreement sharing 1.0",),
    "ECL-2.0": (),
    "EPL-1.0": (),
    "EPL-2.0": (),
    "EUPL-1.1": (),
    "EUPL-1.2": (),
    "etalab-2.0": (),
    "GFDL-1.3-only": ("gfdl 1.3",),
    "GPL-2.0-only": ("gpl 2.0", "gpl v2", "gnu gpl v2"),
    "GPL-3.0-only": ("gpl 3.0", "gpl v3", "gnu gpl v3", "gnu general public v3.0"),
    "ISC": (),
    "LGPL-2.1-only": ("lgpl 2.1",),
    "LGPL-3.0-only": ("lgpl 3.0", "lgpl v3"),
    "MIT": ("expat",),
    "MIT-0": (),
    "MPL-2.0": ("mozilla public 2.0",),
    "MS-PL": ("microsoft public",),
    "NCSA": (),
    "ODbL-1.0": ("odbl", "open database", "open data commons open database 1.0"),
    "ODC-By-1.0": ("odc by", "open data commons by", "open data commons by 1.0"),
    "OFL-1.1": (),
    "PDDL-1.0": ("pddl", "open data commons public domain dedication and"),
    "PostgreSQL": (),
    "Unlicense": (),
    "WTFPL": (),
    "Zlib": (),
}
_NOT_STATED = ("", "unknown", "none", "n a", "na", "null", "not stated", "unspecified", "tbd")
_CREATIVE_COMMONS_URL = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)"
)


def _key(name: str) -> str:
    """Remove case, punctuation and filler: "CC BY 4.0 License" → "cc by 4.0"."""
    text = re.sub(r"[^a-z0-9.]+", " ", name.lower())
    text = re.sub(r"\bv(?:er(?:sion)?)?\.?\s*(?=\d)", "", text)
    for words, short in _SPELLED_OUT:
        text = re.sub(rf"\b{words}\b", short, text)
    return " ".join(text.split())


def _table() -> dict[str, str]:
    table = {}
    for terms in _CREATIVE_COMMONS:
        for version in _CREATIVE_COMMONS_VERSIONS:
            identifier = f"CC-{terms}-{version}"
            table[_key(identifier)] = identifier
            table[_key(f"{identifier} CC {terms} {version}")] = identifier
            # "Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)"
            table[_key(f"{terms} {version} CC {terms} {version}")] = identifier
    for identifier, spellings in _SPELLINGS.items():
        for spelling in (identifier, *spellings):
            table[_key(spelling)] = identifier
    return table | dict.fromkeys(_NOT_STATED, UNKNOWN)


_IDENTIFIERS = _table()
_SPDX = {*_IDENTIFIERS.values()} - {UNKNOWN}


@lru_cache(maxsize=4096)
def _identifier(name: str) -> str:
    if url := _CREATIVE_COMMONS_URL.match(name.strip().lower()):
        kind, terms, version = url.groups()
        return "CC0-1.0" if kind == "publicdomain" else f"CC-{terms.upper()}-{version}"
    return _IDENTIFIERS.get(_key(name), name.strip())


def spdx_license(stated: object) -> str:
    """Return the SPDX identifier of a license, or of several that all apply; `Unknown` for none.

    "CC BY 4.0" → "CC-BY-4.0"; ["MIT", "Apache 2.0"] → "MIT, Apache-2.0"
    """
    names = stated if isinstance(stated, list) else [stated]
    identifiers = [_identifier(name) for name in names if isinstance(name, str)]
    return ", ".join(dict.fromkeys(identifiers)) or UNKNOWN


def spdx_url(name: str) -> str | None:
    """Return the page of a license that SPDX lists: "MIT" → https://spdx.org/licenses/MIT."""
    return f"https://spdx.org/licenses/{name}" if name in _SPDX else None
