"""Let Beam's `--setup_file` and older tools find the package; pyproject.toml describes it."""

from setuptools import setup

setup()
