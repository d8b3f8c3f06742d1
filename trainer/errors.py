"""The error that the trainer raises for what a user can put right."""

from tfrecords_schema.errors import DataError


class TrainerError(DataError):
    """Something expected is wrong; the message says what it is and what to do about it."""
