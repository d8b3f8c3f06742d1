"""Keep compiled programs on disk: XLA compiles a train step for 20 to 60 seconds at every start."""

import hashlib
import os
from pathlib import Path

import jax

_CPU_INFO = Path("/proc/cpuinfo")


def use_compilation_cache() -> Path | None:
    """Make JAX keep compiled programs below the user's cache directory.

    Does nothing if JAX's own setting (JAX_COMPILATION_CACHE_DIR) names a directory, or if
    JAX_ENABLE_COMPILATION_CACHE is false.

    Returns:
        The directory; None if JAX's own settings apply, or if the directory cannot be written.
    """
    if jax.config.jax_compilation_cache_dir is not None:  # type: ignore[attr-defined]
        return None
    root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    directory = Path(root) / "flanbeam" / "xla" / _processor()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None  # no home directory, or a read-only one
    if not os.access(directory, os.W_OK):
        return None
    jax.config.update("jax_compilation_cache_dir", str(directory))
    return directory


def _processor() -> str:
    """Return a name for the processor's instructions.

    Programs for the CPU use them, and JAX's key does not cover them: machines that share a home
    directory need a directory each.
    """
    lines = _CPU_INFO.read_text().splitlines() if _CPU_INFO.is_file() else []
    flags = [line for line in lines if line.startswith(("flags", "Features", "model name"))]
    return hashlib.sha256("\n".join(sorted(set(flags))).encode()).hexdigest()[:12]
