"""Natural language inference."""

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.mapping import RowMapping

_THREE = ["entailment", "neutral", "contradiction"]


def _pair(
    premise: str, hypothesis: str, labels: list[str], own_id: str | None = None
) -> RowMapping:
    return RowMapping(
        family="nli",
        id=own_id,
        fields={"premise": premise, "hypothesis": hypothesis, "answer": "label"},
        labels=labels,
    )


_ANLI = _pair("context", "hypothesis", _THREE, own_id="uid")

TASKS = (
    TfdsTask("anli_r1", "anli/r1:0.1.0", _ANLI, license="CC-BY-NC-4.0"),
    TfdsTask("anli_r2", "anli/r2:0.1.0", _ANLI, license="CC-BY-NC-4.0"),
    TfdsTask("anli_r3", "anli/r3:0.1.0", _ANLI, license="CC-BY-NC-4.0"),
    TfdsTask(
        "cb",
        "super_glue/cb:1.0.2",
        # The order of the labels differs from the other sets.
        _pair("premise", "hypothesis", ["entailment", "contradiction", "neutral"]),
    ),
    TfdsTask(
        "mnli",
        "glue/mnli:2.0.0",
        _pair("premise", "hypothesis", _THREE),
        evaluation="validation_matched",
    ),
    TfdsTask("rte", "super_glue/rte:1.0.2", _pair("premise", "hypothesis", ["yes", "no"])),
    # Pairs without a majority label have -1 and are rejected.
    TfdsTask("snli", "snli:1.1.0", _pair("premise", "hypothesis", _THREE), license="CC-BY-SA-4.0"),
    TfdsTask("wnli", "glue/wnli:2.0.0", _pair("sentence1", "sentence2", ["no", "yes"])),
)
