"""Compiled programs are kept on disk, unless the user says where or cannot write."""

import subprocess
import sys
from pathlib import Path

import jax
import pytest

from trainer.compilation import use_compilation_cache

SCRIPT = """
import sys
import jax, jax.numpy as jnp
from trainer.compilation import use_compilation_cache
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
sys.stdout.write(f"{use_compilation_cache()}\\n")
jax.jit(lambda x: jnp.sin(x) * 2)(1.0)
"""


@pytest.fixture
def unset() -> None:
    """Undo the setting of tests/trainer/conftest.py for one test."""
    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    yield
    jax.config.update("jax_compilation_cache_dir", before)


def test_programs_are_written_below_the_cache_directory(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": ".", "JAX_PLATFORMS": "cpu"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert Path(said).parent == tmp_path / "flanbeam" / "xla"
    assert list(Path(said).iterdir())


def test_the_users_own_setting_is_left_alone(tmp_path: Path) -> None:
    before = jax.config.jax_compilation_cache_dir
    assert before is not None  # tests/trainer/conftest.py sets one
    assert use_compilation_cache() is None
    assert jax.config.jax_compilation_cache_dir == before


@pytest.mark.usefixtures("unset")
def test_a_home_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert use_compilation_cache() is None
    assert jax.config.jax_compilation_cache_dir is None
