"""One data set of P3, and which of its templates P3's training mixture has."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class P3DataSet:
    """Templates over one data set; each template is a task.

    Attributes:
      dataset, subset: as Hugging Face and promptsource name them.
      templates: names in promptsource's `templates.yaml`.
      flan2021: tasks of Flan 2021 over the same data.
      tfds: builder with its version, where TFDS has the rows in Hugging Face's features.
    """

    dataset: str
    subset: str | None
    templates: tuple[str, ...]
    flan2021: tuple[str, ...] = ()
    tfds: str | None = None
