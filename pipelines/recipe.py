"""The recipe: one YAML file that defines a corpus."""

import os
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PrivateAttr, field_validator, model_validator

from pipelines.checks.gates import Gates
from pipelines.configuration import inheritance
from pipelines.configuration.shipped import find_file, shipped_files
from pipelines.configuration.shown_fields import check_shown
from pipelines.configuration.validation import validate
from pipelines.configuration.variables import expanded
from pipelines.configuration.yaml_document import SET, Document, Path
from pipelines.console.hiding import as_written, forget, hide
from tfrecords_schema.errors import ConfigurationError, nearest
from tfrecords_schema.filesystem import is_local
from transforms.settings import CorpusSettings, Mixture, Settings, Share
from transforms.sources.formats.alpaca import Alpaca
from transforms.sources.formats.asdiv import Asdiv
from transforms.sources.formats.cast import Cast
from transforms.sources.formats.code_contests import CodeContests
from transforms.sources.formats.conversations import Conversations
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.dr_repair import DrRepair
from transforms.sources.formats.gsm8k import Gsm8k
from transforms.sources.formats.hf import Hf
from transforms.sources.formats.made_up import MadeUp
from transforms.sources.formats.metaicl import MetaIcl
from transforms.sources.formats.p3 import P3
from transforms.sources.formats.program import HumanEval, Mbpp
from transforms.sources.formats.promptsource import Promptsource
from transforms.sources.formats.qrecc import Qrecc
from transforms.sources.formats.sgd import Sgd
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.sources.formats.taskmaster import Taskmaster
from transforms.sources.formats.tfds import ExMix, Flan2021, T5Tasks, Tfds
from transforms.sources.formats.unified_skg import UnifiedSkg
from transforms.sources.formats.wiki_dialog import WikiDialog
from transforms.templates.template import Template

AnySource = Annotated[
    Alpaca
    | Asdiv
    | Cast
    | CodeContests
    | Conversations
    | CotTsv
    | DrRepair
    | ExMix
    | Flan2021
    | Gsm8k
    | Hf
    | HumanEval
    | MadeUp
    | Mbpp
    | MetaIcl
    | P3
    | Promptsource
    | Qrecc
    | Sgd
    | SuperNi
    | T5Tasks
    | Tabular
    | Taskmaster
    | Tfds
    | UnifiedSkg
    | WikiDialog,
    Field(discriminator="format"),
]
# Upper bounds of the mean over a text: a piece of T5's vocabulary has 4 to 5 English characters.
_CHARACTERS_PER_TOKEN = {"bytes": 1, "sentencepiece": 6}
_NAME = r"^[A-Za-z0-9_.-]+$"


# Keys that a held-out set may leave out, and their values.
_COMPLETED = {"collection": "held_out", "family": ""}


def _held_out_defaults(name: str, stated: dict[str, Any]) -> dict[str, Any]:
    """Return defaults for the keys that a format requires but that a held-out set does not need."""
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
    """A user's template, over the canonical fields of its task."""

    inputs: str = Field(min_length=1, description="The prompt; {options} is the slot for options.")
    targets: str = Field(min_length=1, description="The expected answer.")
    instruction: str = Field("", description="Instruction that appears once, before the exemplars.")
    form: str = Field(
        "",
        description="Form of answer that the template asks for, one of the family's forms; empty "
        "means any.",
    )
    weight: float = Field(
        1.0,
        gt=0,
        le=1e6,
        description="Relative frequency of the template; the family's templates have weight 1.",
    )

    @model_validator(mode="after")
    def _is_format(self) -> "TemplateSpec":
        self.template().fields  # noqa: B018  raises on broken placeholders
        return self

    def template(self) -> Template:
        """Return the template as the prompt engine takes it."""
        return Template(
            self.inputs,
            self.targets,
            instruction=self.instruction,
            form=self.form,
            weight=self.weight,
        )


class OwnTemplates(Settings):
    """A recipe's own templates for one task."""

    only: bool = Field(
        False, description="Use only these templates, without those of the task's family."
    )
    templates: list[TemplateSpec] = Field(min_length=1, description="The templates.")

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return {"templates": value} if isinstance(value, list) else value

    def for_engine(self) -> tuple[Template, ...]:
        """Return the templates as the prompt engine takes them."""
        return tuple(spec.template() for spec in self.templates)


