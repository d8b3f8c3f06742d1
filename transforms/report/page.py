"""Put the page together: sections, style, script, and a policy that lets nothing else in."""

import base64
import hashlib
from collections.abc import Callable

from transforms.report import samples, sections
from transforms.report.contents import Contents
from transforms.report.markup import text
from transforms.report.samples import ShownDifference
from transforms.report.script import SCRIPT
from transforms.report.style import STYLE

_SECTIONS: tuple[tuple[str, Callable[[Contents], str]], ...] = (
    ("Overview", sections.overview),
    ("Flow", sections.flow),
    ("Mixture", sections.mixture),
    ("Lengths", sections.lengths),
    ("Prompts", sections.prompts),
    ("Duplicates", samples.duplicates),
    ("Contamination", samples.contamination),
    ("Sources", sections.sources),
    ("Examples", samples.examples),
)


def report_page(contents: Contents, difference: ShownDifference | None = None) -> bytes:
    """Return the page of a snapshot: one HTML file, a function of its arguments alone."""
    manifest = contents.manifest
    parts = [(name, render(contents)) for name, render in _SECTIONS]
    if difference is not None:
        parts.append(("Difference", samples.difference(difference)))
    title = f"{manifest.name} {manifest.version}"
    about = str(manifest.recipe.get("description") or "")
    return html_page(title, about, parts)


def html_page(title: str, about: str, parts: list[tuple[str, str]]) -> bytes:
    """Return a page of sections, (name, HTML), that may load and run nothing but its own."""
    policy = (
        f"default-src 'none'; style-src '{_digest(STYLE)}'; script-src '{_digest(SCRIPT)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    links = "".join(f'<li><a href="#{_anchor(name)}">{text(name)}</a></li>' for name, _ in parts)
    body = "".join(
        f'<section aria-labelledby="{_anchor(name)}"><h2 id="{_anchor(name)}">{text(name)}</h2>'
        f"{html}</section>"
        for name, html in parts
    )
    document = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE}</style></head><body>"
        '<a class="skip" href="#main">Skip to the contents</a>'
        f"<header><h1>{text(title)}</h1><p>{text(about)}</p></header>"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav><main id="main">{body}</main>'
        '<footer><p class="soft">Made by flanbeam. This page loads nothing.</p></footer>'
        f"<script>{SCRIPT}</script></body></html>\n"
    )
    return document.encode()


def _anchor(name: str) -> str:
    return text("-".join(name.lower().split()))


def _digest(code: str) -> str:
    """Return how a policy names a style or a script that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}"
