"""Add to the history of a store what has happened; what has happened stays so without it."""

from typing import Any

from pipelines.console.report import say
from pipelines.stores.store import Store


def note(store: Store, event: str, **facts: Any) -> None:
    """Add an event to the history; where the disk has no room for it, say so and go on."""
    try:
        store.record(event, **facts)
    except OSError as error:
        words = error.strerror or error
        say(
            f"{store.history}: {words}; {event} succeeded, but could not be recorded in the history"
        )
