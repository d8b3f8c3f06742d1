"""Workers import these packages: neither TensorFlow nor JAX may come with them."""

import subprocess
import sys

_IMPORT_ALL = """
import importlib, pkgutil, sys
import tfrecords_schema, transforms

for package in (tfrecords_schema, transforms):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
        print(module.name)
heavy = {"tensorflow", "jax", "flax", "seqio", "torch"} & set(sys.modules)
sys.exit(f"pulled in: {sorted(heavy)}" if heavy else 0)
"""


def test_no_module_pulls_in_tensorflow_or_jax() -> None:
    command = [sys.executable, "-c", _IMPORT_ALL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"tfrecords_schema.codec", "transforms.prompts.rendering"} <= set(done.stdout.split())
