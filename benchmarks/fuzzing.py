"""Mutated inputs by the hundred thousand: each is read, or refused in a sentence of ours.

    python -m benchmarks.fuzzing SNAPSHOT [--inputs 500000] [--seed 0]

Small good files are damaged: bytes changed, cut, repeated or inserted, values of JSON replaced by
others. Formats read them as sources; the readers of a snapshot's files (of which SNAPSHOT gives
good ones), of recipes, training configurations and promptsource templates read the rest. Prints a
table by target: inputs, accepted (rows may have been rejected), refused, and other exceptions,
of which each kind is listed; the status is 1 if there is any.
"""

import argparse
import copy
import io
import itertools
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import zstandard

from pipelines.configuration import yaml_document
from pipelines.configuration.validation import validate
from pipelines.recipe import Recipe
from tfrecords_schema import channels, manifest, tfrecord
from tfrecords_schema.codec import decode_row, split_tokens
from tfrecords_schema.errors import UserError
from tfrecords_schema.snapshot import open_snapshot
from trainer.config import TrainConfig
from transforms.records.record_store import encode_record
from transforms.records.rejections import encode_rejection
from transforms.sources.formats.alpaca import Alpaca
from transforms.sources.formats.cast import Cast
from transforms.sources.formats.code_contests import CodeContests
from transforms.sources.formats.conversations import Conversations
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.dr_repair import DrRepair
from transforms.sources.formats.gsm8k import Gsm8k
from transforms.sources.formats.p3 import P3
from transforms.sources.formats.program import HumanEval, Mbpp
from transforms.sources.formats.qrecc import Qrecc
from transforms.sources.formats.sgd import Sgd
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.sources.formats.taskmaster import Taskmaster
from transforms.sources.formats.wiki_dialog import WikiDialog
from transforms.sources.source import Source
from transforms.templates.jinja import parse_templates
from transforms.types import Record, Task

Read = Callable[[bytes], None]
# A slow target gets one input where another gets so many.
_FAST, _SLOW = 25, 1
_TABLE: dict[str, Any] = {"collection": "c", "task": "t", "family": "closed_book_qa"}
_FLAT = {**_TABLE, "fields": {"question": "q", "answer": "a"}, "id": "id"}
_TURNS = [{"role": "user", "content": "why?"}, {"role": "assistant", "content": "so"}]
_SAID = [{"speaker": "USER", "utterance": "hi"}, {"speaker": "SYSTEM", "utterance": "ho"}]
# Format, and the rows of a good file.
_ROWS: list[tuple[str, Source, Any]] = [
    ("tabular", Tabular(format="json", **_FLAT), [{"q": "why?", "a": "so", "id": "1"}] * 2),
    (
        "tabular, nested",
        Tabular(format="json", **_TABLE, fields={"question": "q.text", "answer": "a.0"}),
        [{"q": {"text": "why?"}, "a": ["so"]}],
    ),
    (
        "alpaca",
        Alpaca(format="alpaca", collection="c"),
        [{"instruction": "add", "input": "1 1", "output": "2"}],
    ),
    ("chat", Conversations(format="chat", collection="c"), [{"messages": _TURNS}]),
    (
        "sgd",
        Sgd(format="sgd"),
        [{"dialogue_id": "1", "turns": [{"speaker": "USER", "utterance": "hi"}, _SAID[1]]}],
    ),
    (
        "taskmaster",
        Taskmaster(format="taskmaster"),
        [{"conversation_id": "1", "utterances": [{"speaker": "USER", "text": "hi"}]}],
    ),
    (
        "cast",
        Cast(format="cast"),
        [{"number": 1, "turn": [{"number": 1, "raw_utterance": "a", "response": "b"}]}],
    ),
    (
        "qrecc",
        Qrecc(format="qrecc"),
        [{"Conversation_no": 1, "Turn_no": 1, "Context": [], "Question": "a", "Answer": "b"}],
    ),
    ("wiki_dialog", WikiDialog(format="wiki_dialog"), [{"utterances": ["a", "b"], "title": "t"}]),
    (
        "code_contests",
        CodeContests(format="code_contests"),
        [{"name": "n", "description": "d", "solutions": {"solution": ["x"], "language": [3]}}],
    ),
    ("dr_repair", DrRepair(format="dr_repair"), [{"lines": [{"code": "x"}], "errors": []}]),
    ("mbpp", Mbpp(format="mbpp"), [{"text": "add", "code": "x", "test_list": ["assert x"]}]),
    (
        "humaneval",
        HumanEval(format="humaneval"),
        [{"prompt": "def f():", "canonical_solution": " pass", "test": "f()"}],
    ),
    ("p3", P3(format="p3"), [{"inputs_pretokenized": "a", "targets_pretokenized": "b"}]),
    ("gsm8k", Gsm8k(format="gsm8k"), [{"question": "q", "answer": "1 <<1=1>>\n#### 1"}]),
    (
        "super_ni",
        SuperNi(format="super_ni"),
        {
            "Definition": ["d"],
            "Positive Examples": [{"input": "a", "output": "b"}],
            "Instances": [{"id": "1", "input": "a", "output": ["b"]}],
        },
    ),
]
_PIECES = [
    *(b"null", b"[]", b"{}", b'"', b"\\ud800", b"1e999", b"-1", b"\x00", b"\xff\xfe", b"[" * 2000),
    *(b"\n", b"\r", b"\t", b",", b":", b"9" * 400, b"\xe2\x80\xae", b"- &a [*a]\n", b"{{", b"%}"),
]
_TEMPLATES = b"""dataset: d
templates:
  a: !Template
    answer_choices: yes ||| no
    id: a
    jinja: "{{ q }} ||| {{ answer_choices[a] }}"
    metadata: !TemplateMetadata {}
    name: a
"""


