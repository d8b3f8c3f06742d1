"""A snapshot that breaks its own recipe's promises does not verify."""

from collections import Counter
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.checks.snapshot_promises import broken_promises
from pipelines.checks.verify import Verification, verify
from tfrecords_schema.manifest import Manifest


def _with_recipe(manifest: Manifest, **changes: Any) -> Manifest:
    return manifest.model_copy(update={"recipe": {**manifest.recipe, **changes}})


def test_quickstart_keeps_its_promises(quickstart: BuildResult) -> None:
    found = verify(quickstart.path)
    assert found.licenses
    assert found.contaminated
    assert list(broken_promises(quickstart.manifest, found)) == []


def test_a_license_that_is_not_allowed_is_found(quickstart: BuildResult) -> None:
    found = Verification(licenses=Counter({"Apache-2.0": 3, "CC-BY-NC-4.0": 2}))
    denying = _with_recipe(quickstart.manifest, licenses={"allow": [], "deny": ["NC"]})
    assert list(broken_promises(denying, found)) == [
        "2 examples under license 'CC-BY-NC-4.0', which the recipe does not allow"
    ]


@pytest.mark.parametrize(("mode", "problems"), [("drop", 1), ("report", 0)])
def test_an_overlap_counts_where_the_recipe_drops_it(
    quickstart: BuildResult, mode: str, problems: int
) -> None:
    found = Verification(overlapping=4)
    told = _with_recipe(quickstart.manifest, decontaminate={"mode": mode})
    assert len(list(broken_promises(told, found))) == problems


def test_a_quota_below_the_request_needs_a_shortage(quickstart: BuildResult) -> None:
    manifest = quickstart.manifest
    first = manifest.mixture[0]
    for available, missed in ((first.available, True), (0, False)):
        entries = [
            entry.model_copy(update={"planned": 0, "available": available})
            if entry.task == first.task
            else entry
            for entry in manifest.mixture
        ]
        changed = manifest.model_copy(update={"mixture": entries})
        problems = list(broken_promises(changed, Verification()))
        assert [first.task in problem for problem in problems] == [True] * missed
