"""The mapping that all tasks of text pairs share."""

from typing import Any

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Text
from transforms.sources.mapping import RowMapping

FAMILY = "demonstrations"


def pair_task(
    name: str,
    builder: str,
    text: str,
    answer: str,
    *,
    labels: list[str] | None = None,
    replace: dict[str, str] | None = None,
    filters: dict[str, Any] | None = None,
    **task: Any,
) -> TfdsTask:
    """Return a task whose input is `text` with a row's values, and whose target is `answer`.

    "cola sentence: {sentence}", "label" → "cola sentence: A dog ran.", "acceptable"

    Args:
      answer: the key of the target.
      labels: what the raw answers 0, 1 and so on are called in the target.
      replace: texts in the input, and what takes their place.
      filters: values that a row must have.
      **task: other attributes of the task.
    """
    mapping = RowMapping(
        family=FAMILY,
        fields={"input": Text(text=text, replace=replace or {}), "answer": answer},
        labels=labels,
        filters=filters or {},
    )
    return TfdsTask(name=name, builder=builder, mapping=mapping, **task)
