"""The study: one YAML file that says what is compared, on what, and for how long."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PositiveInt, PrivateAttr, field_validator, model_validator

from pipelines.configuration import yaml_document
from pipelines.configuration.shipped import find_file, shipped_files
from pipelines.configuration.validation import validate
from pipelines.recipe import Recipe, load_recipe
from tfrecords_schema.errors import ConfigurationError, nearest
from transforms.settings import Settings

if TYPE_CHECKING:
    from trainer.config import TrainConfig

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=60)]
Changes = dict[str, Any]


class Arm(Settings):
    """One arm: what it changes of the study."""

    about: str = Field("", description="Description for the table.")
    recipe: str | None = Field(None, description="Recipe of the arm, if not the study's.")
    set: Changes = Field(default_factory=dict, description="Keys of the recipe: values.")
    train: Changes = Field(
        default_factory=dict, description="Keys of the training configuration: values."
    )
    tokens: PositiveInt | None = Field(
        None, description="Token budget of the arm, if not the study's."
    )
    start: str | None = Field(
        None, description="Arm whose model of the same seed training starts from."
    )
    against: str | None = Field(None, description="Arm to compare with, if not the study's base.")


class SuiteSpec(Settings):
    """What every arm is measured on: examples that a recipe makes, or a published suite."""

    recipe: str | None = Field(None, description="Recipe whose examples are all asked.")
    set: Changes = Field(default_factory=dict, description="Keys of the recipe: values.")
    suite: str | None = Field(None, description="Suite of `flanbeam eval`, e.g. mmlu.")
    limit: PositiveInt | None = Field(None, description="Maximum number of questions per task.")

    @model_validator(mode="after")
    def _one_of_both(self) -> "SuiteSpec":
        if (self.recipe is None) == (self.suite is None):
            raise ValueError("state either `recipe` or `suite`")
        if self.set and self.recipe is None:
            raise ValueError("`set` goes with `recipe`")
        return self


class Study(Settings):
    """What is compared.

    Every arm has the same budget: `tokens` are places of packed rows, padding included, so arms are
    equal in computation.
    """

    name: Name = Field(description="Name of the study.")
    description: str = Field("", description="Purpose of the study.")
    recipe: str = Field(description="Base recipe: a shipped name, or a file relative to this one.")
    set: Changes = Field(default_factory=dict, description="Keys of the recipe: values.")
    config: str = Field(description="Training configuration: a shipped name, or a file.")
    train: Changes = Field(
        default_factory=dict, description="Keys of the training configuration: values."
    )
    tokens: PositiveInt = Field(
        description="Tokens of packed rows that a run trains on, padding included."
    )
    seeds: list[Annotated[int, Field(ge=0, lt=2**32)]] = Field(
        default_factory=lambda: [0, 1, 2], min_length=1, description="Seeds of weights and order."
    )
    base: str = Field(description="Arm that the others are compared with.")
    arms: dict[Name, Arm] = Field(min_length=1, description="The arms by name.")
    suites: dict[Name, SuiteSpec] = Field(min_length=1, description="The suites by name.")
    data: str | None = Field(None, description="Directory with mmlu/, bbh/ …, for `suite`.")

    # Of the file, for paths beside it.
    _directory: str = PrivateAttr(default="")

    @field_validator("seeds")
    @classmethod
    def _differ(cls, seeds: list[int]) -> list[int]:
        if len(set(seeds)) < len(seeds):
            raise ValueError("a seed is stated twice")
        return seeds

    @model_validator(mode="after")
    def _arms_are_known(self) -> "Study":
        named = [("base", self.base)]
        for name, arm in self.arms.items():
            named += [(f"arms.{name}.start", arm.start or self.base)]
            named += [(f"arms.{name}.against", arm.against or self.base)]
        for key, name in named:
            if name not in self.arms:
                raise ValueError(f"{key}: no arm {name!r}; {nearest(name, self.arms)}")
        self.in_order()
        return self

    def bases(self) -> dict[str, str]:
        """Return arm → the arm that it is compared with."""
        return {name: arm.against or self.base for name, arm in self.arms.items()}

    def in_order(self) -> list[str]:
        """Return the arms, each after the one that it starts from.

        Raises:
          ValueError: they start from each other.
        """
        ordered: list[str] = []
        for name in self.arms:
            chain = [name]
            while (start := self.arms[chain[-1]].start) is not None:
                if start in chain:
                    raise ValueError(
                        f"arms.{name}.start: {' → '.join([*chain, start])} is a circle"
                    )
                chain.append(start)
            ordered += [each for each in reversed(chain) if each not in ordered]
        return ordered

    def path(self, name_or_path: str) -> str:
        """Return a file beside the study's where there is one, else the name as it is."""
        beside = os.path.join(self._directory, os.path.expandvars(name_or_path))
        return beside if os.path.exists(beside) else os.path.expandvars(name_or_path)

    def recipe_of(self, arm: str) -> Recipe:
        """Return the recipe of an arm."""
        spec = self.arms[arm]
        changes = {**({} if spec.recipe else self.set), **spec.set}
        return load_recipe(self.path(spec.recipe or self.recipe), assignments(changes), {}, None)

    def suite_recipe(self, suite: str) -> Recipe | None:
        """Return the recipe that makes the questions of a suite, if one does."""
        spec = self.suites[suite]
        if spec.recipe is None:
            return None
        return load_recipe(self.path(spec.recipe), assignments(spec.set), {}, None)

    def config_of(self, arm: str, seed: int) -> "TrainConfig":
        """Return the training configuration of an arm, its steps by its budget of tokens."""
        from trainer.config import TrainConfig

        spec = self.arms[arm]
        file = find_file(
            self.path(self.config), shipped_files("trainer", "configs"), "training configuration"
        )
        document = yaml_document.read(file)
        for assignment in assignments({**self.train, **spec.train, "seed": seed}):
            document.set(assignment)
        config = validate(TrainConfig, document)
        places = config.batch_rows * (config.input_length + config.target_length)
        steps = max(1, round((spec.tokens or self.tokens) / places))
        return config.model_copy(update={"steps": steps})


