"""The recipe: one YAML file that says what a corpus is made of."""

import os
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PrivateAttr, field_validator, model_validator

from pipelines.checks.gates import Gates
from pipelines.configuration import yaml_document
from pipelines.configuration.shipped import find_file, shipped_files
from pipelines.configuration.validation import validate
from pipelines.configuration.yaml_document import SET, Document
from tfrecords_schema.errors import ConfigurationError, nearest
from tfrecords_schema.filesystem import is_local
from transforms.settings import CorpusSettings, Mixture, Settings, Share
from transforms.sources.formats.alpaca import Alpaca
from transforms.sources.formats.cast import Cast
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.gsm8k import Gsm8k
from transforms.sources.formats.metaicl import MetaIcl
from transforms.sources.formats.openai_messages import OpenAiMessages
from transforms.sources.formats.p3 import P3
from transforms.sources.formats.program import HumanEval, Mbpp
from transforms.sources.formats.promptsource import Promptsource
from transforms.sources.formats.qrecc import Qrecc
from transforms.sources.formats.sgd import Sgd
from transforms.sources.formats.sharegpt import ShareGpt
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.sources.formats.taskmaster import Taskmaster
from transforms.sources.formats.tfds import Flan2021, Tfds
from transforms.templates.template import Template

AnySource = Annotated[
    Alpaca
    | Cast
    | CotTsv
    | Flan2021
    | Gsm8k
    | HumanEval
    | Mbpp
    | MetaIcl
    | OpenAiMessages
    | P3
    | Promptsource
    | Qrecc
    | Sgd
    | ShareGpt
    | SuperNi
    | Tabular
    | Taskmaster
    | Tfds,
    Field(discriminator="format"),
]
_NAME = r"^[A-Za-z0-9_.-]+$"


# What a held-out set may leave out.
_COMPLETED = {"collection": "held_out", "family": ""}


def _held_out_defaults(name: str, stated: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that the format of a held-out set requires and that say nothing of it."""
    formats = {
        key: kind
        for kind in get_args(get_args(AnySource)[0])
        for key in get_args(kind.model_fields["format"].annotation)
    }
    kind = formats.get(stated.get("format"))
    fields = kind.model_fields if kind else {}
    defaults = {**_COMPLETED, "task": name}
    return {k: v for k, v in defaults.items() if k in fields and fields[k].is_required()}


class TemplateSpec(Settings):
    """A template of the user's own, over the canonical fields of its task."""

    inputs: str = Field(min_length=1, description="The prompt; {options} is the slot for options.")
    targets: str = Field(min_length=1, description="The expected answer.")
    instruction: str = Field("", description="Said once, before the exemplars.")

    @model_validator(mode="after")
    def _is_format(self) -> "TemplateSpec":
        self.template().fields  # noqa: B018  raises on broken placeholders
        return self

    def template(self) -> Template:
        """The same for the engine."""
        return Template(self.inputs, self.targets, self.instruction)


class RecipeInputs(Settings):
    """What a corpus is called, and what it is read from."""

    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.]*$", description="The corpus's name.")
    version: str = Field("1.0.0", pattern=r"^\d+\.\d+\.\d+$", description="Version, x.y.z.")
    description: str = Field("", description="What the corpus is for.")
    on_source_error: Literal["fail", "skip"] = Field(
        "fail", description="Whether a file that cannot be read stops the build or is left out."
    )
    max_loss: Share = Field(
        0.01, description="Share of a source's rows that one reason may take without a report."
    )
    sources: dict[Annotated[str, Field(pattern=_NAME)], AnySource] = Field(
        min_length=1, description="Where records come from; the first named win over duplicates."
    )
    held_out: dict[Annotated[str, Field(pattern=_NAME)], AnySource] = Field(
        default_factory=dict,
        description="Evaluation sets that no record may contain; collection, task and family may "
        "be left out.",
    )

    @field_validator("sources")
    @classmethod
    def _families_are_stated(cls, sources: dict[str, Any]) -> dict[str, Any]:
        for name, source in sources.items():
            if getattr(source, "family", None) == "":
                raise ValueError(f"{name}: family is empty; `flanbeam templates list` names them")
        return sources

    @field_validator("held_out", mode="before")
    @classmethod
    def _complete(cls, sets: Any) -> Any:
        """Fill in what only training records need."""
        if not isinstance(sets, dict):
            return sets
        return {
            name: {**_held_out_defaults(name, stated), **stated}
            if isinstance(stated, dict)
            else stated
            for name, stated in sets.items()
        }

    @field_validator("held_out")
    @classmethod
    def _are_held_out(cls, sets: dict[str, Any]) -> dict[str, Any]:
        return {name: source.as_held_out() for name, source in sets.items()}


