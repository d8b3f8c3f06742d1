"""Keep records whose license and languages the recipe allows.

The policy is applied at assembly, so that changing it does not read raw files again. It is applied
before deduplication, so that a forbidden record never displaces an allowed one.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from transforms.settings import CorpusSettings
from transforms.types import Record, Task

LICENSE_DENIED, LANGUAGE_DENIED = "license_denied", "language_denied"


def _parts(text: str) -> list[str]:
    """Split a license's name: "CC-BY-NC 4.0" → ["cc", "by", "nc", "4", "0"]."""
    return re.findall(r"[a-z0-9]+", text.lower())


def _contains(parts: list[str], wanted: list[str]) -> bool:
    """Return whether `wanted` occurs in `parts` without a gap."""
    spans = range(len(parts) - len(wanted) + 1)
    return any(parts[start : start + len(wanted)] == wanted for start in spans)


def license_allowed(license_name: str, allow: Iterable[str], deny: Iterable[str]) -> bool:
    """Return whether a record under `license_name` may be used.

    One part is enough to deny: "NC" denies "CC-BY-NC-4.0". To allow, the whole name must match,
    ignoring case; of several licenses ("MIT, CC-BY-4.0") each must be allowed.
    """
    return _license_allowed(license_name, tuple(allow), tuple(deny))


@lru_cache(maxsize=4096)
def _license_allowed(license_name: str, allow: tuple[str, ...], deny: tuple[str, ...]) -> bool:
    """Decide once for each license name; a corpus has few of them and millions of records."""
    names = [name.strip() for name in license_name.split(",")]
    if any(_contains(_parts(name), _parts(word)) for name in names for word in deny):
        return False
    allowed = {word.lower() for word in allow}
    return not allowed or all(name.lower() in allowed for name in names)


def screen(record: Record, task: Task, settings: CorpusSettings) -> str | None:
    """Return the reason why `record` is not allowed, or None."""
    licenses = settings.licenses
    if not license_allowed(record.license, licenses.allow, licenses.deny):
        return LICENSE_DENIED
    allowed = {language.lower() for language in settings.languages}
    if allowed and not {language.lower() for language in task.languages} <= allowed:
        return LANGUAGE_DENIED
    return None
