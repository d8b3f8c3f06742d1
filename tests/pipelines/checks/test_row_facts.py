"""What verification reads of examples: compiled kernels and the decoder say the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.checks import row_facts
from pipelines.checks.row_facts import Facts, read_facts
from tfrecords_schema.codec import encode_row
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, FEATURES_1
from tfrecords_schema.tfrecord import frame

frame_checks = pytest.importorskip("tfrecords_schema.frame_checks")
tf_example = pytest.importorskip("tfrecords_schema.example_message").example_class()

_UNKNOWN = 2


def _row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "record_id": f"{number + 7:032x}",
        "inputs_pretokenized": f"What is {number} × 2?",
        "targets_pretokenized": f"{2 * number} — ж漢😀",
        "inputs": np.array([3, 2, 300, 70_000, 2][: 1 + number % 5], np.int32),
        "targets": np.array([2] * (1 + number % 3), np.int32),
        "options": ["a", "β", ""][: number % 4],
        "answer_index": -1 if number % 2 else 12,
        "template_id": "family:0123",
        "num_shots": number % 3,
        "inversion": "",
        "collection": "c",
        "source": "s",
        "split": "train",
        "license": "CC-BY-4.0",
        "_template_idx": 3,
        "_template_type": "zs_opt",
        "_task_name": f"task {number % 2}",
        "_task_source": "Flan2021",
        "prompt_parts": [] if number % 2 else [0, 0, 300],
        **changes,
    }


def _expected(number: int) -> dict[str, str | int]:
    data = encode_row(_row(number))
    inputs = [3, 2, 300, 70_000, 2][: 1 + number % 5]
    return {
        "id": f"{number:032x}",
        "record_id": f"{number + 7:032x}",
        "task": f"task {number % 2}",
        "template_type": "zs_opt",
        "split": "train",
        "license": "CC-BY-4.0",
        "framed": len(data) + 16,
        "inputs": len(inputs),
        "targets": 1 + number % 3,
        "unknown": inputs.count(2) + 1 + number % 3,
    }


@pytest.fixture(params=["compiled", "one by one"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let kernels read every shard, however small, or none; return the rows that one states."""
    if request.param == "compiled":
        monkeypatch.setattr(row_facts, "_WORTH_LOADING", 1)
        monkeypatch.setattr(row_facts, "_WORTH_COMPILING", 1)
    return 1


def _facts(path: Path, many: int, features: Any = FEATURES) -> Iterator[dict[str, str | int]]:
    """Yield the facts of each example by name."""
    for facts in read_facts(str(path), "shard", features, _UNKNOWN, many):
        for values in zip(*facts, strict=True):
            yield dict(zip(Facts._fields, values, strict=True))


def _read(path: Path, data: bytes, many: int) -> list[dict[str, str | int]]:
    path.write_bytes(data)
    return list(_facts(path, many))


@pytest.mark.parametrize("block", [1 << 20, 700, 10])
def test_facts_are_those_of_the_rows(
    many: int, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an example is longer than a block, or ends in the next one."""
    monkeypatch.setattr(row_facts, "_BLOCK_BYTES", block)
    data = b"".join(frame(encode_row(_row(number))) for number in range(40))
    assert _read(tmp_path / "s", data, many) == [_expected(number) for number in range(40)]
    assert _read(tmp_path / "s", b"", many) == []


def test_kernels_read_what_the_encoder_and_protobuf_write() -> None:
    checker = frame_checks.FrameChecker(FEATURES, ("id",), _UNKNOWN)
    data = encode_row(_row(5))
    message = tf_example()
    message.ParseFromString(data)
    again = message.SerializeToString()
    found = checker.check(frame(data) + frame(again))
    assert found is not None
    assert found[0].tolist() == [len(data) + 16, len(data) + len(again) + 32]
    assert found[2].tolist() == [[1, 3, 3]] * 2


def _without(number: int, name: str) -> bytes:
    message = tf_example()
    message.ParseFromString(encode_row(_row(number)))
    del message.features.feature[name]
    return bytes(message.SerializeToString())


def _with(change: Callable[[Any], None]) -> bytes:
    message = tf_example()
    message.ParseFromString(encode_row(_row(4)))
    change(message.features.feature)
    return bytes(message.SerializeToString())


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (frame(_without(4, "options")), "features missing or unknown: options"),
        (frame(_with(lambda f: f["more"].int64_list.value.append(1))), "unknown: more"),
        (frame(_with(lambda f: f["split"].bytes_list.value.append(b"x"))), "holds 2 values"),
        (frame(_with(lambda f: f["num_shots"].int64_list.value.append(1))), "holds 2 values"),
        (frame(_with(lambda f: f["license"].int64_list.value.append(1))), "int64_list, not string"),
        (frame(_with(lambda f: f["source"].bytes_list.value.__setitem__(0, b"\xff"))), "utf-8"),
        (frame(b"no example"), "not an example of this schema"),
        (frame(encode_row(_row(4)))[:-1], "corrupt TFRecord"),
        (frame(encode_row(_row(4)))[:7], "corrupt TFRecord"),
        (b"\xff" * 60, "corrupt TFRecord"),
    ],
)
def test_damage_is_named_after_the_examples_before_it(
    damaged: bytes, message: str, many: int, tmp_path: Path
) -> None:
    data = b"".join(frame(encode_row(_row(number))) for number in range(3))
    path = tmp_path / "s"
    path.write_bytes(data + damaged + data)
    found = []
    with pytest.raises(DataError, match=message) as error:
        found.extend(_facts(path, many))
    assert found == [_expected(number) for number in range(3)]
    place = f"byte {len(data)}" if "TFRecord" in message else "shard: example 3"
    assert place in str(error.value)


def test_features_are_those_that_the_snapshot_states(many: int, tmp_path: Path) -> None:
    """Snapshots of format version 1 have no parts of prompts."""
    path = tmp_path / "s"
    path.write_bytes(frame(_without(4, "prompt_parts")))
    [facts] = _facts(path, many, FEATURES_1)
    assert facts["id"] == f"{4:032x}"
    with pytest.raises(DataError, match="prompt_parts"):
        list(_facts(path, many))


@given(st.one_of(st.binary(max_size=12), st.text(max_size=6).map(str.encode)))
def test_texts_are_those_that_python_decodes(data: bytes) -> None:
    checker = frame_checks.FrameChecker(FEATURES, ("source",), _UNKNOWN)
    message = tf_example()
    message.ParseFromString(encode_row(_row(1)))
    message.features.feature["source"].bytes_list.value[0] = data
    try:
        data.decode()
    except UnicodeDecodeError:
        expected = None
    else:
        expected = data
    framed = frame(bytes(message.SerializeToString()))
    found = checker.check(framed)
    got = None if found is None else framed[slice(*found[1][0, 0].tolist())]
    assert got == expected
