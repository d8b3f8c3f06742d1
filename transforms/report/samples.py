"""The sections of the page that show texts: duplicates, contamination, examples, differences."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tfrecords_schema.features import (
    COLLECTION,
    ID,
    INPUTS_TEXT,
    INVERSION,
    RECORD_ID,
    SOURCE,
    TARGETS_TEXT,
    TASK_NAME,
    TEMPLATE_ID,
    TEMPLATE_TYPE,
    Row,
)
from tfrecords_schema.prompt_parts import Role, parts_of
from transforms.report.contents import Contents
from transforms.report.markup import (
    block,
    clipped,
    details,
    marked_parts,
    marked_words,
    table,
    text,
)
from transforms.types import Record

# Words of each of two texts that are compared, and sources that a matrix has room for.
_MOST_WORDS, _MOST_SOURCES = 300, 30
# Characters of a field of a raw record, and fields that are shown.
_MOST_OF_FIELD, _MOST_FIELDS = 1_200, 12
_WORD = re.compile(r"\w+")
_LEGEND = ("instruction", "exemplar", "exemplar answer", "options", "system", "user", "assistant")


@dataclass(frozen=True, kw_only=True)
class ShownDifference:
    """How a snapshot differs from an older one: counts, and examples of each kind.

    Attributes:
      counts: examples added, removed, changed and the same.
      tasks: {task: the same}.
      added, removed: some examples; changed: some pairs, the older one first.
    """

    against: str
    counts: dict[str, int]
    tasks: dict[str, dict[str, int]]
    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)


def duplicates(contents: Contents) -> str:
    """Return how many records of which source repeat which, and some pairs."""
    html = ""
    for reason, pairs in sorted(contents.duplicates.items()):
        names = sorted({*pairs, *(other for of in pairs.values() for other in of)})[:_MOST_SOURCES]
        rows = [(kept, *(pairs.get(kept, {}).get(name, 0) for name in names)) for kept in names]
        caption = f"{reason.replace('_', ' ')}s: rows stay, columns were removed"
        html += table(caption, ("kept in", *names), rows, len(names)) if names else ""
    shown = [row for rows in contents.rejected.values() for row in rows if row.other_id]
    for row in shown:
        removed, kept = contents.records.get(row.id), contents.records.get(row.other_id)
        if removed is None or kept is None or "overlap" in row.reason:
            continue
        score = "" if row.score is None else f", score {row.score:.3f}"
        title = f"{row.reason.replace('_', ' ')}{score}: {row.source} and {row.other_source}"
        one, other = _compared(_joined(removed), _joined(kept))
        body = f"<h3>Removed: {text(removed.place)}</h3>{block(one)}"
        body += f"<h3>Kept: {text(kept.place)}</h3>{block(other)}"
        html += details(title, body, ' class="rows"')
    return html or "<p>No duplicate was removed.</p>"


def _joined(record: Record) -> str:
    return "\n".join(f"{name}: {_plain(value)}" for name, value in record.fields.items())


def _plain(value: object) -> str:
    return value if isinstance(value, str) else "\n".join(value)  # type: ignore[arg-type]


def _compared(one: str, other: str) -> tuple[str, str]:
    """Return two texts as HTML, the words that differ marked."""
    a, b = one[:20_000].split()[:_MOST_WORDS], other[:20_000].split()[:_MOST_WORDS]
    # Words of 200 letters and more are data, not words; they would fill the page.
    a, b = [word[:200] for word in a], [word[:200] for word in b]
    same_a, same_b = set[int](), set[int]()
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for first, second, size in matcher.get_matching_blocks():
        same_a |= set(range(first, first + size))
        same_b |= set(range(second, second + size))
    return (
        marked_words((word, n not in same_a) for n, word in enumerate(a)),
        marked_words((word, n not in same_b) for n, word in enumerate(b)),
    )


def contamination(contents: Contents) -> str:
    """Return which held-out items were found, and their spans in both texts."""
    items = contents.contamination.get("items") or {}
    assert isinstance(items, dict)
    if not items:
        return "<p>The recipe holds out no evaluation set.</p>"
    html = table("Evaluation sets", ("set", "items"), sorted(items.items()), 1)
    html += f"<p>Mode: {text(contents.contamination.get('mode'))}.</p>"
    html += _found_table(contents, "found", "records", "Records in which an item was found")
    for key, unit in (("own_examples", "own examples"), ("definitions", "definitions")):
        if key in contents.contamination:
            html += _found_table(contents, key, unit, f"Tasks with an item in {unit}")
    for match in contents.matches:
        record, item = contents.records.get(match.id), contents.records.get(match.item.id)
        place = record.place if record else match.id
        title = f"{match.item.set} in {match.task}: {match.score:.2f}, {place}"
        body = f"<p>Span: {clipped(match.span, 500)}</p>"
        for name, one in (("Record", record), ("Held-out item", item)):
            if one is not None:
                body += f"<h3>{name}</h3>{block(_with_span(_joined(one), match.span))}"
        html += details(title, body, ' class="rows"')
    return html


def _found_table(contents: Contents, key: str, unit: str, title: str) -> str:
    found = contents.contamination.get(key) or {}
    assert isinstance(found, dict)
    rows = [(name, task, count) for name, of in sorted(found.items()) for task, count in of.items()]
    return table(title, ("set", "task", unit), rows, 1)


def _with_span(whole: str, span: str) -> str:
    """Return a text with the words of a span marked: case and punctuation do not count."""
    words = _WORD.findall(span.casefold())
    spoken = [(m[0].casefold(), m.start(), m.end()) for m in _WORD.finditer(whole[:20_000])]
    for first in range(len(spoken) - len(words) + 1):
        if words and all(spoken[first + n][0] == word for n, word in enumerate(words)):
            start, end = spoken[first][1], spoken[first + len(words) - 1][2]
            before, after = whole[max(0, start - 1_000) : start], whole[end:]
            return f"{text(before)}<mark>{text(whole[start:end])}</mark>{clipped(after, 1_000)}"
    return clipped(whole, 2_000)


def examples(contents: Contents) -> str:
    """Return finished examples with their parts in color, their raw records and siblings."""
    shown = contents.shown
    siblings: dict[str, list[Row]] = {}
    for row in shown:
        siblings.setdefault(str(row[RECORD_ID]), []).append(row)
    legend = "".join(
        f'<span class="r{int(Role[name.upper().replace(" ", "_")])}">{name}</span>'
        for name in _LEGEND
    )
    html = (
        f"<p>{len(shown):,} examples: in turns of each task and template type, among the first "
        f"{contents.looked_at:,} of training.</p>"
        f'<p class="legend">Parts: {legend}</p>{_filters(shown)}'
        '<p id="shown" role="status"></p>'
    )
    return html + "".join(_example(contents, row, siblings[str(row[RECORD_ID])]) for row in shown)


def _filters(rows: Sequence[Row]) -> str:
    """Return the form that the script shows; without a script all examples are there."""
    fields = (("task", TASK_NAME), ("collection", COLLECTION), ("type", TEMPLATE_TYPE))
    boxes = ""
    for name, feature in fields:
        options = "".join(
            f'<option value="{text(value)}">{text(value)}</option>'
            for value in sorted({str(row[feature]) for row in rows})
        )
        boxes += (
            f'<div><label for="f-{name}">{name}</label><select id="f-{name}" name="{name}">'
            f'<option value="">all</option>{options}</select></div>'
        )
    words = '<div><label for="f-words">words</label><input id="f-words" name="words"></div>'
    return f'<form id="filters" hidden>{boxes}{words}</form>'


def _example(contents: Contents, row: Row, siblings: Sequence[Row]) -> str:
    prompt, answer = str(row[INPUTS_TEXT]), str(row[TARGETS_TEXT])
    title = f"{row[TASK_NAME]} · {row[TEMPLATE_TYPE]} · {' '.join(prompt[:200].split())[:80]}"
    facts = (row[TEMPLATE_ID], row[SOURCE], row["license"], row[INVERSION])
    body = f'<p class="soft">{" · ".join(text(fact) for fact in facts if fact)} · {row[ID]}</p>'
    body += block(marked_parts(prompt, parts_of(row)))
    body += f'<h3>Answer</h3><pre dir="auto" class="answer">{clipped(answer)}</pre>'
    record = contents.records.get(str(row[RECORD_ID]))
    if record is not None:
        body += details(f"Raw record · {record.place}", _record(record))
    others = [other for other in siblings if other[ID] != row[ID]]
    if others:
        links = "".join(
            f'<li><a href="#e-{text(other[ID])}">{text(_relation(other))}</a></li>'
            for other in others
        )
        body += f"<h3>Other prompts of this record</h3><ul>{links}</ul>"
    data = "".join(
        f' data-{name}="{text(row[feature])}"'
        for name, feature in (
            ("task", TASK_NAME),
            ("type", TEMPLATE_TYPE),
            ("collection", COLLECTION),
        )
    )
    return details(title, body, f' class="example" id="e-{text(row[ID])}"{data}')


def _relation(row: Row) -> str:
    turned = f"inversion {row[INVERSION]}" if row[INVERSION] else "same direction"
    return f"{row[TASK_NAME]}, {row[TEMPLATE_TYPE]}, {turned}"


def _record(record: Record) -> str:
    shown = list(record.fields.items())[:_MOST_FIELDS]
    fields = "".join(
        f"<h3>{text(name)}</h3>{block(clipped(_plain(value), _MOST_OF_FIELD))}"
        for name, value in shown
    )
    own = f", own id {record.own_id}" if record.own_id else ""
    return f'<p class="soft">{text(record.id + own)} · {text(record.license)}</p>{fields}'


def difference(shown: ShownDifference) -> str:
    """Return what differs from an older snapshot: counts and examples."""
    kinds = ("added", "removed", "changed", "same")
    changed = {
        task: counts
        for task, counts in shown.tasks.items()
        if counts["same"] < sum(counts.values())
    }
    rows = [(task, *(counts[kind] for kind in kinds)) for task, counts in changed.items()]
    total = [("all examples", *(shown.counts[kind] for kind in kinds))]
    html = f"<p>Against {text(shown.against)}.</p>"
    html += table("Examples that differ", ("task", *kinds), [*total, *rows[:2_000]], 4)
    html += "".join(_changes("Added", shown.added)) + "".join(_changes("Removed", shown.removed))
    for old, new in shown.changed:
        one, other = _compared(_whole(old), _whole(new))
        body = f"<h3>Before</h3>{block(one)}<h3>After</h3>{block(other)}"
        html += details(f"Changed: {new[TASK_NAME]} · {new[ID]}", body, ' class="rows"')
    return html


def _whole(row: Row) -> str:
    return f"{row[INPUTS_TEXT]}\n⇒ {row[TARGETS_TEXT]}"


def _changes(word: str, rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        body = block(clipped(str(row[INPUTS_TEXT]), 1_500))
        body += f'<pre dir="auto" class="answer">{clipped(str(row[TARGETS_TEXT]), 500)}</pre>'
        yield details(f"{word}: {row[TASK_NAME]} · {row[ID]}", body, ' class="rows"')
