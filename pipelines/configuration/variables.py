"""Environment variables in paths of recipes, which may be untrusted."""

import os
import re

from pipelines.console.hiding import hide
from tfrecords_schema.errors import ConfigurationError

_VARIABLE = re.compile(r"\$\{?(\w+)")
_SECRET = re.compile("secret|token|passw|credential|private|auth|_key|apikey|^key", re.IGNORECASE)


def expanded(path: str, where: str) -> str:
    """Return a path with its variables replaced, and hide their values in later messages.

    Raises:
      ConfigurationError: a variable is named like a secret.
    """
    for name in _VARIABLE.findall(path):
        if _SECRET.search(name):
            raise ConfigurationError(
                f"{where}: ${name} is named like a secret, which must not appear in a path; "
                "use another variable"
            )
        hide(os.environ.get(name, ""), f"${name}")
    full = os.path.expandvars(path)
    if full != path:
        hide(full, path)
    return full
