"""The `flanbeam` command.

Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 bad data, a failed check or gate,
4 someone else is at work, 10 nothing to do.
Results go to standard output (with --json: one JSON document), everything else to standard error.
"""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson

from pipelines.subcommands.store_parser import add_plan_options, add_store_commands
from tfrecords_schema import __version__
from tfrecords_schema.errors import ConfigurationError, DataError, UserError
from transforms.types import TEMPLATE_TYPES

_FAILED = 1


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong, so that --json holds for wrong usage too."""

    def error(self, message: str) -> NoReturn:
        raise ConfigurationError(f"{message} ({self.prog} --help shows how)")


@dataclass(frozen=True)
class _Shared:
    """Options that several commands have."""

    common: "_Parser"
    recipe: "_Parser"
    settings: "_Parser"


def _shared_options() -> _Shared:
    common = _Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON document")
    common.add_argument("--verbose", action="store_true", help="show what libraries log")
    recipe = _Parser(add_help=False)
    recipe.add_argument("recipe", metavar="RECIPE", help="a shipped recipe's name or a YAML file")
    recipe.add_argument(
        "--source", action="append", default=[], metavar="NAME=PATH", help="where a source lies"
    )
    recipe.add_argument("--seed", type=int, help="seed of everything that is drawn")
    settings = _Parser(add_help=False)
    settings.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override a setting"
    )
    return _Shared(common, recipe, settings)


def _add_corpus_commands(commands: Any, shared: _Shared) -> None:
    """Build snapshots, and look into them and into what they are made of."""
    build = commands.add_parser(
        "build",
        parents=[shared.recipe, shared.settings, shared.common],
        help="build a snapshot; its path is the last line printed",
        epilog="Options after -- go to Beam, e.g. -- --runner=FlinkRunner.",
    )
    build.add_argument(
        "--out", "--store", required=True, metavar="STORE", help="where snapshots are kept"
    )
    build.add_argument("--workers", type=int, default=1, help="local worker processes")

    plan = commands.add_parser(
        "plan",
        parents=[shared.recipe, shared.settings, shared.common],
        help="show the mixture before it is built, or what a refresh would do",
        epilog="Exit status 10: a refresh would do nothing.",
    )
    add_plan_options(plan)

    verify = commands.add_parser(
        "verify", parents=[shared.common], help="check a snapshot completely"
    )
    verify.add_argument("snapshot", metavar="SNAPSHOT")
    verify.add_argument(
        "--deep", action="store_true", help="also render some of it again from its records"
    )

    explain = commands.add_parser(
        "explain", parents=[shared.common], help="what became of a record, and why"
    )
    explain.add_argument("snapshot", metavar="SNAPSHOT")
    explain.add_argument("id", metavar="ID", help="of a record or of an example")

    preview = commands.add_parser(
        "preview",
        parents=[shared.recipe, shared.settings, shared.common],
        help="show a few rendered examples",
    )
    preview.add_argument("--task", help="of this task only")
    preview.add_argument("--type", choices=TEMPLATE_TYPES, help="of this template type only")
    preview.add_argument("-n", type=int, default=3, help="how many")

    sources = commands.add_parser(
        "sources",
        parents=[shared.recipe, shared.settings, shared.common],
        help="what a recipe reads, and if it is there",
    )
    sources.add_argument("--out", metavar="DIR", help="whose cache tells the rows already read")


def _add_template_commands(commands: Any, shared: _Shared) -> None:
    """Look after templates."""
    templates = commands.add_parser("templates", help="check templates, or count them")
    kinds = templates.add_subparsers(dest="action", required=True, metavar="ACTION")
    lint = kinds.add_parser(
        "lint", parents=[shared.common], help="find what is wrong with templates"
    )
    lint.add_argument(
        "path", nargs="?", help="a recipe, or promptsource templates; ours if left out"
    )
    lint.add_argument("--vocabulary", metavar="MODEL", help="a SentencePiece model to encode with")
    listed = kinds.add_parser(
        "list",
        parents=[shared.settings, shared.common],
        help="how many templates there are of each kind",
    )
    listed.add_argument("recipe", nargs="?", help="for its tasks; our families if left out")
    listed.add_argument(
        "--source", action="append", default=[], metavar="NAME=PATH", help="where a source lies"
    )
    listed.set_defaults(seed=None)


def _add_training_commands(commands: Any, shared: _Shared) -> None:
    """Train on snapshots, and measure what came of it."""
    train = commands.add_parser(
        "train", parents=[shared.settings, shared.common], help="fine-tune T5 on a snapshot"
    )
    train.add_argument("config", metavar="CONFIG", help="a shipped config's name or a YAML file")
    train.add_argument(
        "--snapshot", required=True, metavar="SNAPSHOT", help="its directory, or STORE@CHANNEL"
    )
    train.add_argument("--out", required=True, metavar="DIR", help="the run's directory")

    evaluation = commands.add_parser(
        "eval", parents=[shared.settings, shared.common], help="measure a checkpoint on benchmarks"
    )
    evaluation.add_argument("config", metavar="CONFIG", help="of the run: a name or a YAML file")
    evaluation.add_argument(
        "--checkpoint", required=True, metavar="RUN", help="or RUN/checkpoints/N"
    )
    evaluation.add_argument(
        "--suite",
        action="append",
        required=True,
        help="held_in, mmlu, mmlu_5shot, bbh, bbh_cot, superni or jsonl=PATH; may be given again",
    )
    evaluation.add_argument("--data", metavar="DIR", help="holds mmlu/, bbh/ and superni/")
    evaluation.add_argument("--snapshot", metavar="DIR", help="for held_in: what the run read")
    evaluation.add_argument("--limit", type=int, metavar="N", help="questions of each task")
    evaluation.add_argument("--out", metavar="DIR", help="for the tables; default RUN/eval")

    weights = commands.add_parser(
        "weights", parents=[shared.common], help="Hugging Face safetensors in and out"
    )
    weights.add_argument("direction", choices=("import", "export"))
    weights.add_argument("source", metavar="DIR", help="a Hugging Face T5; of export, a checkpoint")
    weights.add_argument("--out", required=True, metavar="DIR", help="the new one's directory")

    plot = commands.add_parser("plot", parents=[shared.common], help="draw a run's curves")
    plot.add_argument("run", metavar="RUN")
    plot.add_argument("--out", metavar="FILE", help=".png or .svg; default RUN/curves.png")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="flanbeam",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"flanbeam {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = _shared_options()
    _add_corpus_commands(commands, shared)
    add_store_commands(commands, shared)
    _add_template_commands(commands, shared)
    _add_training_commands(commands, shared)
    commands.add_parser("recipes", parents=[shared.common], help="list the shipped recipes")
    commands.add_parser("schema", parents=[shared.common], help="print the recipe's JSON Schema")
    demo = commands.add_parser(
        "demo", parents=[shared.common], help="build, verify and train quickstart"
    )
    demo.add_argument("--out", default="demo", metavar="DIR")
    return parser


def _split_beam_options(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before `--`, and what after."""
    words = list(argv)
    if "--" not in words:
        return words, []
    position = words.index("--")
    return words[:position], words[position + 1 :]


