"""The declaration of a subcommand: its arguments, its function, and how it prints its result.

A module of a subcommand is imported to parse any command line, so it imports what it needs when it
runs: `flanbeam --help` takes a tenth of a second.
"""

import os
import re
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.configuration.shipped import shipped_files
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, ExitStatus, nearest

if TYPE_CHECKING:
    from pipelines.building.running import RunnerOptions
    from pipelines.recipe import Recipe
    from tfrecords_schema.snapshot import Snapshot


@dataclass(frozen=True)
class Result:
    """The result of a command, as `--json` prints it: a dataclass, a list of them or plain JSON."""

    document: Any
    status: ExitStatus = ExitStatus.DONE


def no_arguments(_: ArgumentParser) -> None:
    """Add nothing to a parser."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """One subcommand.

    Attributes:
      help: one line, in the list of commands and at the top of its own help.
      add_arguments: adds its own arguments to its parser.
      run: does the work, given the parsed arguments.
      show: prints the document of the result as readable text.
      takes_recipe: whether RECIPE, --source and --seed are among its arguments.
      takes_settings: whether --set is.
      continues: whether the same command continues a run of it that was interrupted.
      takes_beam_options: whether options after -- go to Beam.
      epilog: a note at the end of its help.
    """

    name: str
    help: str
    run: Callable[[Namespace], Result]
    show: Callable[[Any], None]
    add_arguments: Callable[[ArgumentParser], None] = no_arguments
    takes_recipe: bool = False
    takes_settings: bool = False
    takes_beam_options: bool = False
    continues: bool = False
    epilog: str = ""


def add_recipe_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of every command that reads a recipe."""
    offer_shipped(
        parser.add_argument(
            "recipe", metavar="RECIPE", help="name of a shipped recipe, or a YAML file"
        ),
        ("pipelines", "recipes"),
    )
    add_source_argument(parser)
    parser.add_argument(
        "--seed", type=int, help="seed of all random choices (overrides the recipe's)"
    )


def offer_shipped(argument: Action, folder: tuple[str, str]) -> None:
    """Let the shell complete an argument with the names of shipped files, besides the user's own.

    Args:
      folder: package and folder of the shipped files.
    """
    # argcomplete reads this attribute; without one that begins so, the shell offers files.
    argument.completer = lambda **_: list(shipped_files(*folder))  # type: ignore[attr-defined]


def add_source_argument(parser: ArgumentParser) -> None:
    """Add --source."""
    parser.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="path of a source (repeatable, once per source)",
    )


def add_setting_arguments(parser: ArgumentParser) -> None:
    """Add --set."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a setting (repeatable)",
    )


def add_workers_argument(parser: ArgumentParser) -> None:
    """Add --workers and --carrier."""
    parser.add_argument(
        "--workers", type=int, default=1, help="local worker processes (default: 1)"
    )
    parser.add_argument(
        "--carrier",
        choices=("files", "shuffle"),
        help="how rows travel between stages: by files, or by the runner's shuffle (default: "
        "shuffle on an engine with its store in an object store, otherwise files)",
    )


def add_channel_argument(parser: ArgumentParser) -> None:
    """Add --channel."""
    parser.add_argument(
        "--channel", default="latest", metavar="NAME", help="name of the channel (default: latest)"
    )


def channel_of(arguments: Namespace) -> str:
    """Return the channel that the command names."""
    name = str(arguments.channel)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", name):
        raise ConfigurationError(f"--channel {name!r:.120}: use letters, digits, - and _ only")
    return name


def check_output_directory(option: str, path: str) -> None:
    """Check that no file is where a directory is to be written, or above it.

    Raises:
      ConfigurationError: there is one.
    """
    if (file := _file_above(path)) is not None:
        raise ConfigurationError(f"{option} {path}: {file} is a file: give a directory")


def _file_above(path: str) -> Path | None:
    """Return the file that is where a directory is to be written, or above it."""
    if not filesystem.is_local(path):
        return None
    whole = Path(os.path.abspath(path))
    place = next(each for each in (whole, *whole.parents) if os.path.lexists(each))
    return None if place.is_dir() else place


def check_output_file(option: str, path: str, endings: tuple[str, ...] = ()) -> None:
    """Check that a file can be written: it has one of the endings, and no directory is there.

    Raises:
      ConfigurationError: it cannot.
    """
    if endings and not path.endswith(endings):
        one_of = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        raise ConfigurationError(f"{option} {path}: does not end in {one_of}: change the ending")
    if filesystem.is_local(path) and os.path.isdir(path):
        raise ConfigurationError(f"{option} {path}: is a directory: give a file")
    if (file := _file_above(os.path.dirname(path) or os.curdir)) is not None:
        raise ConfigurationError(f"{option} {path}: {file} is a file: give another path")


def check_split(snapshot: "Snapshot", name: str | None) -> None:
    """Check that a snapshot has the split that an option names.

    Raises:
      ConfigurationError: it does not.
    """
    known = snapshot.manifest.splits
    if name is not None and name not in known:
        raise ConfigurationError(
            f"--split {name}: {snapshot.path} has no such split; {nearest(name, known)}"
        )


def recipe_of(arguments: Namespace) -> "Recipe":
    """Return the recipe that the command names, with its options applied."""
    from pipelines.recipe import load_recipe

    paths: dict[str, str] = {}
    for pair in arguments.source:
        name, equals, path = pair.partition("=")
        if not equals or not path:
            raise ConfigurationError(f"--source {pair}: write it as NAME=PATH")
        if name in paths:
            raise ConfigurationError(
                f"--source {pair}: {name} is already {paths[name]}; give one file, or a "
                "directory that contains all"
            )
        paths[name] = path
    return load_recipe(arguments.recipe, arguments.set, paths, arguments.seed)


def runner_options(arguments: Namespace) -> "RunnerOptions":
    """Return the options for Beam's runner from the command line."""
    from pipelines.building.running import RunnerOptions

    if arguments.workers < 1:
        raise ConfigurationError(f"--workers {arguments.workers}: must be at least 1")
    return RunnerOptions(
        arguments.workers, tuple(arguments.beam_options), arguments.verbose, arguments.carrier
    )
