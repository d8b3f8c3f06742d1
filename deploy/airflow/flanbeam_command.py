"""Run `flanbeam` as a task that acts on its exit status; both DAGs beside this file use it.

0 succeeds and 1 is tried again. 2 (wrong configuration) and 3 (bad data, or a gate that failed)
fail at once: they end the same way however often they are tried.
"""

from functools import cached_property
from typing import Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk.exceptions import AirflowFailException

CONFIGURATION, BAD_DATA, LOCKED, NOTHING_TO_DO = 2, 3, 4, 10


class _Command(SubprocessHook):
    def run_command(self, *arguments: Any, **options: Any) -> Any:
        """Run a command; where trying again is no use, fail without."""
        done = super().run_command(*arguments, **options)
        if done.exit_code in (CONFIGURATION, BAD_DATA):
            raise AirflowFailException(f"exit status {done.exit_code}: see what was printed above")
        return done


class FlanbeamOperator(BashOperator):
    """A command line of `flanbeam`, as a task."""

    @cached_property
    def subprocess_hook(self) -> SubprocessHook:
        """Return what runs the command."""
        return _Command()
