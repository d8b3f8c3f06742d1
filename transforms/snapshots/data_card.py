"""The data card, `README.md`: readable text, with a YAML header for Hugging Face."""

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from tfrecords_schema.manifest import LedgerEntry, Manifest
from tfrecords_schema.snapshot import PARQUET
from transforms.snapshots.languages import language_code
from transforms.snapshots.provenance import Provenance
from transforms.sources.formats.snapshot import FORMAT as SNAPSHOT_FORMAT
from transforms.sources.licenses import UNKNOWN, spdx_url
from transforms.texts.printable import printable

# Licenses whose name at Hugging Face is not the lowercase SPDX identifier.
_LICENSES = {
    "AGPL-3.0-only": "agpl-3.0",
    "C-UDA-1.0": "c-uda",
    "GFDL-1.3-only": "gfdl",
    "GPL-2.0-only": "gpl-2.0",
    "GPL-3.0-only": "gpl-3.0",
    "LGPL-2.1-only": "lgpl-2.1",
    "LGPL-3.0-only": "lgpl-3.0",
    "ODC-By-1.0": "odc-by",
    "ODbL-1.0": "odbl",
    "PDDL-1.0": "pddl",
    UNKNOWN: "unknown",
}
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)


def size_category(examples: int) -> str:
    """Return Hugging Face's word for a number of examples: 1,200 → "1K<n<10K"."""
    return next((name for limit, name in _SIZES if examples < limit), "n>1B")


def _license_tag(name: str) -> str:
    return _LICENSES.get(name) or (name.lower() if spdx_url(name) else "other")


def _head(manifest: Manifest, provenance: Provenance) -> dict[str, Any]:
    languages = {language_code(name) for name in provenance.languages}
    examples = sum(split.rows for split in manifest.splits.values())
    head: dict[str, Any] = {
        "pretty_name": manifest.name,
        "license": sorted({_license_tag(name) for name in provenance.licenses}),
        "language": sorted(code for code in languages if code),
        "size_categories": [size_category(examples)],
        "task_categories": ["text-generation"],
    }
    data_files = [
        {"split": name, "path": f"{PARQUET}/{manifest.name}/{name}-*.parquet"}
        for name, split in manifest.splits.items()
        if all(shard.parquet for shard in split.shards)
    ]
    if data_files:
        config = {"config_name": manifest.name, "default": True, "data_files": data_files}
        head["configs"] = [config]
    return {key: value for key, value in head.items() if value}


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return html.escape(printable(" ".join(str(value).split())), quote=False).replace("|", "\\|")


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _mixture_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    """Return the tasks and examples of each collection, by split."""
    examples: Counter[tuple[str, str]] = Counter()
    tasks: dict[tuple[str, str], set[str]] = {}
    for entry in manifest.mixture:
        if entry.realised:
            key = (entry.split, entry.collection)
            examples[key] += entry.realised
            tasks.setdefault(key, set()).add(entry.task)
    return [
        (*key, len(tasks[key]), count, f"{count / manifest.splits[key[0]].rows:.1%}")
        for key, count in sorted(examples.items())
    ]


def _source_rows(provenance: Provenance) -> list[tuple[object, ...]]:
    return [
        (origin.source.name, origin.source.collection, origin.source.records, "; ".join(licenses))
        for origin in provenance.origins
        for licenses in [origin.licenses]
    ]


def _left_out_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    counts: Counter[tuple[str, str]] = Counter()
    for entry in manifest.ledger:
        if not (entry.rejected or entry.undrawn) or entry.counts_items:
            continue
        for reason, count in entry.left_out.items():
            counts[entry.stage, reason.replace("_", " ")] += count
    return [(*key, count) for key, count in counts.items() if count]


def _held_out(manifest: Manifest) -> str:
    """List the evaluation sets that records were searched for, and those that were absent."""
    absent = manifest.recipe.get("held_out_absent", [])
    searched = [name for name in manifest.recipe.get("held_out", {}) if name not in absent]
    lines = []
    if searched:
        lines.append(f"Records were searched for the items of {', '.join(sorted(searched))}.")
    else:
        lines.append("Records were searched for no evaluation set.")
    if others := sorted({s.name for s in manifest.sources if s.format == SNAPSHOT_FORMAT}):
        lines.append(f"They were compared with the records of snapshots: {', '.join(others)}.")
    if absent:
        lines.append(f"Absent, and so not searched for: {', '.join(sorted(absent))}.")
    return " ".join(lines)


def _held_out_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    """Return rows by evaluation task: items read, items searched, reasons for the others."""
    tasks: dict[str, list[LedgerEntry]] = {}
    for entry in manifest.ledger:
        if entry.counts_items:
            tasks.setdefault(entry.task, []).append(entry)
    return [
        (
            task,
            max(entry.entered for entry in entries),
            min(entry.kept for entry in entries),
            "; ".join(
                f"{reason.replace('_', ' ')} {count:,}"
                for entry in entries
                for reason, count in entry.rejected.items()
            ),
        )
        for task, entries in tasks.items()
    ]


def _held_out_table(manifest: Manifest) -> list[str]:
    rows = _held_out_rows(manifest)
    header = ("task", "items", "searched for", "not searched for")
    return [_table(header, rows)] if rows else []


def _task_texts_table(manifest: Manifest) -> list[str]:
    """Say what was found in texts that the records of a task share, and what came of it."""
    is_dropped = manifest.recipe["decontaminate"]["mode"] == "drop" if manifest.task_texts else True
    kinds = (
        ("own_examples", "own examples", "left out" if is_dropped else "kept"),
        ("definitions", "definitions", "kept"),
    )
    rows = [
        (name, task, what, count, fate)
        for key, what, fate in kinds
        for name, found in sorted(manifest.task_texts.get(key, {}).items())
        for task, count in sorted(found.items())
    ]
    if not rows:
        return []
    said = "Items were also found in what all records of a task share:"
    return [said, _table(("evaluation set", "task", "texts", "number", "were"), rows)]


def data_card(manifest: Manifest, provenance: Provenance) -> str:
    """Return the text of `README.md`; all of it comes from the manifest."""
    head = yaml.safe_dump(_head(manifest, provenance), sort_keys=False, allow_unicode=True)
    splits = [(name, split.rows, len(split.shards)) for name, split in manifest.splits.items()]
    sections = [
        f"---\n{head}---\n\n# {manifest.name} {manifest.version}",
        printable(manifest.recipe.get("description", "")),
        "Prompted examples for instruction tuning, built with flanbeam. `manifest.json` has the "
        "digest of every file, the recipe, and an account of every record read.",
        _table(("split", "examples", "shards"), splits),
        "## Mixture",
        _table(("split", "collection", "tasks", "examples", "share"), _mixture_rows(manifest)),
        "## Sources",
        "Each keeps its license, which every example names in `license`.",
        _table(("source", "collection", "records", "licenses"), _source_rows(provenance)),
        "## Held out",
        _held_out(manifest),
        *_held_out_table(manifest),
        *_task_texts_table(manifest),
        "## Left out",
        _table(("stage", "reason", "records"), _left_out_rows(manifest)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"
