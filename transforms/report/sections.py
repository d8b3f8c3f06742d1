"""The sections that show numbers: overview, flow, mixture, lengths, prompts, sources."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import groupby
from operator import attrgetter

import numpy as np

from tfrecords_schema.features import (
    ANSWER_INDEX,
    INPUTS_TEXT,
    NUM_SHOTS,
    OPTIONS,
    TEMPLATE_ID,
    Row,
)
from tfrecords_schema.manifest import TRAIN, Manifest
from tfrecords_schema.prompt_parts import Role, parts_of
from transforms.report import charts
from transforms.report.contents import MOST_COUNTED, MOST_ROWS, Contents
from transforms.report.markup import details, figure, table, text
from transforms.types import INVERSION_SUFFIX, Rejection

# Rows of a table on the page; the manifest has all.
MOST_LINES = 2_000
_QUANTILES = (0.5, 0.9, 0.99, 1.0)
# Standard deviations of a fair draw that its band spans on each side: 99.7% of draws.
_BAND = 3.0
# What marks the second of several options, and what marks the first.
_FIRST_MARKS = {"b": "a", "B": "A", "2": "1", "ii": "i", "II": "I"}
_SECOND_MARK = re.compile(r"\b(?:b|B|2|ii|II)\b")


def overview(contents: Contents) -> str:
    """Return the numbers that people look at first."""
    manifest = contents.manifest
    shards = [shard for split in manifest.splits.values() for shard in split.shards]
    read = sum(entry.entered for entry in manifest.ledger if entry.stage == "ingest")
    audited = sum(audit.examples for audit in manifest.prompts)
    whole = sum(audit.shows_all for audit in manifest.prompts)
    licenses: Counter[str] = Counter()
    for source in manifest.sources:
        licenses.update(source.licenses)
    facts: list[tuple[str, str, object]] = [
        ("examples", "examples", sum(split.rows for split in manifest.splits.values())),
        *((f"rows.{n}", f"examples of {n}", s.rows) for n, s in manifest.splits.items()),
        ("records", "records read", read),
        ("tasks", "tasks", len({entry.task for entry in manifest.mixture if entry.realised})),
        ("sources", "sources", len(manifest.sources)),
        ("input_tokens", "input tokens", sum(shard.input_tokens for shard in shards)),
        ("target_tokens", "target tokens", sum(shard.target_tokens for shard in shards)),
        ("bytes", "bytes of shards", sum(shard.bytes for shard in shards)),
        ("fingerprint", "fingerprint", manifest.fingerprint[:16]),
        ("seed", "seed", str(manifest.seed)),
    ]
    cells = "".join(
        f'<div><dt>{text(label)}</dt><dd data-key="{text(key)}">'
        f"{f'{value:,}' if isinstance(value, int) else text(value)}</dd></div>"
        for key, label, value in facts
    )
    balanced = all(entry.balances for entry in manifest.ledger)
    verdicts = [
        "Every record is accounted for: read = written + left out, at every stage."
        if balanced
        else "The ledger does not balance: verify the snapshot.",
        f"{whole:,} of {audited:,} prompts show all that their record is about.",
    ]
    return (
        f'<dl class="facts">{cells}</dl>'
        + "".join(f"<p>{text(line)}</p>" for line in verdicts)
        + table("Licenses of the records read", ("license", "records"), licenses.most_common(), 1)
        + table("Made with", ("software", "version"), sorted(manifest.software.items()))
    )


def flow(contents: Contents) -> str:
    """Return what became of the records: stage by stage, with rows of each reason."""
    manifest = contents.manifest
    stages: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: Counter[tuple[str, str]] = Counter()
    for stage, group in groupby(manifest.ledger, key=attrgetter("stage")):
        of, entries = stages[stage], list(group)
        of["entered"] += sum([entry.entered for entry in entries])
        of["kept"] += sum([entry.kept for entry in entries])
        for what, field in (("rejected", "rejected"), ("not drawn", "undrawn")):
            # Most entries have none.
            for left_out in filter(None, map(attrgetter(field), entries)):
                for reason, count in left_out.items():
                    of[what] += count
                    reasons[stage, reason] += count
    columns = ("entered", "rejected", "not drawn", "kept")
    rows = [(_words(stage), *(of[name] for name in columns)) for stage, of in stages.items()]
    html = table("Stages, in their order", ("stage", *columns), rows, 4)
    html += "<h3>Reasons</h3>"
    for (stage, reason), count in sorted(reasons.items()):
        shown = contents.rejected.get((stage, reason), [])
        title = f"{_words(reason)} ({_words(stage)}): {count:,}"
        html += details(title, _reason(contents, shown, count), ' class="rows"')
    return html + _flow_of_sources(contents) + _flow_of_tasks(manifest)


def _reason(contents: Contents, rows: Sequence[Rejection], count: int) -> str:
    if not rows:
        return "<p>Fit for use, but the mixture needed no more of them.</p>"
    html = f"<p>{min(len(rows), count):,} of {count:,} rows.</p>" if count > len(rows) else ""
    cells = [
        (row.id[:12], row.source, row.task, _place(contents, row), row.detail[:300]) for row in rows
    ]
    caption = f"Rows: {_words(rows[0].reason)} ({_words(rows[0].stage)})"
    return html + table(caption, ("id", "source", "task", "file and line", "why"), cells)


def _place(contents: Contents, row: Rejection) -> str:
    """Return the file and line of a rejected record, as far as they are known."""
    record = contents.records.get(row.id)
    if record is not None:
        return record.place
    return row.detail.partition(": ")[0] if row.stage == "ingest" else ""


def _flow_of_sources(contents: Contents) -> str:
    """Return what became of the records of each source: read, left out by reason, written.

    The ledger counts by task, so tasks of the same sources are added up.
    """
    manifest = contents.manifest
    read: Counter[str] = Counter()
    lost: dict[str, Counter[str]] = defaultdict(Counter)
    written: Counter[str] = Counter()
    sources_of = cache(partial(_sources_of, contents))
    for entry in manifest.ledger:
        is_read = entry.stage == "ingest"
        if not (is_read or entry.rejected or entry.undrawn) or entry.counts_items:
            continue
        source = sources_of(entry.task)
        if is_read:
            read[source] += entry.entered
        for left_out in (entry.rejected, entry.undrawn):
            for reason, count in left_out.items():
                lost[source][reason] += count
    for row in manifest.mixture:
        written[sources_of(row.task)] += row.realised
    names = sorted({*read, *written}, key=lambda name: (-read[name], name))
    largest = {name: (read[name], written[name]) for name in names}
    picture = charts.bars("Records and examples by source", largest, ("records", "examples"))
    reasons = sorted({reason for of in lost.values() for reason, count in of.items() if count})
    rows = [
        (
            name,
            read[name],
            *(lost[name][reason] for reason in reasons),
            # An example for each record that is left, or several of it.
            written[name] - (read[name] - lost[name].total()),
            written[name],
        )
        for name in names[:MOST_LINES]
    ]
    headers = (
        *("source", "records read"),
        *map(_words, reasons),
        *("repeated or inverted", "examples"),
    )
    which = f"{charts.MOST_BARS} largest sources" if len(names) > charts.MOST_BARS else "Sources"
    caption = f"{which}: records read, and examples made from them."
    return (
        "<h3>By source</h3>"
        + figure(picture, caption)
        + table("From records to examples, by source", headers, rows, len(headers) - 1)
    )


def _sources_of(contents: Contents, task: str) -> str:
    known = contents.sources_of.get(task) or contents.sources_of.get(
        task.removesuffix(INVERSION_SUFFIX)
    )
    return ", ".join(sorted(known)) if known else "source not known"


def _flow_of_tasks(manifest: Manifest) -> str:
    """Return records read, left out and written, by task."""
    read: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for entry in manifest.ledger:
        if entry.stage == "ingest":
            read[entry.task] += entry.entered
        if entry.rejected and not entry.counts_items:
            lost[entry.task] += sum(entry.rejected.values())
    written: Counter[str] = Counter()
    for row in manifest.mixture:
        written[row.task] += row.realised
    rows = [
        (task, read[task], lost[task], written[task])
        for task in sorted({*read, *written})[:MOST_LINES]
    ]
    return table("By task", ("task", "records read", "rejected", "examples"), rows, 3)


def mixture(contents: Contents) -> str:
    """Return requested against realised, by collection and task."""
    of: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    tasks: dict[tuple[str, str], list[float]] = {}
    repeated: Counter[str] = Counter()
    for entry in contents.manifest.mixture:
        if entry.split != TRAIN:
            continue
        of[entry.collection][0] += entry.requested
        of[entry.collection][1] += entry.realised
        row = tasks.setdefault((entry.collection, entry.task), [0, 0.0, 0])
        row[0] = max(row[0], entry.available)
        row[1] += entry.requested
        row[2] += entry.realised
    for (_, task), (available, _, realised) in tasks.items():
        repeated[task] = max(0, int(realised - available))
    total = sum(realised for _, realised in of.values()) or 1.0
    largest = dict(sorted(of.items(), key=lambda pair: (-pair[1][1], pair[0])))
    picture = charts.bars("Requested and realised examples", largest, ("requested", "realised"))
    caption = "Examples of training by collection: requested and realised."
    by_collection = [
        (name, f"{asked:,.1f}", int(got), f"{got / total:.1%}")
        for name, (asked, got) in largest.items()
    ]
    by_task = [
        (task, collection, int(available), f"{asked:,.1f}", int(got), repeated[task])
        for (collection, task), (available, asked, got) in sorted(tasks.items())[:MOST_LINES]
    ]
    kinds: Counter[str] = Counter()
    for entry in contents.manifest.mixture:
        kinds[entry.template_type] += entry.realised
    return (
        figure(picture, caption)
        + table("Collections", ("collection", "requested", "realised", "share"), by_collection, 3)
        + table("Template types", ("type", "examples"), sorted(kinds.items()), 1)
        + table(
            "Tasks",
            ("task", "collection", "records", "requested", "realised", "repeated"),
            by_task,
            4,
        )
    )


def lengths(contents: Contents) -> str:
    """Return the lengths of inputs and targets against their limits."""
    limits = contents.manifest.recipe.get("limits") or {}
    rows, html = [], ""
    for column, (name, key) in enumerate(
        (("inputs", "max_input_tokens"), ("targets", "max_target_tokens"))
    ):
        counts, limit = contents.lengths[:, column], int(limits.get(key, 0))
        picture = charts.histogram(f"Lengths of {name}", counts, limit, f"tokens of {name}")
        html += figure(picture, f"Training examples by tokens of their {name}, EOS included.")
        at = np.quantile(counts, _QUANTILES, method="inverted_cdf") if len(counts) else [0] * 4
        rows.append((name, *(int(value) for value in at), limit or "none stated"))
    html += table("Lengths in tokens", ("of", "50%", "90%", "99%", "longest", "limit"), rows, 5)
    fitting = [(_words(n), count) for n, count in sorted(contents.manifest.fitting.items())]
    return html + table("To fit the limits, prompts lost", ("what", "examples"), fitting, 1)


def prompts(contents: Contents) -> str:
    """Return what was audited of the prompts, and how they vary."""
    audits = [
        (a.family, a.examples, a.shows_all, a.one_cue, a.read_back, a.parsed)
        for a in contents.manifest.prompts
    ]
    headers = ("family", "examples", "show all", "one cue", "read back", "parsed")
    html = table("Audit of all prompts, by template family", headers, audits, 5)
    rows = contents.counted
    html += f"<h3>Variety</h3><p>Counted among the first {len(rows):,} training examples"
    html += f" (at most {MOST_COUNTED:,}; they are in random order).</p>"
    templates: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        family, _, digest = str(row[TEMPLATE_ID]).partition(":")
        templates[family][digest] += 1
    coverage = [
        (family, len(used), max(used.values()), used.total())
        for family, used in sorted(templates.items())
    ]
    columns = ("family", "templates used", "most used", "examples")
    html += table("Templates", columns, coverage, 3)
    shots = sorted(Counter(int(row[NUM_SHOTS]) for row in rows).items())  # type: ignore[arg-type]
    html += table("Exemplars", ("exemplars", "examples"), [(str(n), c) for n, c in shots], 1)
    styles = Counter(style for row in rows if (style := option_style(row)))
    html += table(
        "Option styles",
        ("layout", "marker of the first", "examples"),
        [
            (*style, count)
            for style, count in sorted(styles.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        1,
    )
    inverted = Counter(str(row["inversion"]) or "none" for row in rows)
    html += table("Inversions", ("inversion", "examples"), sorted(inverted.items()), 1)
    return html + "".join(_positions(contents))


def option_style(row: Row) -> tuple[str, str] | None:
    """Return how the options of a prompt look, e.g. ("on lines", "(a)"); None where none are shown.

    Read from the finished text: what stands between its first and second option.
    """
    blocks = [part for part in parts_of(row) if part.role is Role.OPTIONS]
    options: Sequence[str] = row[OPTIONS]  # type: ignore[assignment]
    if not blocks or len(options) < 2:
        return None
    block = str(row[INPUTS_TEXT])[blocks[-1].start : blocks[-1].end]
    # From the last to the first: the words above the options may hold one of them.
    place, end = len(block), 0
    for option in reversed(options):
        end = place
        place = block.rfind(option, 0, place)
        if place < 0:
            return None
    between = block[place + len(options[0]) : end]
    layout = "on lines" if "\n" in between else "on one line"
    return layout, _SECOND_MARK.sub(
        lambda mark: _FIRST_MARKS[mark[0]], between.split("\n")[-1].strip()
    )


def _positions(contents: Contents) -> Iterator[str]:
    """Yield pictures of the answer's position, for the most frequent numbers of options."""
    of: dict[int, Counter[int]] = defaultdict(Counter)
    for row in contents.counted:
        count, place = len(row[OPTIONS]), int(row[ANSWER_INDEX])  # type: ignore[arg-type, call-overload]
        if count > 1 and place >= 0:
            of[count][place] += 1
    for count, found in sorted(of.items(), key=lambda pair: -pair[1].total())[:3]:
        total = found.total()
        # A fair draw of one place in `count`: mean and standard deviation of a binomial.
        mean = total / count
        spread = _BAND * (total * (count - 1)) ** 0.5 / count
        low, high = max(0.0, mean - spread), mean + spread
        counts = [found[place] for place in range(count)]
        title = f"Place of the answer among {count} options"
        caption = (
            f"{total:,} examples with {count} options: {', '.join(map(str, counts))}. A fair draw "
            f"stays between {low:.0f} and {high:.0f} (band) in 997 of 1,000 cases."
        )
        yield figure(charts.positions(title, counts, low, high), caption)


def sources(contents: Contents) -> str:
    """Return the sources: format, license, files, digests."""
    rows = [
        (
            source.name,
            source.format,
            source.collection,
            ", ".join(sorted(source.licenses)) or "unknown",
            source.fingerprint[:16],
            len(source.files),
            sum(file.bytes for file in source.files),
            source.records,
        )
        for source in contents.manifest.sources
    ]
    headers = (
        *("source", "format", "collection", "licenses", "fingerprint"),
        *("files", "bytes", "records"),
    )
    html = table("Sources that were read", headers, rows, 3)
    for source in contents.manifest.sources:
        stated = (contents.manifest.recipe.get("sources") or {}).get(source.name) or {}
        languages = ", ".join(stated.get("languages") or []) or "not stated"
        files = [(file.path, file.sha256, file.bytes) for file in source.files[:MOST_ROWS]]
        more = len(source.files) - len(files)
        body = f"<p>Languages: {text(languages)}.</p>"
        body += table(f"Files of {source.name}", ("file", "sha256", "bytes"), files, 1)
        body += f"<p>{more:,} more files are in the manifest.</p>" if more else ""
        html += details(source.name, body, ' class="rows"')
    return html


def _words(name: str) -> str:
    return name.replace("_", " ")
