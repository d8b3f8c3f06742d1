"""The hand-written programs that benchmarks/build.py compares a build with.

They are those of commit cbae28f, with the code of that commit, so that neither becomes faster or
slower with what is measured. Only the tokenizer is chosen: sentencepiece, or the project's own. The
parent runs this file with that commit's code before everything else on PYTHONPATH.
"""

import functools
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

frozen: Any = importlib.import_module("benchmarks.build")


class OwnTokenizer:
    """The project's encoder of today, for code that expects a vocabulary with lists of ids."""

    def __init__(self, path: str) -> None:
        # Of today's tfrecords_schema, beside that commit's modules.
        from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2

        from tfrecords_schema.word_encoder import make_word_encoder

        proto = sentencepiece_model_pb2.ModelProto.FromString(Path(path).read_bytes())
        processor = SentencePieceProcessor()
        processor.LoadFromSerializedProto(proto.SerializeToString())
        self._plain = processor.EncodeAsIds
        self._encoder: Any = make_word_encoder(proto, self._plain)

    def encode(self, text: str) -> list[int]:
        ids = self._encoder.encode(text)
        return self._plain(text) if ids is None else ids.tolist()


@functools.cache
def own_tokenizer(_: object, path: str) -> OwnTokenizer:
    """Return the tokenizer of this process, which keeps its table of words from file to file."""
    return OwnTokenizer(path)


def in_datasets(job: Any, out: str) -> int:
    """Do the same with `datasets.map`, which writes Arrow files: a row for each example."""
    from datasets import Dataset

    def rows(batch: dict[str, list[int]]) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {"id": [], "task": [], "inputs": [], "targets": []}
        columns |= {"inputs_pretokenized": [], "targets_pretokenized": []}
        vocabulary = frozen.load_vocabulary(job.vocabulary, job.vocabulary_path)
        tasks = {task.name: task for task in job.tasks}
        records = [record for record, _, _ in frozen.read_records(job.files[batch["file"][0]])]
        pool = records[: job.few_shot.pool]
        for number, record in enumerate(records):
            context = frozen.Prompting(tasks[record.task], pool, job.few_shot, job.options)
            draws = frozen.Draws(job.seed, record.id)
            draft = frozen.draft_prompt(record, ("zs_opt", "fs_opt")[number % 2], context, draws)
            fitted = frozen.fit(draft, vocabulary, job.limits) if draft else None
            if isinstance(fitted, frozen.Fitted):
                columns["id"].append(frozen.stable_id(record.id))
                columns["task"].append(record.task)
                columns["inputs"].append(fitted.inputs)
                columns["targets"].append(fitted.targets)
                columns["inputs_pretokenized"].append(fitted.prompt.inputs)
                columns["targets_pretokenized"].append(fitted.prompt.targets)
        return columns

    files = Dataset.from_dict({"file": list(range(len(job.files)))})
    return len(
        files.map(
            rows,
            batched=True,
            batch_size=1,
            num_proc=frozen._WORKERS,
            remove_columns=["file"],
            new_fingerprint="peer",
            cache_file_name=f"{out}/rows.arrow",
        )
    )


def in_pool(job: Any, out: str) -> int:
    """Do it with `multiprocessing.Pool(2)`, which writes unsorted TFRecords."""
    written: int = frozen.in_pool(
        frozen.partial(frozen.render_plainly, job=job, out=out), job.files
    )
    return written


def main(asked: dict[str, Any]) -> None:
    """Read the sources, then time each way asked for; print a line of JSON."""
    recipe = frozen.load_recipe("superni_cot", asked["settings"], asked["paths"], None)
    options = frozen.RunnerOptions(frozen._WORKERS)
    found, _, _ = frozen.find_sources(recipe, asked["out"])
    ingested, _ = frozen.ingest(recipe, found, options)
    job = frozen.make_job(recipe, ingested, [], asked["out"])
    plain_vocabulary, plain_draft = frozen.load_vocabulary, frozen.draft_prompt
    if asked["few_shot"]:
        frozen.draft_prompt = lambda record, _, *rest: plain_draft(record, "fs_opt", *rest)
    # Compiled once; the peer's processes inherit it.
    own_tokenizer(None, job.vocabulary_path).encode("a b")
    results = {}
    for name, way, vocabulary in (
        ("pool", in_pool, plain_vocabulary),
        ("datasets", in_datasets, plain_vocabulary),
        ("pool_with_our_encoder", in_pool, own_tokenizer),
    ):
        frozen.load_vocabulary = vocabulary
        out = Path(asked["out"], name)
        out.mkdir()
        began, wall = os.times(), time.perf_counter()
        examples = way(job, str(out))
        results[name] = measured(examples, began, time.perf_counter() - wall)
    print(json.dumps(results))


def measured(examples: int, began: os.times_result, seconds: float) -> dict[str, float]:
    """Return examples, wall and CPU seconds of this process and its children since `began`."""
    spent = [now - then for now, then in zip(os.times()[:4], began[:4], strict=True)]
    return {
        "examples": examples,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(sum(spent), 2),
    }


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
