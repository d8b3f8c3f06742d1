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
    TfdsTask(name="anli_r1", builder="anli/r1:0.1.0", mapping=_ANLI, license="CC-BY-NC-4.0"),
    TfdsTask(name="anli_r2", builder="anli/r2:0.1.0", mapping=_ANLI, license="CC-BY-NC-4.0"),
    TfdsTask(name="anli_r3", builder="anli/r3:0.1.0", mapping=_ANLI, license="CC-BY-NC-4.0"),
    TfdsTask(
        name="cb",
        builder="super_glue/cb:1.0.2",
        # The order of the labels differs from the other sets.
        mapping=_pair("premise", "hypothesis", ["entailment", "contradiction", "neutral"]),
    ),
    TfdsTask(
        name="mnli",
        builder="glue/mnli:2.0.0",
        mapping=_pair("premise", "hypothesis", _THREE),
        evaluation="validation_matched",
    ),
    TfdsTask(
        name="rte",
        builder="super_glue/rte:1.0.2",
        mapping=_pair("premise", "hypothesis", ["yes", "no"]),
    ),
    # Pairs without a majority label have -1 and are rejected.
    TfdsTask(
        name="snli",
        builder="snli:1.1.0",
        mapping=_pair("premise", "hypothesis", _THREE),
        license="CC-BY-SA-4.0",
    ),
    TfdsTask(
        name="wnli",
        builder="glue/wnli:2.0.0",
        mapping=_pair("sentence1", "sentence2", ["no", "yes"]),
    ),
)
