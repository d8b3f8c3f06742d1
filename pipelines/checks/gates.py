"""Gates: conditions that a snapshot must meet before a channel points at it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, PositiveInt

from pipelines.checks.verification import Verification
from tfrecords_schema.manifest import TRAIN, Manifest
from transforms.scan.screening import license_allowed
from transforms.settings import Licenses, Settings, Share
from transforms.sources.forgotten import FORGOTTEN
from transforms.types import INVERSION_SUFFIX


class Gates(Settings):
    """Conditions for publishing a snapshot; they do not change its content."""

    min_examples: PositiveInt = Field(1, description="Minimum number of examples.")
    max_task_drop: Share = Field(
        0.2,
        description="Maximum share of its records that a task may lose, compared with the snapshot "
        "that the channel points at. A missing task has lost all of them. Rows that were left out "
        "on request do not count.",
    )
    tolerance: Annotated[float, Field(ge=0)] = Field(
        0.1,
        description="Maximum deviation of a collection's number of examples from the requested "
        "number, as a share of the latter. A deviation of one example always passes.",
    )
    evaluation_overlap: bool = Field(
        False, description="Allow examples that contain items of the held-out sets."
    )
    max_unknown_tokens: Share = Field(
        1.0,
        description="Maximum share of a task's tokens that are unknown to the vocabulary; T5's "
        "vocabulary has no braces, for example.",
    )
    max_lost_newlines: Share = Field(
        1.0, description="Maximum share of a task's line breaks that the vocabulary loses."
    )
    licenses: Licenses = Field(
        default_factory=Licenses, description="Licenses that the examples may have."
    )


def failures(
    gates: Gates, manifest: Manifest, verification: Verification, before: Manifest | None
) -> list[str]:
    """Return one line per gate that the snapshot fails; `before` is the snapshot it replaces."""
    failed = [f"verify: {problem}" for problem in verification.problems]
    if verification.examples < gates.min_examples:
        failed.append(
            f"min_examples: {verification.examples:,} examples, but at least "
            f"{gates.min_examples:,} are required"
        )
    if before is not None:
        failed += _drops(gates.max_task_drop, before, manifest)
    failed += _deviations(gates.tolerance, manifest)
    if verification.overlapping and not gates.evaluation_overlap:
        failed.append(
            f"evaluation_overlap: {verification.overlapping:,} examples contain held-out items"
        )
    failed += _losses(gates, manifest)
    for name, count in sorted(verification.licenses.items()):
        if not license_allowed(name, gates.licenses.allow, gates.licenses.deny):
            failed.append(f"licenses: {count:,} examples under {name}")
    return failed


def _losses(gates: Gates, manifest: Manifest) -> Iterator[str]:
    limits = (
        ("max_unknown_tokens", gates.max_unknown_tokens, "unknown_tokens", "tokens"),
        ("max_lost_newlines", gates.max_lost_newlines, "lost_newlines", "newlines"),
    )
    for task, lost in sorted(manifest.vocabulary_losses.items()):
        for gate, most, part, whole in limits:
            share = lost[part] / lost[whole] if lost[whole] else 0.0
            if share > most:
                yield (
                    f"{gate}: the vocabulary loses {share:.1%} of the {whole} of {task} (at most "
                    f"{most:.1%})"
                )


def records_of(manifest: Manifest) -> dict[str, int]:
    """Return task → number of records available for training, before the mixture draws."""
    return {entry.task: entry.available for entry in manifest.mixture if entry.split == TRAIN}


def _forgotten_of(manifest: Manifest) -> Counter[str]:
    """Return task → rows that were left out on request."""
    counts: Counter[str] = Counter()
    for entry in manifest.ledger:
        counts[entry.task] += entry.rejected.get(FORGOTTEN, 0)
    return counts


def _drops(most: float, before: Manifest, after: Manifest) -> Iterator[str]:
    """Yield the tasks that lost too many records, those that were forgotten since not counted."""
    remaining, forgotten = records_of(after), _forgotten_of(after) - _forgotten_of(before)
    for task, count in sorted(records_of(before).items()):
        left = remaining.get(task, 0)
        if left + forgotten[task.removesuffix(INVERSION_SUFFIX)] < count * (1 - most):
            yield (
                f"max_task_drop: {task} has {left:,} records, {count:,} before "
                f"({left / count - 1:+.0%}, at most {-most:+.0%})"
            )


def _deviations(tolerance: float, manifest: Manifest) -> Iterator[str]:
    requested: dict[str, float] = defaultdict(float)
    realized: Counter[str] = Counter()
    for entry in manifest.mixture:
        if entry.split != TRAIN:
            continue
        requested[entry.collection] += entry.requested
        realized[entry.collection] += entry.realised
    for name, wanted in sorted(requested.items()):
        if abs(realized[name] - wanted) > max(1.0, tolerance * wanted):
            yield (
                f"tolerance: collection {name} has {realized[name]:,} examples, "
                f"{wanted:,.0f} requested (±{tolerance:.0%})"
            )
