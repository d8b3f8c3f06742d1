"""Add events to the history of a store; a failure to do so does not undo the event."""

from typing import Any

from pipelines.console.report import warn
from pipelines.stores.store import Store


def note(store: Store, event: str, **facts: Any) -> None:
    """Add an event to the history; if the disk is full, print a note and continue."""
    try:
        store.record(event, **facts)
    except OSError as error:
        words = error.strerror or error
        warn(
            f"{store.history}: {words}; {event} succeeded, but could not be recorded in the history"
        )
