"""Variables of the environment in paths of recipes, which may be a stranger's."""

import os
import re

from pipelines.console.hiding import hide
from tfrecords_schema.errors import ConfigurationError

_VARIABLE = re.compile(r"\$\{?(\w+)")
_SECRET = re.compile("secret|token|passw|credential|private|auth|_key|apikey|^key", re.IGNORECASE)


def expanded(path: str, where: str) -> str:
    """Return a path with its variables replaced; what they hold is hidden from now on.

    Raises:
      ConfigurationError: a variable has the name of a secret, which no file's path should hold.
    """
    for name in _VARIABLE.findall(path):
        if _SECRET.search(name):
            raise ConfigurationError(
                f"{where}: ${name} has the name of a secret, which no path should hold; "
                "use another variable"
            )
        hide(os.environ.get(name, ""), f"${name}")
    found = os.path.expandvars(path)
    if found != path:
        hide(found, path)
    return found
