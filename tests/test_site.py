"""The documentation: every link leads to a file and a heading, and the site has every page."""

import re
from pathlib import Path

import pytest
import yaml

_ROOT = Path(__file__).parents[1]
_DOCS = _ROOT / "docs"
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_PAGES = sorted([*_DOCS.rglob("*.md"), *_ROOT.glob("*.md"), *_ROOT.glob("deploy/*/*.md")])
_CODE = re.compile(r"^```.*?^```", re.M | re.S)


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    headings = re.findall(r"^#+ (.*)$", _CODE.sub("", page.read_text()), re.M)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", page.read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{page.name}: {link}"


def test_llms_txt_links_lead_somewhere() -> None:
    links = _LINK.findall((_ROOT / "llms.txt").read_text())
    assert len(links) > 10
    assert all((_ROOT / link).exists() for link in links)


def test_the_site_has_every_page() -> None:
    def files(items: object) -> list[str]:
        if isinstance(items, str):
            return [items]
        if isinstance(items, dict):
            return [file for item in items.values() for file in files(item)]
        return [file for item in items or () for file in files(item)]  # type: ignore[attr-defined]

    stated = yaml.safe_load((_ROOT / "mkdocs.yml").read_text())["nav"]
    pages = {str(page.relative_to(_DOCS)) for page in _DOCS.rglob("*.md")}
    assert sorted(files(stated)) == sorted(pages)


def test_citation_and_version() -> None:
    from tfrecords_schema import __version__

    citation = yaml.safe_load((_ROOT / "CITATION.cff").read_text())
    assert citation["version"] == __version__
    assert f"## {__version__}" in (_ROOT / "CHANGELOG.md").read_text()
