"""Errors whose message is meant for the user, and the exit statuses of commands."""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit status of a command."""

    DONE = 0
    FAILED = 1
    # Wrong usage, recipe or configuration.
    WRONG_USAGE = 2
    # Bad data, or a check or gate that failed.
    BAD_DATA = 3
    # Locked by another process.
    LOCKED = 4
    NOTHING_TO_DO = 10


class UserError(Exception):
    """An expected failure: the message says what is wrong, where, and what to do."""

    exit_status = ExitStatus.FAILED


class ConfigurationError(UserError):
    """Wrong usage, recipe or configuration."""

    exit_status = ExitStatus.WRONG_USAGE


class DataError(UserError):
    """Bad data, or a check that failed."""

    exit_status = ExitStatus.BAD_DATA


class LockedError(UserError):
    """Another process holds the lock, or has taken it over."""

    exit_status = ExitStatus.LOCKED


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest of `known`, or all of them."""
    names = sorted(known)
    matches = get_close_matches(word, names, n=1, cutoff=0.55)
    if matches:
        return f"did you mean {matches[0]!r}?"
    return f"known: {', '.join(names)}" if names else ""
