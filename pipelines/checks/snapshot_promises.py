"""Check the promises of a recipe about its snapshot: policies kept, quotas met."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from pipelines.checks.verification import Verification
from tfrecords_schema.manifest import TRAIN, Manifest, MixtureEntry
from transforms.scan.screening import license_allowed


def broken_promises(manifest: Manifest, verification: Verification) -> Iterator[str]:
    """Yield a line for each violation of the manifest's recipe by the examples."""
    recipe = manifest.recipe
    if recipe["decontaminate"]["mode"] == "drop" and verification.overlapping:
        yield f"{verification.overlapping} examples come from records that contain held-out items"
    licenses = recipe["licenses"]
    for name, count in sorted(verification.licenses.items()):
        if not license_allowed(name, licenses["allow"], licenses["deny"]):
            yield f"{count} examples under license {name!r}, which the recipe does not allow"
    yield from _missed_quotas(manifest.mixture, recipe["mixture"]["max_epochs"])


def _missed_quotas(mixture: list[MixtureEntry], max_epochs: int) -> Iterator[str]:
    """Yield the tasks with fewer planned than requested examples although records were left."""
    requested: dict[str, float] = defaultdict(float)
    planned: Counter[str] = Counter()
    capacity: dict[str, int] = {}
    for entry in mixture:
        if entry.split == TRAIN:
            requested[entry.task] += entry.requested
            planned[entry.task] += entry.planned
            records = min(entry.available, entry.cap or entry.available)
            capacity[entry.task] = records * max_epochs
    for task, wanted in requested.items():
        if planned[task] < min(wanted, capacity[task]) - 1:
            yield (
                f"{task}: {planned[task]} examples planned, {wanted:.1f} requested, "
                f"{capacity[task]} possible"
            )