def _quiet_libraries(verbose: bool) -> None:
    """Keep Beam's, TensorFlow's and JAX's chatter away; before any of them is imported."""
    if verbose:
        logging.basicConfig(level=logging.INFO)
        return
    logging.basicConfig(level=logging.CRITICAL)
    logging.disable(logging.WARNING)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    words, beam_options = _split_beam_options(sys.argv[1:] if argv is None else argv)
    arguments = argparse.Namespace(command="", json="--json" in words, verbose=False)
    try:
        _parser().parse_args(words, arguments)
    except ConfigurationError as error:
        return _fail(arguments, str(error), error.exit_status)
    _quiet_libraries(arguments.verbose)
    from pipelines.subcommands.corpus_commands import COMMANDS
    from pipelines.subcommands.store_commands import STORE_COMMANDS
    from pipelines.subcommands.training_commands import TRAINING_COMMANDS

    try:
        if beam_options and arguments.command not in ("build", "refresh"):
            raise ConfigurationError(f"{arguments.command} takes no Beam options after --")
        arguments.beam_options = beam_options
        every = {**COMMANDS, **STORE_COMMANDS, **TRAINING_COMMANDS}
        document, status = every[arguments.command](arguments)
        if arguments.json:
            sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
        return status
    except UserError as error:
        return _fail(arguments, str(error), error.exit_status)
    except KeyboardInterrupt:
        return _fail(arguments, "interrupted; the same command goes on where it stopped", _FAILED)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except OSError as error:
        if arguments.verbose:
            traceback.print_exc()
        place = f"{error.filename}: " if error.filename else ""
        return _fail(arguments, f"{place}{error.strerror or error}", DataError.exit_status)
    except Exception as error:
        if arguments.verbose:
            traceback.print_exc()
        hint = "" if arguments.verbose else " (--verbose shows where)"
        return _fail(arguments, f"{type(error).__name__}: {error}{hint}", _FAILED)


def _fail(arguments: argparse.Namespace, message: str, status: int) -> int:
    command = f"flanbeam {arguments.command or ''}".rstrip()
    print(f"{command}: {message}", file=sys.stderr)
    if arguments.json:
        document = {"error": message, "exit_status": status}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
    return status


if __name__ == "__main__":
    sys.exit(main())