def damaged_bytes(data: bytes, draws: random.Random) -> bytes:
    """Return bytes with one to four places changed, cut, repeated, or with something inserted."""
    changed = bytearray(data)
    for _ in range(draws.randint(1, 4)):
        start = draws.randint(0, len(changed))
        end = min(len(changed), start + draws.choice([1, 1, 2, 8, 40]))
        how = draws.randrange(4)
        if how == 0 and start < len(changed):
            changed[start] = draws.randrange(256)
        elif how == 1:
            del changed[start:end]
        elif how == 2:
            changed[start:start] = changed[start:end] * draws.randint(1, 3)
        else:
            changed[start:start] = draws.choice(_PIECES)
    return bytes(changed)


def damaged_value(value: Any, draws: random.Random) -> Any:
    """Return JSON of which one to three values are others, or gone."""
    value = copy.deepcopy(value)
    for _ in range(draws.randint(1, 3)):
        places = list(_places(value))
        if not places:
            return _value(draws)
        inside, key = draws.choice(places)
        if draws.random() < 0.2:
            del inside[key]
        else:
            inside[key] = _value(draws)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _value(draws: random.Random) -> Any:
    choices: list[Any] = [
        *(None, True, 0, -1, 10**30, 1.5, float("inf"), "", " ", "x" * 3000, "\ud800", "\x00"),
        *([], {}, [[]], [None], {"a": {}}, ["a"] * 50, {"role": "user"}, "user", "####", "USER"),
    ]
    return copy.deepcopy(draws.choice(choices))


class Target:
    """Something that reads bytes of strangers; `inputs` yields damaged ones without end."""

    def __init__(self, name: str, good: list[Any], read: Read, weight: int = _FAST) -> None:
        self.name, self.good, self.read, self.weight = name, good, read, weight

    def inputs(self, draws: random.Random) -> Iterator[bytes]:
        """Yield inputs; of values in JSON, half are changed as such."""
        while True:
            good = draws.choice(self.good)
            if isinstance(good, bytes):
                yield damaged_bytes(good, draws)
            elif draws.random() < 0.5:
                yield damaged_bytes(json.dumps(good).encode(), draws)
            else:
                yield json.dumps(damaged_value(good, draws)).encode()


def _reads_source(source: Source, path: Path) -> Read:
    def read(data: bytes) -> None:
        path.write_bytes(data)
        for piece in source.pieces(str(path), path.name, len(data)):
            for element in source.read("s", piece):
                if isinstance(element, Record):
                    encode_record(element)
                elif not isinstance(element, Task):
                    encode_rejection(element)

    return read


def _sources(directory: Path) -> Iterator[Target]:
    for name, source, rows in _ROWS:
        yield Target(name, [rows], _reads_source(source, directory / "file_train.json"))
    flat = Tabular(format="jsonl", **_FLAT)
    lines = b"".join(json.dumps({"q": f"why {n}", "a": "so"}).encode() + b"\n" for n in range(5))
    yield Target("jsonl", [lines], _reads_source(flat, directory / "f.jsonl"))
    packed = zstandard.compress(lines)
    yield Target("jsonl.zst", [packed], _reads_source(flat, directory / "f.jsonl.zst"))
    csv = Tabular(format="csv", **_FLAT)
    yield Target(
        "csv", [b'q,a,id\n"why, so?",so,1\nb,c,2\n'], _reads_source(csv, directory / "f.csv")
    )
    cot = CotTsv(format="cot_tsv")
    yield Target(
        "cot_tsv", [b"why?\tso\tas it is\n" * 2], _reads_source(cot, directory / "a_train.tsv")
    )


def _drained(decode: Callable[[bytes, str], Any]) -> Read:
    """Read frames, and decode each."""

    def read(data: bytes) -> None:
        for one in tfrecord.read_frames(io.BytesIO(data), "shard"):
            decode(one, "shard")

    return read


