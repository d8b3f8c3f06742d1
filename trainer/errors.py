"""Define the errors that the trainer raises for problems that a user can solve."""

from tfrecords_schema.errors import ConfigurationError, DataError, ExitStatus


class TrainerError(DataError):
    """An expected problem; the message says what is wrong, where, and what to do."""


class TrainerConfigurationError(TrainerError, ConfigurationError):
    """A configuration or an argument that must be changed."""

    exit_status = ExitStatus.WRONG_USAGE


class FullDiskError(TrainerError):
    """The disk is full. Threads of Orbax may still be at work on what could not be written."""
