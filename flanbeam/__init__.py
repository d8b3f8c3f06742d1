"""Build instruction-tuning corpora, read them, and train T5 on them, from Python.

    import flanbeam

    recipe = flanbeam.load_recipe("quickstart")
    snapshot = flanbeam.build(recipe, "corpora", workers=2)
    print(snapshot["train"][0]["inputs"])
    frame = snapshot["train"].to_pandas()
    run = flanbeam.train("quickstart", snapshot, "run")

The distribution `flanbeam-reader` has `open_snapshot` alone; everything else needs `flanbeam`.
"""

from flanbeam.corpora import Plan, Recipe, build, load_recipe, plan
from flanbeam.snapshots import Example, Snapshot, Split, open_snapshot
from flanbeam.training import evaluate, train
from tfrecords_schema import __version__
from tfrecords_schema.errors import ConfigurationError, DataError, UserError
from tfrecords_schema.kept_records import KeptRecord

__all__ = [
    "ConfigurationError",
    "DataError",
    "Example",
    "KeptRecord",
    "Plan",
    "Recipe",
    "Snapshot",
    "Split",
    "UserError",
    "__version__",
    "build",
    "evaluate",
    "load_recipe",
    "open_snapshot",
    "plan",
    "train",
]