class RecipeInputs(Settings):
    """Name, version and sources of a corpus."""

    base: str | None = Field(
        None,
        description="A shipped recipe's name, or a file, that this recipe extends; keys here "
        "override it.",
    )
    name: str = Field(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.]*$", max_length=100, description="Name of the corpus."
    )
    version: str = Field(
        "1.0.0", pattern=r"^\d+\.\d+\.\d+$", description="Version of the corpus, x.y.z."
    )
    description: str = Field("", description="Purpose of the corpus, for its data card.")
    on_source_error: Literal["fail", "skip"] = Field(
        "fail",
        description="fail: an unreadable file stops the build; skip: it is left out and reported.",
    )
    max_loss: Share = Field(
        0.01, description="Warn if a source loses more than this share of its rows for one reason."
    )
    sources: dict[Annotated[str, Field(pattern=_NAME, max_length=100)], AnySource] = Field(
        min_length=1,
        description="Sources of the records, by name. Of duplicates, the record of the source "
        "named first is kept.",
    )
    held_out: dict[Annotated[str, Field(pattern=_NAME, max_length=100)], AnySource] = Field(
        default_factory=dict,
        description="Evaluation sets whose items no record may contain; collection, task and "
        "family may be left out.",
    )

    held_out_absent: list[str] = Field(
        default_factory=list,
        description="Held-out sets to build without; any other missing set stops the build.",
    )

    @property
    def searched(self) -> dict[str, AnySource]:
        """Return the held-out sets that records are searched for."""
        return {k: v for k, v in self.held_out.items() if k not in self.held_out_absent}

    @field_validator("sources")
    @classmethod
    def _families_are_stated(cls, sources: dict[str, Any]) -> dict[str, Any]:
        for name, source in sources.items():
            if getattr(source, "family", None) == "":
                raise ValueError(
                    f"{name}: family is empty: choose one from `flanbeam templates list`"
                )
        return sources

    @field_validator("held_out", mode="before")
    @classmethod
    def _complete(cls, sets: Any) -> Any:
        """Fill in the keys that only training records need."""
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
    """The complete definition of a corpus."""

    templates: dict[str, OwnTemplates] = Field(
        default_factory=dict,
        description="Your templates, by task: a list, used in addition to those of the task's "
        "family, or a mapping with `only: true` and `templates`, to use no others.",
    )
    gates: Gates = Field(default_factory=Gates)  # type: ignore[arg-type]
    notify: str = Field(
        "",
        max_length=10_000,
        description="Command, or http(s) URL, to notify when a refresh fails to publish; only with "
        "--trust-recipe.",
    )

    # Places of the keys that name files, for messages about those files.
    _places: dict[tuple[str, ...], str] = PrivateAttr(default_factory=dict)

    @property
    def places(self) -> dict[tuple[str, ...], str]:
        """Key path → `file:line` or the command-line option that states it."""
        return self._places

    def where(self, *keys: str) -> str:
        """Return the place and key that begin a message about the value of `keys`."""
        place, key = self._places.get(keys, self.name), ".".join(keys)
        return place if place.startswith("--") else f"{place}: {key}"

    @model_validator(mode="after")
    def _histories_fit(self) -> "Recipe":
        """Limit the conversation history of records to what an example can show."""
        tokens = self.limits.max_input_tokens
        characters = max(256, tokens * _CHARACTERS_PER_TOKEN[self.vocabulary.kind])
        for group in (self.sources, self.held_out):
            for name, source in group.items():
                if isinstance(source, Conversations) and source.history_characters is None:
                    update = {"history_characters": characters}
                    group[name] = source.model_copy(update=update)
        return self

    def stated(self) -> dict[str, Any]:
        """Return the recipe as in the manifest: the keys that determine the snapshot's bytes.

        Paths differ between machines; gates judge a snapshot and do not change it, nor does whom
        to notify.
        """
        paths = {"sources": {"__all__": {"path"}}, "held_out": {"__all__": {"path"}}}
        left_out: dict[str, Any] = {
            **paths,
            "deduplicate": {"against"},
            "decontaminate": {"against"},
            "vocabulary": {"path"},
            "gates": True,
            "notify": True,
            "base": True,
            "max_loss": True,
        }
        stated = self.model_dump(mode="json", exclude=left_out)
        for settings in (*stated["sources"].values(), *stated["held_out"].values()):
            if "templates" in settings:
                settings["templates"] = as_written(settings["templates"])
        return stated

    def settings(self) -> CorpusSettings:
        """Return the keys that stages depend on."""
        return CorpusSettings(**{name: getattr(self, name) for name in CorpusSettings.model_fields})

    @field_validator("held_out_absent")
    @classmethod
    def _absent_are_held_out(cls, names: list[str], info: Any) -> list[str]:
        known = info.data.get("held_out", {})
        for name in names:
            if name not in known:
                raise ValueError(f"{name!r} is not a held-out set; {nearest(name, known)}")
        return names

    @field_validator("mixture")
    @classmethod
    def _collections_exist(cls, mixture: Mixture, info: Any) -> Mixture:
        known = {source.collection for source in info.data.get("sources", {}).values()}
        for name in mixture.collections if known else ():
            if name not in known:
                hint = nearest(name, known)
                raise ValueError(f"no source has collection {name!r}; {hint}")
        return mixture


