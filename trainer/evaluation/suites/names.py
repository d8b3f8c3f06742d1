"""Check the name of a suite before anything is trained or loaded."""

from tfrecords_schema.errors import ConfigurationError, nearest
from trainer.evaluation.suites.published import PUBLISHED

HELD_IN = "held_in"
OF_FILES = ("mmlu", "mmlu_5shot", "mmlu_cot", "bbh", "bbh_cot", "superni")
OF_PATHS = ("jsonl", "snapshot")


def needs_data(name: str) -> bool:
    """Return whether a suite is read from the directory of the benchmarks.

    Raises:
        ConfigurationError: there is no such suite.
    """
    kind, _, path = name.partition("=")
    if name == HELD_IN or (kind in OF_PATHS and path):
        return False
    if name in OF_FILES or name in PUBLISHED:
        return True
    known = (HELD_IN, *OF_FILES, *(f"{kind}=PATH" for kind in OF_PATHS), *PUBLISHED)
    raise ConfigurationError(f"suite {name!r} is unknown; {nearest(name, known)}")
