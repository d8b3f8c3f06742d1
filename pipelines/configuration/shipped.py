"""YAML files that come with the package: recipes and training configurations, by name."""

import os
from importlib import resources

from tfrecords_schema.errors import ConfigurationError, nearest

# Names of files that a message may list.
_MOST = 20


def shipped_files(package: str, folder: str) -> dict[str, str]:
    """Return name → path of the YAML files in `folder` of `package`."""
    root = resources.files(package) / folder
    files = sorted(item.name for item in root.iterdir() if item.name.endswith(".yaml"))
    return {name.removesuffix(".yaml"): str(root / name) for name in files}


def find_file(name_or_path: str, shipped: dict[str, str], kind: str) -> str:
    """Return the file of a shipped name, or the path itself.

    Raises:
      ConfigurationError: neither a shipped name nor a file.
    """
    if name_or_path in shipped:
        return shipped[name_or_path]
    if os.path.isfile(name_or_path):
        return name_or_path
    known = {*shipped, *_files_beside(name_or_path)}
    raise ConfigurationError(
        f"{name_or_path}: neither a file nor a shipped {kind}; {nearest(name_or_path, known)}"
    )


def _files_beside(path: str) -> list[str]:
    """Return the YAML files of a path's directory, spelled as the path is."""
    directory = os.path.dirname(path)
    try:
        names = sorted(os.listdir(directory or "."))
    except OSError:
        return []
    return [os.path.join(directory, n) for n in names if n.endswith((".yaml", ".yml"))][:_MOST]
