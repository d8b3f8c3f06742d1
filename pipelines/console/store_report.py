"""What commands on a store print for people."""

from collections import Counter
from typing import Any

from rich.markup import escape
from rich.table import Table

from pipelines.console.report import console_of, print_build, say

_SHOWN = 20


def _table(*headers: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for header in headers:
        table.add_column(header, justify="right" if header in right else "left", overflow="fold")
    return table


def print_refresh_plan(document: dict[str, Any]) -> None:
    """Nodes that are not as they were, one a line; those that are, counted."""
    console = console_of()
    for error in document["errors"]:
        console.print(f"left out: {error}", markup=False, soft_wrap=True)
    table = _table("node", "state", "rows", "bytes to read", "why", right=("rows", "bytes to read"))
    hits: Counter[str] = Counter()
    for node in document["nodes"]:
        if node["state"] == "hit" and node["kind"] == "task":
            hits[node["kind"]] += 1
            continue
        rows = "" if node["rows"] is None else f"{node['rows']:,}"
        to_read = f"{node['bytes_to_read']:,}" if node["bytes_to_read"] else ""
        name = f"{node['kind']}:{node['name']}" if node["name"] else node["kind"]
        table.add_row(escape(name), node["state"], rows, to_read, escape(node["why"]))
    console.print(table)
    for kind, count in hits.items():
        console.print(f"{count} more {kind}s: hit")
    for row in document.get("differences", ()):
        console.print(f"{row['part']}:", markup=False)
        console.print(f"  - {row['old']}", markup=False, soft_wrap=True)
        console.print(f"  + {row['new']}", markup=False, soft_wrap=True)
    console.print(_verdict(document))


def _verdict(document: dict[str, Any]) -> str:
    if document["withdrawn"]:
        return "nothing to do: what would be built was rolled back; publish it by name to undo that"
    if not document["has_work"]:
        return f"nothing to do: {document['channel_snapshot']} is up to date"
    return f"to do: {document['bytes_to_read']:,} bytes to read"


def print_nothing_to_do(document: dict[str, Any], path: str) -> None:
    """Why not, and the snapshot that stays, whose path is the last line."""
    say(_verdict(document))
    print(path)


def print_offered(document: dict[str, Any]) -> None:
    """The snapshot's numbers, if it was just built; the gates it fails; its path, last."""
    if "mixture" in document:
        print_build(document)
    for line in document["failed"]:
        say(f"gate failed: {line}")
    channel, current = document["channel"], document["channel_snapshot"]
    if document["failed"]:
        stays = f"{channel} stays at {current}" if current else f"{channel} points at nothing"
        say(f"not published: {stays}; the snapshot is kept to look into")
    else:
        say(f"published: {channel} points at {current}")
    print(document["snapshot"])


def print_garbage(document: dict[str, Any]) -> None:
    """One path a line."""
    console = console_of()
    verb = "deleted" if document["deleted"] else "would delete"
    for thing in document["garbage"]:
        console.print(f"{verb} {thing['path']}: {thing['why']}", markup=False, soft_wrap=True)
    if not document["garbage"]:
        console.print("nothing to delete")
    elif not document["deleted"]:
        console.print("--delete deletes them")


def print_snapshots(documents: list[dict[str, Any]]) -> None:
    """Names, sizes, and what keeps them."""
    table = _table(
        "snapshot", "recipe", "examples", "bytes", "kept by", right=("examples", "bytes")
    )
    for row in documents:
        kept = [*row["channels"], *(["pin"] if row["pinned"] else [])]
        size = (f"{row['examples']:,}", f"{row['bytes']:,}")
        table.add_row(row["name"], row["recipe"], *size, ", ".join(kept))
    console_of().print(table)


def print_history(documents: list[dict[str, Any]]) -> None:
    """One event a line."""
    for row in documents:
        facts = (f"{key}={value}" for key, value in row.items() if key in ("channel", "snapshot"))
        notes = row.get("failed", []) or row.get("paths", [])
        print(row["time"], row["event"], *facts, f"by={row['by']}", *notes)


def print_diff(document: dict[str, Any]) -> None:
    """Totals, then what differs, the first few of each kind."""
    console = console_of()
    counts = document["examples"]
    console.print(", ".join(f"{kind} {counts[kind]:,}" for kind in counts))
    table = _table("task", "added", "removed", "changed", "same", right=tuple(counts))
    for task, found in document["tasks"].items():
        if found["same"] < sum(found.values()):
            table.add_row(escape(task), *(f"{found[kind]:,}" for kind in counts))
    if table.row_count:
        console.print(table)
    for name in ("shares", "tokens", "templates", "licenses", "rejected"):
        _print_changes(name, document[name])
    for name, facts in document["sources"].items():
        files = ", ".join(
            f"{len(facts[f'files_{kind}'])} files {kind}"
            for kind in ("added", "removed", "changed")
        )
        before, after = facts["records"]
        line = f"source {name}: {before:,} → {after:,} records; {files}"
        console.print(line, markup=False, soft_wrap=True)


def _print_changes(name: str, changes: dict[str, list[Any]]) -> None:
    console = console_of()
    for key, (old, new) in list(changes.items())[:_SHOWN]:
        console.print(f"{name} {key}: {old:,} → {new:,}", markup=False, soft_wrap=True)
    if len(changes) > _SHOWN:
        console.print(f"{name}: {len(changes) - _SHOWN} more")
