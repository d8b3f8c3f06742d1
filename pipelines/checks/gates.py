"""Gates: what must hold of a snapshot before a channel points at it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, PositiveInt

from pipelines.checks.verification import Verification
from tfrecords_schema.manifest import TRAIN, Manifest
from transforms.scan.screening import license_allowed
from transforms.settings import Licenses, Settings, Share


class Gates(Settings):
    """What a snapshot must pass to be published; they change nothing in it."""

    min_examples: PositiveInt = Field(1, description="Least number of examples.")
    max_task_drop: Share = Field(
        0.2,
        description="Largest share of its records that a task may lose against the snapshot that "
        "the channel points at; a task that is gone has lost all.",
    )
    tolerance: Annotated[float, Field(ge=0)] = Field(
        0.1,
        description="Largest deviation of a collection's examples from those requested, as a "
        "share of the latter; one example always may.",
    )
    evaluation_overlap: bool = Field(
        False, description="Whether examples may hold items of the held-out sets."
    )
    max_unknown_tokens: Share = Field(
        1.0,
        description="Largest share of a task's tokens that the vocabulary does not know; T5's has "
        "no braces, for example.",
    )
    max_lost_newlines: Share = Field(
        1.0, description="Largest share of a task's line ends that the vocabulary loses."
    )
    licenses: Licenses = Field(
        default_factory=Licenses, description="Licenses that its examples may have."
    )


def failures(
    gates: Gates, manifest: Manifest, found: Verification, before: Manifest | None
) -> list[str]:
    """List every gate that the snapshot fails, a line each; `before` is what it replaces."""
    failed = [f"verify: {problem}" for problem in found.problems]
    if found.examples < gates.min_examples:
        failed.append(f"min_examples: {found.examples:,} examples, not {gates.min_examples:,}")
    if before is not None:
        failed += _drops(gates.max_task_drop, records_of(before), records_of(manifest))
    failed += _deviations(gates.tolerance, manifest)
    if found.overlapping and not gates.evaluation_overlap:
        failed.append(f"evaluation_overlap: {found.overlapping:,} examples hold held-out items")
    failed += _losses(gates, manifest)
    for name, count in sorted(found.licenses.items()):
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
                    f"{gate}: {share:.1%} of the {whole} of {task} are lost in the vocabulary "
                    f"(at most {most:.1%})"
                )


def records_of(manifest: Manifest) -> dict[str, int]:
    """Return task → records fit for training, whatever the mixture draws of them."""
    return {entry.task: entry.available for entry in manifest.mixture if entry.split == TRAIN}


def _drops(most: float, before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    for task, count in sorted(before.items()):
        left = after.get(task, 0)
        if left < count * (1 - most):
            yield (
                f"max_task_drop: {task} has {left:,} records, {count:,} before "
                f"({left / count - 1:+.0%}, at most {-most:+.0%})"
            )


def _deviations(tolerance: float, manifest: Manifest) -> Iterator[str]:
    requested: dict[str, float] = defaultdict(float)
    realised: Counter[str] = Counter()
    for entry in manifest.mixture:
        if entry.split != TRAIN:
            continue
        requested[entry.collection] += entry.requested
        realised[entry.collection] += entry.realised
    for name, wanted in sorted(requested.items()):
        if abs(realised[name] - wanted) > max(1.0, tolerance * wanted):
            yield (
                f"tolerance: collection {name} has {realised[name]:,} examples, "
                f"{wanted:,.0f} requested (±{tolerance:.0%})"
            )