def recipe_schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe's file; sources are optional if there is a base."""
    schema = Recipe.model_json_schema()
    required = schema.pop("required")
    of_heirs = [*(key for key in required if key != "sources"), "base"]
    schema["anyOf"] = [{"required": required}, {"required": of_heirs}]
    _ease_held_out(schema)
    for group in ("sources", "held_out"):
        patterns = schema["properties"][group]["patternProperties"]
        patterns |= {pattern: _or_null(value) for pattern, value in patterns.items()}
    collections = schema["$defs"]["Mixture"]["properties"]["collections"]
    collections["additionalProperties"] = _or_null(collections["additionalProperties"])
    return schema


def _ease_held_out(schema: dict[str, Any]) -> None:
    """Let held-out sets leave out what only training records need."""
    optional, definitions = {*_COMPLETED, "task"}, schema["$defs"]
    patterns = schema["properties"]["held_out"]["patternProperties"]
    for pattern, choice in patterns.items():
        choices = []
        for stated in choice["oneOf"]:
            name = stated["$ref"].rpartition("/")[2]
            required = [key for key in definitions[name]["required"] if key not in optional]
            definitions[f"HeldOut{name}"] = {**definitions[name], "required": required}
            choices.append({"$ref": f"#/$defs/HeldOut{name}"})
        # No `discriminator`: `format` alone tells which of them is meant.
        patterns[pattern] = {"oneOf": choices}


def _or_null(schema: Any) -> dict[str, Any]:
    """Also allow null, which removes the inherited entry."""
    return {"anyOf": [schema, {"type": "null"}]}


def shipped_recipes() -> dict[str, str]:
    """Return name → path of the recipes that come with the package."""
    return shipped_files("pipelines", "recipes")


def load_recipe(
    name_or_path: str, assignments: list[str], source_paths: dict[str, str], seed: int | None
) -> Recipe:
    """Load the recipe, every path resolved for this machine.

    Relative paths are relative to the recipe; those of --source and --set to the working directory.

    Raises:
      ConfigurationError: every mistake, with file, line and key.
    """
    forget()
    document = read_recipe(name_or_path)
    for assignment in assignments:
        document.set(assignment)
    if seed is not None:
        document.set(f"seed={seed}", "--seed")
    if inheritance.BASE in document.value:
        place = document.place((inheritance.BASE,))
        raise ConfigurationError(
            f"{place}: base cannot be set from the command line: write it in the recipe's file"
        )
    recipe = _without_removed(validate(Recipe, document), document)
    own = {task: templates.for_engine() for task, templates in recipe.templates.items()}
    check_shown(recipe.sources, own, recipe.deduplicate.fields, document)
    return _resolve(recipe, document, source_paths)


def read_recipe(name_or_path: str) -> Document:
    """Return the YAML of a recipe, merged into its base.

    Raises:
      ConfigurationError: the recipe or its base is missing or not YAML.
    """
    shipped = shipped_recipes()
    return inheritance.read(find_file(name_or_path, shipped, "recipe"), shipped, "recipe")


