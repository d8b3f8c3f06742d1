"""A parser of command lines that never guesses, and names what is nearest to a mistake."""

import argparse
from typing import Any, NoReturn

from tfrecords_schema.errors import ConfigurationError, nearest


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Adds the default to the help of each option that has one and does not state it."""

    def _get_help_string(self, action: argparse.Action) -> str:
        text = action.help or ""
        is_stated = "default" in text or action.default in (None, False, [], argparse.SUPPRESS)
        if is_stated or not action.option_strings:
            return text
        return f"{text} (default: %(default)s)"


class Parser(argparse.ArgumentParser):
    """Raises what is wrong, so that --json holds for wrong usage too.

    Options are spelled out: `--ou` is not `--out`, since a later `--output` would change it.
    """

    def __init__(self, **settings: Any) -> None:
        settings = {"formatter_class": _HelpFormatter, "allow_abbrev": False, **settings}
        super().__init__(**settings)

    def error(self, message: str) -> NoReturn:
        raise ConfigurationError(f"{message} ({self.prog} --help shows how)")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        kind = (
            action.metavar if isinstance(action.metavar, str) else "/".join(action.option_strings)
        )
        name = f"{kind or action.dest}: " if action.option_strings or kind else ""
        hint = nearest(str(value), map(str, action.choices))
        raise argparse.ArgumentError(None, f"{name}no {value!r}; {hint}")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        # Before anything else is complained of, and not where the words are a subcommand's.
        known = [option for action in self._actions for option in action.option_strings]
        for word in args or () if self._subparsers is None else ():
            option = word.partition("=")[0]
            if word.startswith("--") and option not in known:
                self.error(f"no option {option}; {nearest(option, known)}")
        return super().parse_known_args(args, namespace)
