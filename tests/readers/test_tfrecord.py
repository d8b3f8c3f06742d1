"""The tfrecord package reads parts of shards by the index."""

import json
import subprocess
import sys
from pathlib import Path

from pipelines.building.build import BuildResult
from tests.readers.rows import Rows

# In a process of its own: the package declares the message tf.train.Example, as TensorFlow does.
_READ_WITH_TFRECORD = """
import json, sys
from tfrecord.reader import tfrecord_loader

for path in sys.argv[1:]:
    for part in range(2):
        for example in tfrecord_loader(path, path + ".index", shard=(part, 2)):
            text = bytes(example["id"]).decode(), bytes(example["_task_name"]).decode()
            print(json.dumps([*text, example["inputs"].tolist()]))
"""


def test_the_tfrecord_package_reads_by_the_index(built: BuildResult, rows: Rows) -> None:
    for split, written in rows.items():
        shards = [Path(built.path, shard.path) for shard in built.manifest.splits[split].shards]
        command = [sys.executable, "-c", _READ_WITH_TFRECORD, *map(str, shards)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        read = [json.loads(line) for line in done.stdout.splitlines()]
        assert read == [
            [example_id, row["_task_name"], row["inputs"]] for example_id, row in written.items()
        ]
