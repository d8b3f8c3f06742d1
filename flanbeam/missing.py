"""Say what to install where only the reader is."""

from tfrecords_schema.errors import ConfigurationError


def needs_flanbeam(error: ImportError) -> ConfigurationError:
    """Return the error for what `flanbeam-reader` does not hold."""
    return ConfigurationError(f"{error}: building and training need `pip install flanbeam`")
