"""promptsource's templates over the rows of a data set: each template is a task, already prompted.

A record's `input` is the prompt and its `answer` the target. Answer choices become `options` only
if the prompt does not show them already: then a template with options shows them below the prompt,
and one without options leaves the prompt unchanged.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

import orjson
from pydantic import Field, computed_field, model_validator

from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, nearest
from transforms.collections import p3
from transforms.records.fields import spelled
from transforms.settings import Settings
from transforms.sources.field_sources import FieldSource, look_up, value_of
from transforms.sources.files.options import FileOptions
from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.files.rows import TabularFormat, patterns_of, pieces_of, read_rows
from transforms.sources.files.tfds_files import METADATA, open_prepared, read_examples
from transforms.sources.files.unfolding import Unfolding, explode, ids_around
from transforms.sources.formats.tfds import Tfds
from transforms.sources.mapping import Filtering, passes
from transforms.sources.source import Element, Piece, Source, reject, stated_id
from transforms.stable_random import Draws, stable_id
from transforms.templates.jinja import (
    NotPrompted,
    Prompted,
    PromptTemplate,
    TemplateFile,
    parse_templates,
    render,
)
from transforms.types import Record, Rejection, Task

FAMILY = "prompted"
_FILE = "templates.yaml"
_NOT_IN_TASK_NAMES = re.compile(r"[^\w.]+")


class TabularData(FileOptions, Unfolding):
    """Rows of files."""

    format: TabularFormat
    columns: list[str] | None = Field(
        None, description="Column names of CSV or TSV files without a header.", min_length=1
    )

    @model_validator(mode="after")
    def _columns_fit(self) -> "TabularData":
        if self.columns and self.format not in ("csv", "tsv"):
            raise ValueError(f"`columns` goes with csv and tsv; {self.format} names its own")
        return self


class TfdsData(Settings):
    """Rows of a data set that TFDS has prepared; the source's split is in TFDS syntax."""

    format: Literal["tfds"]
    builder: str = Field(description="Builder with its version, e.g. 'qasc:0.1.0'.")


