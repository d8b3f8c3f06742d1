"""Look at what flanbeam runs on: versions, devices, memory, disk, data and caches."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement

from tfrecords_schema import __version__

_LITTLE_DISK = 10 * 10**9
_LITTLE_MEMORY = 4 * 10**9


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
      about: the group it belongs to, e.g. `versions`.
      state: `good`, `note` for what may be meant, or `bad` for what keeps flanbeam from working.
      advice: what to do about it.
    """

    about: str
    name: str
    value: str
    state: str = "good"
    advice: str = ""


def findings() -> list[Finding]:
    """Return all that is worth knowing, in the order in which it is shown."""
    return [*_versions(), *_devices(), *_machine(), *_data(), *_caches()]


def _versions() -> Iterator[Finding]:
    yield Finding(about="versions", name="flanbeam", value=__version__)
    yield Finding(about="versions", name="python", value=platform.python_version())
    yield from requirement_findings(metadata.requires("flanbeam") or [])


def requirement_findings(requirements: list[str]) -> Iterator[Finding]:
    """Yield each requirement that applies here: the version that is there, and whether it will do.

    Extras are optional: one that is missing is left out.
    """
    for text in requirements:
        requirement = Requirement(text)
        is_extra = requirement.marker is not None and "extra" in str(requirement.marker)
        if requirement.marker is not None and not is_extra and not requirement.marker.evaluate():
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            if not is_extra:
                yield Finding(
                    about="versions",
                    name=requirement.name,
                    value="missing",
                    state="bad",
                    advice=f"pip install '{requirement.name}{requirement.specifier}'",
                )
            continue
        fits = requirement.specifier.contains(version, prereleases=True)
        if fits and is_extra:
            continue
        yield Finding(
            about="versions",
            name=requirement.name,
            value=version,
            state="good" if fits else "note" if is_extra else "bad",
            advice="" if fits else f"pip install '{requirement.name}{requirement.specifier}'",
        )


def _devices() -> Iterator[Finding]:
    try:
        import jax

        kinds = [f"{device.platform} {device.device_kind}" for device in jax.devices()]
    except (ImportError, RuntimeError) as error:
        advice = "training needs JAX: pip install jax, or jax[cuda13] for NVIDIA"
        cause = str(error).partition("\n")[0]
        yield Finding(about="devices", name="jax", value=cause, state="bad", advice=advice)
        return
    for kind in dict.fromkeys(kinds):
        advice = "no accelerator: train tiny models only" if kind.startswith("cpu") else ""
        value = f"{kinds.count(kind)} of {kind}"
        state = "note" if advice else "good"
        yield Finding(about="devices", name="jax", value=value, state=state, advice=advice)


def _machine() -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding(about="machine", name="cores", value=f"{cores}: --workers up to that")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    yield Finding(
        about="machine",
        name="memory",
        value=f"{memory / 1e9:.1f} GB",
        state="good" if memory >= _LITTLE_MEMORY else "note",
        advice="" if memory >= _LITTLE_MEMORY else "a build with 2 workers needs up to 2 GB",
    )
    free = shutil.disk_usage(os.getcwd()).free
    yield Finding(
        about="machine",
        name="disk",
        value=f"{free / 1e9:.1f} GB free here",
        state="good" if free >= _LITTLE_DISK else "note",
        advice="" if free >= _LITTLE_DISK else "`flanbeam plan` says what a build needs",
    )


def _data() -> Iterator[Finding]:
    root = os.environ.get("FLANBEAM_DATA")
    if root is None:
        advice = "shipped recipes read data below $FLANBEAM_DATA; `--source NAME=PATH` serves, too"
        yield Finding(
            about="data", name="FLANBEAM_DATA", value="not set", state="note", advice=advice
        )
    elif os.path.isdir(root):
        value = f"{root}, {len(os.listdir(root))} entries"
        yield Finding(about="data", name="FLANBEAM_DATA", value=value)
    else:
        advice = "set it to a directory that is there"
        yield Finding(
            about="data",
            name="FLANBEAM_DATA",
            value=f"{root} is no directory",
            state="bad",
            advice=advice,
        )


def _caches() -> Iterator[Finding]:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    hub = os.environ.get("HF_HOME") or os.path.join(cache, "huggingface")
    places = {
        "compiled programs": os.path.join(cache, "flanbeam", "xla"),
        "Hugging Face": os.environ.get("HF_HUB_CACHE") or os.path.join(hub, "hub"),
    }
    for name, path in places.items():
        value = f"{path}, {_size(path) / 1e6:,.0f} MB" if os.path.isdir(path) else f"{path}, empty"
        yield Finding(about="caches", name=name, value=value)
    encoding = sys.stdout.encoding or "none"
    is_utf8 = encoding.lower().replace("-", "") == "utf8"
    yield Finding(
        about="machine",
        name="output",
        value=encoding,
        state="good" if is_utf8 else "note",
        advice="" if is_utf8 else "signs that it lacks are shown as `?`: set LANG=C.UTF-8",
    )


def _size(root: str) -> int:
    """Return the bytes of the files below a directory; links are not followed."""
    return sum(
        os.lstat(os.path.join(directory, name)).st_size
        for directory, _, names in os.walk(root)
        for name in names
    )
