"""Define the error that the trainer raises for problems that a user can solve."""

from tfrecords_schema.errors import DataError


class TrainerError(DataError):
    """An expected problem; the message says what is wrong, where, and what to do."""


class FullDiskError(TrainerError):
    """The disk is full. Threads of Orbax may still be at work on what could not be written."""
