"""HTML whose every text is escaped: untrusted content is shown as text, never as markup."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from tfrecords_schema.prompt_parts import Part, Role
from transforms.texts.printable import printable

# Characters of one text that the page shows.
MOST_CHARACTERS = 3_000


def text(value: object) -> str:
    """Return a text as HTML; control characters and those that turn letters around are replaced."""
    return escape(printable(str(value)))


def clipped(value: str, most: int = MOST_CHARACTERS) -> str:
    """Return the start of a text, and how much of it is left out."""
    return text(value[:most]) + _rest(value, most)


def _rest(value: str, most: int) -> str:
    if len(value) <= most:
        return ""
    return f'<span class="more"> … {len(value) - most:,} more characters</span>'


def table(
    caption: str, headers: Sequence[str], rows: Iterable[Sequence[object]], numbers: int = 0
) -> str:
    """Return a table; its last `numbers` columns are numbers, its first the head of each row."""
    first = len(headers) - numbers
    head = "".join(
        f'<th scope="col"{_CLASS if place >= first else ""}>{text(header)}</th>'
        for place, header in enumerate(headers)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{_name(cell)}</th>'
            if place == 0
            else f"<td{_CLASS if place >= first else ''}>{_cell(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


_CLASS = ' class="n"'


def _name(cell: object) -> str:
    """Return a name that a narrow column breaks after underscores, not within words."""
    return text(cell).replace("_", "_<wbr>")


def _cell(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else text(cell)


def figure(svg: str, caption: str) -> str:
    """Return a picture with its caption, which says in words what it shows."""
    return f"<figure>{svg}<figcaption>{text(caption)}</figcaption></figure>"


def details(summary: str, body: str, attributes: str = "") -> str:
    """Return a part that opens: `summary` is text, `body` and `attributes` are HTML."""
    return f"<details{attributes}><summary>{text(summary)}</summary>{body}</details>"


def block(body: str) -> str:
    """Return a block of preformatted HTML, in the direction of its own letters."""
    return f'<pre dir="auto">{body}</pre>'


def marked_parts(prompt: str, parts: Iterable[Part], most: int = MOST_CHARACTERS) -> str:
    """Return a prompt as HTML with its parts marked; the innermost part names a character."""
    parts = list(parts)
    bounds = sorted({0, len(prompt), *(p.start for p in parts), *(p.end for p in parts)})
    html = []
    before: Role | None = None
    for start, end in pairwise(place for place in bounds if place <= most):
        role = next((p.role for p in reversed(parts) if p.start <= start and end <= p.end), None)
        shown = text(prompt[start:end])
        if role is None:
            html.append(shown)
        else:
            name = role.name.lower().replace("_", " ")
            label = "" if role == before else f'<span class="vh">[{name}] </span>'
            html.append(f'<span class="r{int(role)}">{label}{shown}</span>')
        before = role
    last = max((place for place in bounds if place <= most), default=0)
    html.append(text(prompt[last:most]) if last < most else "")
    return "".join(html) + _rest(prompt, most)


def marked_words(words: Iterable[tuple[str, bool]]) -> str:
    """Return words as HTML, those that differ marked."""
    return " ".join(f"<mark>{text(w)}</mark>" if differs else text(w) for w, differs in words)
