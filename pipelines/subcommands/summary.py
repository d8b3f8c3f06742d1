"""The main numbers of a snapshot and of a build, and how they are printed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.building.build import BuildResult
    from pipelines.building.losses import Loss
    from tfrecords_schema.manifest import LedgerEntry, Manifest, MixtureEntry


@dataclass(frozen=True)
class AccountLine:
    """One line of an account of records and examples.

    Attributes:
      name: what is counted, or why it was left out.
      count: below 0 for what leaves, above 0 for what joins; at a total, the sum of all before it
        of its unit, but for a total of another unit that begins with it.
      is_total: whether what is left is counted here.
    """

    name: str
    unit: str
    count: int
    is_total: bool = False


def account_of(manifest: "Manifest") -> list[AccountLine]:
    """Return how the records that were read become the examples that were written.

    Every total is the one before it with the lines between added: records read, kept and drawn;
    examples drawn, which begin with the records drawn, and examples written, by split.
    """
    entries = [entry for entry in manifest.ledger if not entry.counts_items]
    stages = list(dict.fromkeys(entry.stage for entry in entries))
    # Format version 1 has one entry for ranking and selection together.
    ranked = stages.index("rank" if "rank" in stages else "select")
    read = sum(entry.entered for entry in entries if entry.stage == "ingest")
    rendered = [entry for entry in entries if entry.stage == "render"]
    drawn = sum(entry.kept for entry in entries if entry.stage == "select")
    examples = sum(entry.entered for entry in rendered)
    lines = [AccountLine("records read", "records", read, True)]
    for stage in stages[:ranked]:
        lines += _leaving(entries, [stage], "records")
    lines.append(AccountLine("records kept", "records", _records_kept(manifest), True))
    lines += _leaving(entries, [s for s in stages[ranked:] if s != "render"], "records")
    lines.append(AccountLine("records drawn", "records", drawn, True))
    if examples > drawn:
        lines.append(AccountLine("repeated or inverted", "examples", examples - drawn))
    lines.append(AccountLine("examples drawn", "examples", examples, True))
    lines += _leaving(rendered, ["render"], "examples")
    written = sum(split.rows for split in manifest.splits.values())
    lines.append(AccountLine("examples written", "examples", written, True))
    for name, split in sorted(manifest.splits.items()):
        lines.append(AccountLine(f"in {name}", "examples", split.rows))
    return lines


def _leaving(
    entries: "Iterable[LedgerEntry]", stages: "Sequence[str]", unit: str
) -> list[AccountLine]:
    """Return a line for each reason for which some stages left something out."""
    reasons: Counter[str] = Counter()
    for entry in entries:
        if entry.stage in stages:
            reasons.update(entry.left_out)
    return [
        AccountLine(reason.replace("_", " "), unit, -count)
        for reason, count in sorted(reasons.items())
        if count
    ]


@dataclass(frozen=True, kw_only=True)
class SnapshotSummary:
    """The numbers of one snapshot.

    Attributes:
      records_kept: records that passed every filter, before the mixture drew from them.
      rejected: records and examples that were left out, by reason, those that were not drawn
        among them.
      account: how the one becomes the other, line by line.
      fitting: number of prompts that were shortened to fit, by what was cut.
      vocabulary_losses: losses in encoding by task (tfrecords_schema.vocabulary.count_losses).
    """

    snapshot: str
    name: str
    fingerprint: str
    records_read: int
    records_kept: int
    rejected: dict[str, int]
    account: list[AccountLine]
    examples: int
    shards: int
    input_tokens: int
    target_tokens: int
    fitting: dict[str, int]
    vocabulary_losses: dict[str, dict[str, int]]
    mixture: list["MixtureEntry"]


@dataclass(frozen=True, kw_only=True)
class BuildReport(SnapshotSummary):
    """A snapshot that was just built.

    Attributes:
      sources_read: sources that were read because the cache did not have them.
      errors: one message per file that was left out.
      losses: rows of the sources that were left out for one reason.
    """

    sources_read: list[str]
    errors: list[str]
    losses: list["Loss"]


def summarize(path: str, manifest: "Manifest") -> SnapshotSummary:
    """Return the numbers of the snapshot at `path`."""
    rejected: Counter[str] = Counter()
    for entry in manifest.ledger:
        if not entry.counts_items:
            rejected.update(entry.left_out)
    splits = manifest.splits.values()
    shards = [shard for split in splits for shard in split.shards]
    return SnapshotSummary(
        snapshot=path,
        name=manifest.name,
        fingerprint=manifest.fingerprint,
        records_read=sum(e.entered for e in manifest.ledger if e.stage == "ingest"),
        records_kept=_records_kept(manifest),
        rejected=dict(rejected),
        account=account_of(manifest),
        examples=sum(split.rows for split in splits),
        shards=len(shards),
        input_tokens=sum(shard.input_tokens for shard in shards),
        target_tokens=sum(shard.target_tokens for shard in shards),
        fitting=manifest.fitting,
        vocabulary_losses=manifest.vocabulary_losses,
        mixture=manifest.mixture,
    )


def report_build(built: "BuildResult") -> BuildReport:
    """Return the numbers of a build."""
    summary = summarize(built.path, built.manifest)
    facts = {name: getattr(summary, name) for name in asdict(summary)}
    return BuildReport(
        **facts, sources_read=built.sources_read, errors=built.errors, losses=built.losses
    )


def _records_kept(manifest: "Manifest") -> int:
    """Return the records that passed every stage before the mixture draws from them."""
    stages = {entry.stage for entry in manifest.ledger}
    # Format version 1 has one entry for ranking and selection together.
    ranked = "rank" if "rank" in stages else "select"
    return sum(entry.entered for entry in manifest.ledger if entry.stage == ranked)


def print_build(report: BuildReport) -> None:
    """Print counts and mixture of a snapshot that was just built."""
    from pipelines.console.report import console_of, print_errors

    print_errors(console_of(), report.errors)
    print_summary(report)


def print_summary(summary: SnapshotSummary) -> None:
    """Print counts and mixture of a snapshot."""
    from pipelines.console.report import console_of

    console = console_of()
    console.print(_counts_table(summary))
    console.print()
    console.print(_mixture_table(summary.mixture))
    console.print()
    print_losses(summary.vocabulary_losses)


def print_losses(losses: "Mapping[str, Mapping[str, int]]") -> None:
    """Print the tasks that lose over one percent of tokens or line breaks to the vocabulary."""
    from pipelines.console.report import console_of, plain_table

    table = plain_table("lost in the vocabulary", "unknown tokens", "newlines", right=2)
    for task, lost in sorted(losses.items()):
        shares = [
            lost[part] / lost[whole] if lost[whole] else 0.0
            for part, whole in (("unknown_tokens", "tokens"), ("lost_newlines", "newlines"))
        ]
        if max(shares) > _WORTH_A_LINE:
            table.add_row(task, *(f"{share:.1%}" for share in shares))
    if table.row_count:
        console_of().print(table)
        console_of().print()


# docs/vocabulary.md lists remedies.
_WORTH_A_LINE = 0.01


def _counts_table(summary: SnapshotSummary) -> "Table":
    """Return a table of a snapshot's records and examples, with rejections by reason."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    rows = [
        *(
            (line.name if line.is_total else f"  {line.name}", line.count)
            for line in summary.account
        ),
        ("shards", summary.shards),
        ("input tokens", summary.input_tokens),
        ("target tokens", summary.target_tokens),
        *((f"  {_words(name)}", count) for name, count in sorted(summary.fitting.items())),
    ]
    for name, count in rows:
        table.add_row(name, f"{count:,}")
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _mixture_table(mixture: "Iterable[MixtureEntry]") -> "Table":
    """Return a table of requested and realized examples and task counts by collection."""
    from pipelines.console.report import plain_table

    requested: dict[str, float] = {}
    realized: Counter[str] = Counter()
    tasks: dict[str, set[str]] = {}
    for entry in mixture:
        if entry.split == "train":
            before = requested.get(entry.collection, 0.0)
            requested[entry.collection] = before + entry.requested
            realized[entry.collection] += entry.realised
            tasks.setdefault(entry.collection, set()).add(entry.task)
    table = plain_table("collection", "tasks", "requested", "realized", "share", right=4)
    total = sum(realized.values()) or 1
    for name in sorted(requested):
        table.add_row(
            name,
            str(len(tasks[name])),
            f"{requested[name]:,.1f}",
            f"{realized[name]:,}",
            f"{realized[name] / total:.1%}",
        )
    return table