class Recipe(CorpusSettings, RecipeInputs):
    """What a corpus is made of, and how."""

    templates: dict[str, list[TemplateSpec]] = Field(
        default_factory=dict, description="Task: templates of its own, beside its family's."
    )
    gates: Gates = Field(default_factory=Gates)  # type: ignore[arg-type]

    # Where keys that name files are stated, for messages about what they name.
    _places: dict[tuple[str, ...], str] = PrivateAttr(default_factory=dict)

    @property
    def places(self) -> dict[tuple[str, ...], str]:
        """Key path → `file:line` or the command-line option that states it."""
        return self._places

    def where(self, *keys: str) -> str:
        """How a message about the value of `keys` begins."""
        place, key = self._places.get(keys, self.name), ".".join(keys)
        return place if place.startswith("--") else f"{place}: {key}"

    def stated(self) -> dict[str, Any]:
        """The recipe as the manifest has it: what makes the snapshot's bytes.

        Paths differ between machines; gates judge a snapshot and do not change it.
        """
        paths = {"sources": {"__all__": {"path"}}, "held_out": {"__all__": {"path"}}}
        left_out: dict[str, Any] = {
            **paths,
            "vocabulary": {"path"},
            "gates": True,
            "max_loss": True,
        }
        return self.model_dump(mode="json", exclude=left_out)

    def settings(self) -> CorpusSettings:
        """Return the keys that stages depend on."""
        return CorpusSettings(**{name: getattr(self, name) for name in CorpusSettings.model_fields})

    @field_validator("mixture")
    @classmethod
    def _collections_exist(cls, mixture: Mixture, info: Any) -> Mixture:
        known = {source.collection for source in info.data.get("sources", {}).values()}
        for name in mixture.collections if known else ():
            if name not in known:
                hint = nearest(name, known)
                raise ValueError(f"collection {name!r} belongs to no source; {hint}")
        return mixture


def shipped_recipes() -> dict[str, str]:
    """Name → path of the recipes that come with the package."""
    return shipped_files("pipelines", "recipes")


def load_recipe(
    name_or_path: str, assignments: list[str], source_paths: dict[str, str], seed: int | None
) -> Recipe:
    """The recipe, every path resolved for this machine.

    Relative paths are relative to the recipe; those of --source and --set to the working directory.

    Raises:
      ConfigurationError: every mistake, with file, line and key.
    """
    path = find_file(name_or_path, shipped_recipes(), "recipe")
    document = yaml_document.read(path)
    for assignment in assignments:
        document.set(assignment)
    if seed is not None:
        document.set(f"seed={seed}", "--seed")
    recipe = validate(Recipe, document)
    return _resolve(recipe, document, os.path.dirname(os.path.abspath(path)), source_paths)


def _resolve(recipe: Recipe, document: Document, base: str, source_paths: dict[str, str]) -> Recipe:
    """`recipe` with absolute paths: from the recipe's directory, or from here for --set."""
    known = {**recipe.sources, **recipe.held_out}
    for name in source_paths:
        if name not in known:
            raise ConfigurationError(f"--source {name}: no such source; {nearest(name, known)}")

    def absolute(path: str | None, *keys: str) -> str | None:
        recipe.places[keys] = document.place(keys)
        path = os.path.expandvars(path) if path else path
        if path is None or not is_local(path) or "$" in path:
            return path
        from_here = recipe.places[keys].startswith(SET)
        return os.path.normpath(os.path.join(os.getcwd() if from_here else base, path))

    def place(group: str, sources: dict[str, Any]) -> dict[str, Any]:
        placed = {}
        for name, source in sources.items():
            keys = (group, name, "path")
            path = absolute(source.path, *keys)
            if given := source_paths.get(name):
                path = os.path.abspath(given) if is_local(given) else given
                recipe.places[keys] = f"--source {name}"
            update = {"path": path}
            if templates := getattr(source, "templates", None):
                update["templates"] = os.path.expandvars(templates)
            placed[name] = source.model_copy(update=update)
        return placed

    for task in recipe.templates:
        recipe.places["templates", task] = document.place(("templates", task))
    path = absolute(recipe.vocabulary.path, "vocabulary", "path")
    return recipe.model_copy(
        update={
            "sources": place("sources", recipe.sources),
            "held_out": place("held_out", recipe.held_out),
            "vocabulary": recipe.vocabulary.model_copy(update={"path": path}),
        }
    )