class Promptsource(Source, Filtering):
    """The templates of one `templates.yaml` over the rows at `path`."""

    obtained: ClassVar[str] = "Parquet files of the Hugging Face hub, with promptsource's templates"

    format: Literal["promptsource"]
    collection: str = Field("p3", description="Collection of the tasks.")
    templates: str = Field(
        description="templates.yaml of promptsource or its directory, relative to `path`."
    )
    data: Annotated[TabularData | TfdsData, Field(discriminator="format")] = Field(
        description="File format of the rows at `path`."
    )
    only: list[str] | Literal["p3"] | None = Field(
        None,
        description="Names of the templates to use, or p3 for those of P3's published training "
        "mixture.",
    )
    exclude: list[str] = Field(default_factory=list, description="Names of templates to exclude.")
    original_tasks_only: bool = Field(
        True,
        description="Exclude templates that invert the data set's task, e.g. that ask for the "
        "question. Has no effect on templates named in `only`.",
    )
    features: dict[str, FieldSource] = Field(
        default_factory=dict,
        description="Maps a key that the templates expect (dots make objects) to the source of its "
        "value. Other keys are unchanged.",
    )
    labels: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Maps the key of a label to the names of the labels; templates get the "
        "position.",
    )
    id: str | None = Field(None, description="Key of the row's id.")
    task_suffix: str = Field("", description="Suffix of the tasks' names, e.g. _r1.")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def published(self) -> str:
        """Digest of the published lists, part of the source's fingerprint if it uses them."""
        return p3.lists_digest() if self.only == "p3" else ""

    def family_names(self) -> set[str]:
        return {FAMILY}

    @property
    def patterns(self) -> tuple[str, ...]:
        return patterns_of(self.data.format) if isinstance(self.data, TabularData) else METADATA

    def _tfds(self, data: TfdsData) -> Tfds:
        """Return the reader of the rows, if TFDS has prepared them."""
        return Tfds(  # type: ignore[call-arg]
            format="tfds",
            path=self.path,
            collection=self.collection,
            task=data.builder,
            builder=data.builder,
            family=FAMILY,
            fields={"answer": "answer"},
        )

    def files_beside(self) -> list[str]:
        return [self._templates_file]

    @property
    def _templates_file(self) -> str:
        is_file = self.templates.endswith((".yaml", ".yml"))
        return self.templates if is_file else posixpath.join(self.templates, _FILE)

    def find_files(self, root: str) -> list[str]:
        """Return the files of the rows.

        Raises:
          ConfigurationError: the templates cannot be read, or have no template of a name.
        """
        select_templates(self, load_templates(self.beside(self._templates_file)))
        if isinstance(self.data, TfdsData):
            return self._tfds(self.data).find_files(root)
        return super().find_files(root)

    def work(self, root: str, files: Mapping[str, int]) -> list[Piece]:
        if isinstance(self.data, TfdsData):
            return self._tfds(self.data).work(root, files)
        return super().work(root, files)

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        if isinstance(self.data, TabularData):
            return pieces_of(self.data.format, path, relative, size, self.data)
        return super().pieces(path, relative, size)

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        file = load_templates(self.beside(self._templates_file))
        prompts = [
            (template, self._task(name, file, template))
            for template in select_templates(self, file)
        ]
        yield from (task for _, task in prompts)
        for where, row in self._rows(piece):
            mapped = row if isinstance(row, BadRow) else map_features(row, self)
            own_ids = [] if isinstance(row, BadRow) else self._own_ids(row)
            identity = "" if isinstance(row, BadRow) else _identity(row, own_ids)
            is_kept = isinstance(row, BadRow) or passes(row, self.filters)
            for template, task in prompts:
                if not is_kept:
                    yield reject(task, "filtered", where)
                elif isinstance(mapped, BadRow):
                    yield reject(
                        task, mapped.reason, f"{where}: {mapped.detail}", own_ids or [None]
                    )
                else:
                    made = self._record(template, task, mapped, identity, where)
                    yield _with_ids(made, own_ids)

    def _task(self, name: str, file: TemplateFile, template: PromptTemplate) -> Task:
        return Task(
            name=task_name(file, template) + self.task_suffix,
            source=name,
            collection=self.collection,
            family=FAMILY,
            languages=tuple(self.languages or template.languages),
        )

    def _rows(self, piece: Piece) -> Rows:
        if isinstance(self.data, TabularData):
            rows = read_rows(self.data.format, piece, self.data.columns, options=self.data)
            return explode(rows, self.data.explode)
        definition, _ = self._tfds(self.data).tasks_and_splits()[0]
        root = piece.path.removesuffix(piece.relative).rstrip("/")
        return read_examples(piece, open_prepared(root, definition).info.features)

    def _own_ids(self, row: Row) -> list[str]:
        """Return the row's own id, empty if it states none, and those of the rows around it."""
        if not self.id:
            return []
        around = ids_around(row, self.id)
        return [stated_id(look_up(row, self.id)) or "", *(one for one in around if one)]

    def _record(
        self, template: PromptTemplate, task: Task, row: Row, identity: str, where: str
    ) -> Record | Rejection:
        prompted = render(template, row, Draws("promptsource", template.id, identity))
        if isinstance(prompted, NotPrompted):
            return reject(task, prompted.reason, f"{where}: {prompted.detail}")
        if lacks_mark(prompted):
            marks = ", ".join(prompted.answer_choices)
            detail = f"answer {prompted.targets!r} is none of the template's choices {marks}"
            return reject(task, "unknown_label", f"{where}: {detail}")
        fields = {
            "input": prompted.inputs,
            "answer": prompted.targets,
            "options": separate_options(template, prompted),
        }
        return self.record_or_rejection(task, fields, None, where, contents=identity)


def _identity(row: Row, own_ids: Sequence[str]) -> str:
    """Return a digest of the row and its own id, not of the prompt: wording may change."""
    own_id = own_ids[0] if own_ids else ""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return stable_id(own_id, orjson.dumps(row, option=options, default=repr).decode())


def _with_ids(made: Record | Rejection, own_ids: Sequence[str]) -> Record | Rejection:
    """Return a record or rejection with the ids of its row, which a record's id covers already."""
    if not own_ids:
        return made
    return replace(made, own_id=own_ids[0], row_ids=tuple(own_ids[1:]))


