"""The lines in docs/formats.md work as they stand."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.building.build import BuildResult
from tests.readers.rows import SHARDS, Rows

_READING = (Path(__file__).parents[2] / "docs" / "formats.md").read_text().split("## Reading it")[1]
_SNIPPETS = {
    snippet.split()[1].split(".")[0]: snippet.replace("-of-00004", f"-of-{SHARDS:05d}")
    for snippet in re.findall(r"```python\n(.*?)```", _READING, re.DOTALL)
}


@pytest.fixture
def names(built: BuildResult) -> dict[str, object]:
    """Return what the lines of the page know."""
    return {"snapshot": built.path, "name": "quickstart", "version": "1.0.0"}


@pytest.fixture
def clean_seqio() -> Iterator[None]:
    """Leave no task and no directory behind."""
    import seqio

    yield
    seqio.TaskRegistry.remove("quickstart:1.0.0")
    seqio.set_global_cache_dirs([])


def test_every_reader_is_documented() -> None:
    assert list(_SNIPPETS) == [
        "seqio",
        "tensorflow_datasets",
        "datasets",
        "mlcroissant",
        "tfrecord",
        "torch",
    ]


def test_the_lines_for_seqio_work(
    names: dict[str, object], built: BuildResult, clean_seqio: None
) -> None:
    exec(_SNIPPETS["seqio"], names)
    assert len(list(names["dataset"])) == built.manifest.splits["train"].rows  # type: ignore[call-overload]


def test_the_lines_for_tfds_work(names: dict[str, object], built: BuildResult) -> None:
    exec(_SNIPPETS["tensorflow_datasets"], names)
    assert len(names["dataset"]) == built.manifest.splits["train"].rows  # type: ignore[arg-type]


def test_the_lines_for_hugging_face_work(
    names: dict[str, object],
    rows: Rows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    exec(_SNIPPETS["datasets"], names)
    assert len(names["dataset"]) == len(rows["train"])  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()), "the cache is where this test says"
    dialogs = [row for row in rows["train"].values() if row["source"] == "dialogs"]
    assert len(names["chats"]) == len(dialogs) > 0  # type: ignore[arg-type]


def test_the_lines_for_croissant_work(names: dict[str, object]) -> None:
    exec(_SNIPPETS["mlcroissant"], names)
    assert names["first"]


_TORCH_HOSTS = """
seen = [[], []]
train = flanbeam.open_snapshot(snapshot)["train"]
wanted = {(tuple(e["input_tokens"]), tuple(e["target_tokens"])) for e in train}
for host in (0, 1):
    for batch in batches(snapshot, epoch=3, host=host, hosts=2):
        columns = (batch["input_ids"], batch["attention_mask"].sum(1), batch["labels"])
        for ids, length, labels in zip(*(column.tolist() for column in columns)):
            assert ids[length - 1] == 1 and set(ids[length:]) <= {0}, "EOS, then padding"
            labels = [label for label in labels if label != -100]
            assert labels.pop() == 1
            seen[host].append((tuple(ids[: length - 1]), tuple(labels)))
again = [row for b in batches(snapshot, epoch=3, hosts=2) for row in b["input_ids"].tolist()]
assert all(tuple(row[: len(ids)]) == ids for row, (ids, _) in zip(again, seen[0])), "same order"
assert len(seen[0]) == len(seen[1]) == ROWS // 2
assert set(seen[0] + seen[1]) <= wanted and len(set(seen[0] + seen[1])) >= len(wanted) - ROWS % 2
"""


def test_the_lines_for_pytorch_work(names: dict[str, object], built: BuildResult) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    # In a process of its own: workers are forked, and this one has threads.
    stated = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    rows = f"ROWS = {built.manifest.splits['train'].rows}"
    code = f"{stated}{rows}\n{_SNIPPETS['torch']}{_TORCH_HOSTS}"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_lines_for_tfrecord_work(names: dict[str, object]) -> None:
    # In a process of its own: the package declares the message tf.train.Example itself.
    stated = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    code = f"{stated}{_SNIPPETS['tfrecord']}assert examples\n"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