def assignments(changes: Changes) -> list[str]:
    """Return changes as `--set` has them: {"mixture.inversion": 0} → ["mixture.inversion=0"]."""
    return [f"{key}={json.dumps(value)}" for key, value in changes.items()]


def shipped_studies() -> dict[str, str]:
    """Return name → path of the studies that come with the package."""
    return shipped_files("pipelines.studies", "shipped")


def load_study(name_or_path: str, changes: list[str]) -> Study:
    """Load a study, and check the recipe and the configuration of each arm.

    Raises:
      ConfigurationError: every mistake, with file, line and key.
    """
    file = find_file(name_or_path, shipped_studies(), "study")
    document = yaml_document.read(file)
    for change in changes:
        document.set(change)
    study = validate(Study, document)
    study._directory = os.path.dirname(os.path.abspath(file))
    for arm in study.arms:
        with _place(document.place(("arms", arm)), f"arms.{arm}"):
            study.recipe_of(arm)
            study.config_of(arm, study.seeds[0])
    for suite in study.suites:
        with _place(document.place(("suites", suite)), f"suites.{suite}"):
            study.suite_recipe(suite)
            _check_suite(study, suite)
    return study


def _check_suite(study: Study, suite: str) -> None:
    """Check the name of a suite of `flanbeam eval`, and that it has data.

    Raises:
      ConfigurationError: there is no such suite, or no data for it.
    """
    from trainer.evaluation.suites.names import needs_data  # imports slowly

    name = study.suites[suite].suite
    if name is not None and needs_data(name) and study.data is None:
        raise ConfigurationError(
            f"suite {name} needs `data`, the directory that has the folders of the suites"
        )


@contextmanager
def _place(place: str, key: str) -> Iterator[None]:
    """Say of which key of the study a complaint of the block is.

    Raises:
      ConfigurationError: what the block complains of.
    """
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(f"{place}: {key}: {error}") from error