def _without_removed(recipe: Recipe, document: Document) -> Recipe:
    """Return `recipe` without the entries set to null; a collection is removed with its sources.

    Raises:
      ConfigurationError: an entry to remove does not exist, or no source would be left.
    """
    collections = {source.collection for source in recipe.sources.values()}
    known: dict[Path, Collection[str]] = {
        ("sources",): recipe.sources,
        ("held_out",): recipe.held_out,
        ("mixture", "collections"): collections,
    }
    gone: dict[Path, set[str]] = {group: set() for group in known}
    for (*group, name), place in document.removed.items():
        key = ".".join(map(str, group))
        if name not in known[tuple(group)]:
            hint = nearest(str(name), known[tuple(group)])
            raise ConfigurationError(f"{place}: {key} has no {name!r} to remove; {hint}")
        gone[tuple(group)].add(str(name))
    if not document.removed:
        return recipe
    sources = {
        name: source
        for name, source in recipe.sources.items()
        if name not in gone["sources",] and source.collection not in gone["mixture", "collections"]
    }
    if not sources:
        place = next(iter(document.removed.values()))
        raise ConfigurationError(f"{place}: this removes the last source: remove fewer")
    kept = {source.collection for source in sources.values()}
    mixes = {name: mix for name, mix in recipe.mixture.collections.items() if name in kept}
    held_out = {k: v for k, v in recipe.held_out.items() if k not in gone["held_out",]}
    return recipe.model_copy(
        update={
            "sources": sources,
            "held_out": held_out,
            "held_out_absent": [name for name in recipe.held_out_absent if name in held_out],
            "mixture": recipe.mixture.model_copy(update={"collections": mixes}),
        }
    )


def _resolve(recipe: Recipe, document: Document, source_paths: dict[str, str]) -> Recipe:
    """Make paths absolute: relative to the file that states them, or for --set to the cwd."""
    known = {**recipe.sources, **recipe.held_out}
    for name in source_paths:
        if name not in known:
            raise ConfigurationError(
                f"--source {name}: the recipe has no such source; {nearest(name, known)}"
            )

    def absolute(path: str | None, *keys: str) -> str | None:
        recipe.places[keys] = document.place(keys)
        if not path:
            return path
        full = os.path.expanduser(expanded(path, recipe.where(*keys)))
        if not is_local(full) or "$" in full:
            return full
        is_from_here = recipe.places[keys].startswith(SET)
        stated_in = os.path.dirname(os.path.abspath(document.file_of(keys)))
        directory = os.getcwd() if is_from_here else stated_in
        placed = os.path.normpath(os.path.join(directory, full))
        if "$" in path:
            hide(placed, path if os.path.isabs(full) else os.path.join(directory, path))
        return placed

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
                where = recipe.where(group, name, "templates")
                update["templates"] = expanded(templates, where)
            placed[name] = source.model_copy(update=update)
        return placed

    recipe.places["notify",] = document.place(("notify",))
    for task in recipe.templates:
        recipe.places["templates", task] = document.place(("templates", task))
        stated = document.value["templates"].get(task)
        within = ("templates",) if isinstance(stated, dict) else ()
        for number in range(len(recipe.templates[task].templates)):
            keys = ("templates", task, str(number))
            recipe.places[keys] = document.place(("templates", task, *within, number))
    path = absolute(recipe.vocabulary.path, "vocabulary", "path")

    def against(group: str, addresses: Sequence[str]) -> dict[str, Any]:
        keys = (group, "against")
        return {"against": tuple(absolute(address, *keys) for address in addresses)}

    dedup, decontaminate = recipe.deduplicate, recipe.decontaminate
    return recipe.model_copy(
        update={
            "deduplicate": dedup.model_copy(update=against("deduplicate", dedup.against)),
            "decontaminate": decontaminate.model_copy(
                update=against("decontaminate", decontaminate.against)
            ),
            "sources": place("sources", recipe.sources),
            "held_out": place("held_out", recipe.held_out),
            "vocabulary": recipe.vocabulary.model_copy(update={"path": path}),
        }
    )