def _snapshot(path: str, directory: Path) -> Iterator[Target]:
    snapshot = open_snapshot(path)
    shard = Path(path, snapshot.manifest.splits["train"].shards[0].path)
    frames = tfrecord.read_frames(io.BytesIO(shard.read_bytes()), "shard")
    rows = [row for row, _ in zip(frames, range(20), strict=False)]
    small = snapshot.manifest.model_dump(mode="json")
    for key in ("mixture", "ledger", "sources", "rejections", "reports", "metadata", "prompts"):
        small[key] = small[key][:2]
    yield Target("manifest", [small], lambda data: void(manifest.load(data, "manifest.json")))
    yield Target("example", rows, lambda data: void(decode_row(data, "row")))
    yield Target("tokens of an example", rows, lambda data: void(split_tokens(data, "row")))
    framed = b"".join(map(tfrecord.frame, rows[:3]))
    yield Target("shard", [framed], _drained(decode_row))
    tfrecord.write_shard(str(directory), "good", [(row, 3, 1) for row in rows])
    for suffix, read_table in (
        (".index", tfrecord.read_index),
        (".lengths", tfrecord.read_lengths),
    ):
        tables = [(directory / f"good{suffix}").read_bytes()]
        file = directory / f"shard{suffix}"

        def read(data: bytes, file: Path = file, read_table: Any = read_table) -> None:
            file.write_bytes(data)
            read_table(str(file.with_suffix("")))

        yield Target(f"shard{suffix}", tables, read)


def void(_: object) -> None:
    """Do nothing with a value that was read."""


def _configured(directory: Path) -> Iterator[Target]:
    def shipped(package: str, *parts: str) -> list[Any]:
        place = resources.files(package).joinpath(*parts)
        return [file.read_bytes() for file in place.iterdir() if file.name.endswith(".yaml")]

    def checked(model: Any) -> Read:
        return lambda data: void(
            validate(model, yaml_document.parse(data.decode("utf-8", "replace"), "f.yaml"))
        )

    # Others are based on a recipe, and nothing without it.
    whole = [resources.files("pipelines").joinpath("recipes", "quickstart.yaml").read_bytes()]
    yield Target("recipe", whole, checked(Recipe), _SLOW)
    yield Target(
        "training configuration", shipped("trainer", "configs"), checked(TrainConfig), _SLOW
    )
    yield Target(
        "promptsource templates",
        [_TEMPLATES],
        lambda data: void(parse_templates(data.decode("utf-8", "replace"), "templates.yaml")),
        _SLOW,
    )
    pointer = channels.Pointer(
        channel="latest", snapshot="a", fingerprint="b", published="", fencing=1
    )
    (directory / "channels").mkdir()

    def point(data: bytes) -> None:
        (directory / "channels" / "latest.json").write_bytes(data)
        channels.read_pointer(str(directory), "latest")

    yield Target("pointer of a channel", [pointer.model_dump(mode="json")], point)


def fuzz(target: Target, inputs: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Return how many inputs were accepted, refused or other, and the kinds of the last."""
    outcomes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    draws = random.Random(f"{seed} {target.name}")
    for data in itertools.islice(target.inputs(draws), inputs):
        try:
            target.read(data)
            outcomes["accepted"] += 1
        except UserError:
            outcomes["refused"] += 1
        except Exception as error:
            outcomes["other"] += 1
            kinds[f"{type(error).__name__}: {error!s:.80}, for {data!r:.300}"] += 1
    return outcomes, kinds


def main(argv: list[str]) -> int:
    """Print the table and the kinds of other exceptions; return 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("snapshot")
    parser.add_argument("--inputs", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    began, total = time.process_time(), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        targets = [
            *_sources(directory), *_snapshot(arguments.snapshot, directory), *_configured(directory)
        ]  # fmt: skip
        share = sum(target.weight for target in targets)
        print("| target | inputs | accepted | refused | other |\n|---|--:|--:|--:|--:|")
        for target in targets:
            inputs = -(-arguments.inputs * target.weight // share)
            outcomes, kinds = fuzz(target, inputs, arguments.seed)
            total += outcomes
            cells = (outcomes[one] for one in ("accepted", "refused", "other"))
            print(
                f"| {target.name} | {inputs:,} | {' | '.join(f'{n:,}' for n in cells)} |",
                flush=True,
            )
            for kind, count in kinds.most_common(5):
                print(f"{count} × {kind}", file=sys.stderr)
    cells = (total[one] for one in ("accepted", "refused", "other"))
    print(f"| total | {total.total():,} | {' | '.join(f'{n:,}' for n in cells)} |")
    print(f"{time.process_time() - began:.0f} CPU seconds", file=sys.stderr)
    return 1 if total["other"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
