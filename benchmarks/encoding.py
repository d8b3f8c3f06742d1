"""The encoder against sentencepiece, string to int32 array, each text once, an empty table.

    python -m benchmarks.encoding --vocabulary spiece.model NAME=FILE_OR_DIRECTORY ...

Each corpus is the lines of its text files, or the strings of its JSON files, so that whatever the
files hold is encoded. Ours has them in batches, as rendering does, and one by one, which calls
compiled code for each. CPU time of one thread, ids that differ, and ratios are printed as JSON.
Exits with 1 if any differ, from sentencepiece's or from the ids of `--against`, an earlier result:
ratios are printed and decide nothing, since machines differ.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece

from benchmarks.recording import record, recorded
from tfrecords_schema.vocabulary import SentencePieceVocabulary

_BATCH = 2000


def strings(value: Any) -> Iterator[str]:
    """Yield all strings of a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def texts(path: Path) -> Iterator[str]:
    """Yield the texts of a file, or of all files below a directory, in the order of their names."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file():
            continue
        text = file.read_bytes().decode(errors="replace")
        if file.suffix == ".json":
            yield from strings(json.loads(text))
        else:
            yield from text.split("\n")


def measure(model: bytes, path: Path) -> dict[str, Any]:
    """Encode all texts with both."""
    processor = sentencepiece.SentencePieceProcessor()
    processor.LoadFromSerializedProto(model)
    ours = SentencePieceVocabulary(model, 0, is_compiled=True)
    singly = SentencePieceVocabulary(model, 0, is_compiled=True)
    ours.encode_all([""])
    singly.encode("")
    count = size = differing = 0
    digest = hashlib.sha256()
    seconds = [0.0, 0.0, 0.0]
    stream = texts(path)
    while batch := list(islice(stream, _BATCH)):
        times = [time.process_time()]
        plain = [np.array(processor.EncodeAsIds(text), np.int32) for text in batch]
        times.append(time.process_time())
        together = ours.encode_all(batch)
        times.append(time.process_time())
        alone = [singly.encode(text) for text in batch]
        times.append(time.process_time())
        seconds = [
            a + end - start for a, (start, end) in zip(seconds, pairwise(times), strict=True)
        ]
        for found in (together, alone):
            differing += sum(not np.array_equal(a, b) for a, b in zip(plain, found, strict=True))
        for ids in plain:
            digest.update(len(ids).to_bytes(4, "little") + ids.astype("<i4").tobytes())
        count += len(batch)
        size += sum(len(text.encode()) for text in batch)
    return {
        "texts": count,
        "bytes": size,
        "differing": differing,
        "ids_sha256": digest.hexdigest(),
        "sentencepiece_microseconds": round(1e6 * seconds[0] / max(count, 1), 2),
        "microseconds": round(1e6 * seconds[1] / max(count, 1), 2),
        "one_by_one_microseconds": round(1e6 * seconds[2] / max(count, 1), 2),
        "ratio": round(seconds[0] / max(seconds[1], 1e-9), 2),
        "one_by_one_ratio": round(seconds[0] / max(seconds[2], 1e-9), 2),
    }


def compare(found: dict[str, Any], earlier: dict[str, Any]) -> bool:
    """Print ratios beside the earlier ones; return whether all ids are the same."""
    for name, now in found.items():
        then = earlier.get(name)
        if then is None:
            print(f"{name}: {now['ratio']} times sentencepiece, not measured before")
            continue
        change = now["ratio"] / max(then["ratio"], 0.01)
        print(f"{name}: {now['ratio']} times sentencepiece, {change:.2f} of {then['ratio']} before")
        if now["ids_sha256"] != then["ids_sha256"]:
            print(f"{name}: the ids of {now['texts']} texts differ from those of {then['texts']}")
    return all(
        now["ids_sha256"] == earlier[name]["ids_sha256"]
        for name, now in found.items()
        if name in earlier
    )


def main() -> int:
    """Measure each corpus, with a table of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vocabulary", required=True)
    parser.add_argument("--to", type=Path, help="also write the results to this file")
    parser.add_argument("--against", type=Path, help="compare with the results in this file")
    parser.add_argument("corpora", nargs="+", metavar="NAME=PATH")
    arguments = parser.parse_args()
    model = Path(arguments.vocabulary).read_bytes()
    results = {}
    for corpus in arguments.corpora:
        name, _, path = corpus.partition("=")
        results[name] = measure(model, Path(path))
        print(name, results[name], file=sys.stderr)
    agree = not any(result["differing"] for result in results.values())
    if arguments.against:
        agree &= compare(results, recorded(arguments.against))
    else:
        print(json.dumps(results, indent=2))
    if arguments.to:
        record(arguments.to, results)
    return int(not agree)


if __name__ == "__main__":
    sys.exit(main())
