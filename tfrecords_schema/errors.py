"""Errors whose message is meant for the user, with the exit status that belongs to them."""

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(Exception):
    """An expected failure: the message says what is wrong, where, and what to do."""

    exit_status = 1


class ConfigurationError(UserError):
    """Wrong usage, recipe or configuration."""

    exit_status = 2


class DataError(UserError):
    """Bad data, or a check that failed."""

    exit_status = 3


class LockedError(UserError):
    """Someone else is at work, or has taken over."""

    exit_status = 4


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of `known`, or all of them."""
    names = sorted(known)
    matches = get_close_matches(word, names, n=1, cutoff=0.55)
    if matches:
        return f"did you mean {matches[0]!r}?"
    return f"known: {', '.join(names)}" if names else ""
