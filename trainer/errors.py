"""The error that the trainer raises for what a user can put right."""

from tfrecords_schema.errors import UserError


class TrainerError(UserError):
    """Something expected is wrong; the message says what it is and what to do about it."""
