"""Values of environment variables that a recipe's paths hold, and how they are shown instead.

A recipe may be a stranger's: what a variable holds opens files, and is shown nowhere. Messages,
manifests and `run.json` have the variable's name.
"""

# A shorter value is hidden as part of its path alone: `1` occurs in every message.
_TELLING_CHARACTERS = 5
# What is hidden → how it is shown: of the recipe that was loaded last.
_shown: dict[str, str] = {}


def forget() -> None:
    """Forget what an earlier recipe held."""
    _shown.clear()


def hide(value: str, written: str) -> None:
    """Have `written` shown for a value: `$NAME`, or a path as the recipe has it."""
    if len(value) >= _TELLING_CHARACTERS:
        _shown[value] = written


def as_written(path: str) -> str:
    """Return a path with its variables, where it is one of the recipe's or below one."""
    for known in sorted(_shown, key=len, reverse=True):
        if path == known or path.startswith(f"{known}/"):
            return _shown[known] + path[len(known) :]
    return path


def hidden(text: str) -> str:
    """Return a text with the names of variables where their values were."""
    for value in sorted(_shown, key=len, reverse=True):
        text = text.replace(value, _shown[value])
    return text
