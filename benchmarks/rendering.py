"""Rendering on one core: examples a CPU-second by template type, with and without tokenization.

    python -m benchmarks.rendering --superni DIR --cot DIR --vocabulary spiece.model

The peer is the plain Python loop that formats one fixed template. Printed as JSON.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from itertools import islice

from pipelines.building.previewing import tasks_of
from pipelines.building.sources import find_source
from pipelines.recipe import load_recipe
from tfrecords_schema.filesystem import read_bytes
from tfrecords_schema.vocabulary import SentencePieceVocabulary
from transforms.prompts.exemplars import Prompting
from transforms.prompts.fitting import fit
from transforms.prompts.prompting import draft_prompt
from transforms.settings import Limits
from transforms.stable_random import Draws
from transforms.types import TEMPLATE_TYPES, Record

_TASKS = 30


def _rate(work: Callable[[], None], examples: int) -> int:
    began = time.process_time()
    work()
    return round(examples / (time.process_time() - began))


def main() -> None:
    """Render the first records of some tasks in every way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--vocabulary", required=True)
    arguments = parser.parse_args()
    paths = {"superni": arguments.superni, "cot": arguments.cot}
    recipe = load_recipe("superni_cot", [], paths, None)
    vocabulary = SentencePieceVocabulary(read_bytes(arguments.vocabulary), 100, is_compiled=True)
    # The first text loads the encoder.
    vocabulary.encode("a")
    limits = Limits(max_input_tokens=2048, max_target_tokens=512)
    tasks: list[tuple[Prompting, Sequence[Record]]] = [
        (
            Prompting(
                task, records[: recipe.few_shot.pool], recipe.few_shot.variants, recipe.options
            ),
            records,
        )
        for name, source in recipe.sources.items()
        for task, records in islice(tasks_of(find_source(name, source, "")), _TASKS)
    ]
    examples = sum(len(records) for _, records in tasks)

    def plain() -> None:
        for context, records in tasks:
            instruction = context.task.fields.get("instruction", "")
            for record in records:
                question = record.fields.get("input") or record.fields.get("question")
                f"{instruction}\n\nInput: {question}\nOutput:"

    def render(template_type: str, tokenize: bool) -> None:
        for context, records in tasks:
            for record in records:
                draft = draft_prompt(record, template_type, context, Draws(record.id))
                if draft is not None and tokenize:
                    fit(draft, vocabulary, limits)
                elif draft is not None:
                    draft.compose()

    rates = {"plain_loop": _rate(plain, examples)}
    for template_type in TEMPLATE_TYPES:
        for tokenize in (False, True):
            name = template_type + ("_tokenized" if tokenize else "")
            rates[name] = _rate(lambda t=template_type, k=tokenize: render(t, k), examples)
    print(json.dumps({"examples": examples, "per_cpu_second": rates}, indent=2))


if __name__ == "__main__":
    main()
