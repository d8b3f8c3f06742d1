"""Find the arms that a suite asks other questions than the arm that they are compared with.

`held_in` takes its questions from the snapshot that an arm trains on. All other suites ask every
arm the same.
"""

from pipelines.studies.study import Study


def comparisons_left_out(study: Study) -> list[str]:
    """Return a sentence for each suite that leaves comparisons out; nothing is built for it."""
    apart = [
        f"{arm} with {base}" for arm, base in study.bases().items() if _differ(study, arm, base)
    ]
    return [
        f"{name}: asks each arm about its own snapshot, so it does not compare "
        f"{', '.join(apart)}: their recipes or held_in_examples differ"
        for name, spec in study.suites.items()
        if spec.suite == "held_in" and apart
    ]


def _differ(study: Study, arm: str, base: str) -> bool:
    """Return whether the examples held in of two arms differ, by recipe and number."""
    return _held_in(study, arm) != _held_in(study, base)


def _held_in(study: Study, arm: str) -> tuple[str, int]:
    from trainer.batches.held_in import number_asked  # imports slowly

    config = study.config_of(arm, study.seeds[0])
    return repr(study.recipe_of(arm).stated()), number_asked(config.held_in_examples)
