"""Variables of the environment in paths of recipes, which may be a stranger's."""

import os
import re

from tfrecords_schema.errors import ConfigurationError

_VARIABLE = re.compile(r"\$\{?(\w+)")
_SECRET = re.compile("secret|token|passw|credential|private|auth|_key|apikey|^key", re.IGNORECASE)


def expanded(path: str, where: str) -> str:
    """Return a path with its variables replaced.

    Paths are shown in messages and written to run.json, and a recipe may be a stranger's.

    Raises:
      ConfigurationError: a variable has the name of a secret.
    """
    for name in _VARIABLE.findall(path):
        if _SECRET.search(name):
            raise ConfigurationError(
                f"{where}: ${name} is named like a secret, which must not appear in a path; use "
                "another variable"
            )
    return os.path.expandvars(path)