@lru_cache(maxsize=512)
def load_templates(path: str) -> TemplateFile:
    """Load the templates of one file; raise ConfigurationError if it is missing or invalid."""
    try:
        text = filesystem.read_bytes(path).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path}: no templates there ({error}); promptsource has them in promptsource/templates"
        ) from error
    return parse_templates(text, path)


def task_name(file: TemplateFile, template: PromptTemplate) -> str:
    """Return the name that P3 publishes the task under.

    dataset "sciq", template "Direct Question (Closed Book)" → "sciq_Direct_Question_Closed_Book_"
    """
    parts = [part for part in (file.dataset, file.subset, template.name) if part]
    return _NOT_IN_TASK_NAMES.sub("_", "_".join(parts))


def select_templates(source: Promptsource, file: TemplateFile) -> list[PromptTemplate]:
    """Return the templates that the recipe selects, in the order of the file.

    Raises:
      ConfigurationError: the file has no template of a name, or none is selected.
    """
    known = {template.name for template in file.templates}
    wanted: Sequence[str] | None = source.only
    if source.only == "p3":
        wanted = p3.published_templates(file.dataset, file.subset)
    for name in (*(wanted or ()), *source.exclude):
        if name not in known:
            raise ConfigurationError(
                f"{source.templates}: no template {name!r}; {nearest(name, known)}"
            )
    if wanted is None:
        every = not source.original_tasks_only
        wanted = [each.name for each in file.templates if every or each.original_task]
    names = set(wanted) - set(source.exclude)
    chosen = [template for template in file.templates if template.name in names]
    if not chosen:
        raise ConfigurationError(
            f"{source.templates}: no template of {file.dataset} is left; see `only`, `exclude` "
            "and `original_tasks_only`"
        )
    return chosen


def map_features(row: Row, source: Promptsource) -> dict[str, Any] | BadRow:
    """Convert the row to the keys and labels that the templates expect, or return its problem.

    features {"choices.text": "options"}, labels {"label": ["no", "yes"]}:
    {"options": ["a"], "label": "yes"} → {"options": ["a"], "label": 1, "choices": {"text": ["a"]}}
    """
    mapped = dict(row)
    for key, value in [(key, value_of(row, each)) for key, each in source.features.items()]:
        if value is not None:
            _assign(mapped, key.split("."), value)
    for key, names in source.labels.items():
        label = mapped.get(key)
        if isinstance(label, int) and not isinstance(label, bool):
            continue
        if spelled(label) not in names:
            return BadRow("unknown_label", f"{key} {label!r} is none of {', '.join(names)}")
        mapped[key] = names.index(spelled(label))
    return mapped


def _assign(target: dict[str, Any], path: list[str], value: Any) -> None:
    """Put `value` at `path`, copying the objects on the way."""
    first, *rest = path
    if not rest:
        target[first] = value
        return
    inner = target.get(first)
    target[first] = dict(inner) if isinstance(inner, Mapping) else {}
    _assign(target[first], rest, value)


def separate_options(template: PromptTemplate, prompted: Prompted) -> list[str]:
    """Return the answer choices if the answer is one and the prompt does not show them all."""
    choices = list(dict.fromkeys(choice for choice in prompted.answer_choices if choice))
    if template.choices_in_prompt or prompted.targets not in choices or len(choices) < 2:
        return []
    shown = all(_shows(prompted.inputs, choice) for choice in choices)
    return [] if shown else choices


def lacks_mark(prompted: Prompted) -> bool:
    """Return whether the answer is a letter, and the choices are other letters.

    Templates for four options are published for data sets with five: the prompt shows A to D, and
    the answer is "E".
    """
    marks = {choice.strip() for choice in prompted.answer_choices}
    answer = prompted.targets.strip()
    are_marks = len(marks) > 1 and all(len(mark) == 1 and mark.isalpha() for mark in marks)
    return are_marks and len(answer) == 1 and answer.isalpha() and answer not in marks


def _shows(prompt: str, choice: str) -> bool:
    """Return whether the choice occurs in the prompt as a complete word or words."""
    return re.search(rf"(?<!\w){re.escape(choice)}(?!\w)", prompt) is not None
