"""Guess instructions and prompts that are already in words, and their answers."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import END_MARK, UNTIL_END, Guess, id_of, mapped
from pipelines.drafting.material import is_material
from pipelines.drafting.samples import Sample
from pipelines.drafting.verdicts import repeats_answer


def alpaca(sample: Sample) -> Guess | None:
    """Guess instructions, some with an input, and their outputs."""
    instruction = sample.find("instruction")
    if not instruction:
        return None
    nested = sample.find("instances")
    if nested and sample.is_list_of(nested, Mapping):
        items = [item for value in sample.values(nested) for item in value]
        if all("output" in item for item in items):
            columns = {"input": f"{nested}.input", "output": f"{nested}.output"}
            keys = {"format": "alpaca", "explode": nested, "columns": columns}
            return Guess(keys, [f"each item of {nested!r} is an example of its instruction"])
    output = sample.find("output", "response", "answer", "completion", "target")
    if not output:
        return None
    given = sample.find("input", "context", "inputs")
    others = [] if given else _inputs(sample, instruction, output)
    # Tables, passages and the like are shown above the one input, or in its place.
    asked = [key for key in others if not is_material(key)]
    others = asked if len(others) > 1 and len(asked) < 2 else others
    if len(others) == 1:
        given = others[0]
    system = sample.find("system", "system_prompt")
    pairs = (("instruction", instruction), ("input", given), ("output", output), ("system", system))
    columns = {name: key for name, key in pairs if key and key != name}
    keys = {"format": "alpaca", **id_of(sample), **({"columns": columns} if columns else {})}
    guess = Guess(keys, ["an instruction, where there is one its input, and the output"])
    if len(others) == 1:
        guess.assumed.append(f"{given!r} is the input that an instruction is about")
    elif others:
        shown = " or ".join(map(repr, others))
        guess.unknown.append(
            f"whether an instruction is about {shown}: neither is shown; `columns: {{input: KEY}}`"
        )
    if any("{{" in str(value) for value in sample.values(output)):
        guess.unknown.append("what stands for the {{placeholders}} in the output: they are kept")
    return guess


def _inputs(sample: Sample, instruction: str, output: str) -> list[str]:
    """Return the keys of texts that an instruction can be about.

    {"instruction": "Fix it.", "code": "print(", "output": "print()"} → ["code"]
    """
    found = (sample.find(name) for name in _GIVEN)
    return [
        key
        for key in dict.fromkeys(found)
        if key not in (None, instruction, output)
        and sample.is_text(key)
        and not _is_whole(sample, key, instruction, output)
    ]


_GIVEN = (
    *("text", "code", "question", "problem", "passage", "paragraph", "document", "article"),
    *("sentence", "content", "body", "snippet", "source_code", "source_text", "input_text"),
    *("table", "data", "schema", "dialogue", "conversation", "transcript", "email", "message"),
    *("review", "story", "query", "material", "user_input"),
)


def _is_whole(sample: Sample, key: str, *parts: str) -> bool:
    """Return whether texts are put together from the instruction and its answer."""
    rows = [[str(row.get(one) or "") for one in (key, *parts)] for row in sample.rows]
    return 2 * sum(all(part in text for part in of) for text, *of in rows) > len(rows)


def segments(sample: Sample) -> Guess | None:
    """Guess axolotl's segments, texts of which some are learned: a prompt and what follows it."""
    if not sample.is_list_of("segments", Mapping):
        return None
    learned = {tuple(bool(s.get("label")) for s in v) for v in sample.values("segments")}
    if learned != {(False, True)}:
        return Guess(
            problem="axolotl's segments in other numbers than a prompt and its answer: write them "
            "as messages, with `weight: 0` for what is not learned"
        )
    shown = {"extract": "segments.0.text", "pattern": r"^(?:<s>|<\|begin_of_text\|>)?([\s\S]*)$"}
    learned_text = {"extract": "segments.1.text", "pattern": UNTIL_END.format(END_MARK.pattern)}
    return mapped(
        sample,
        "prompted",
        {"input": shown, "answer": learned_text},
        "axolotl's segments: a prompt and the text with `label: true` after it",
    )


def turns_with_references(sample: Sample) -> Guess | None:
    """Guess MT-Bench: questions of the user alone, some with reference answers."""
    if not sample.is_list_of("turns", str):
        return None
    if not sample.find("reference"):
        return Guess(problem="turns of one speaker without answers: nothing to learn from")
    fields = {"instruction": "turns.0", "output": "reference.0"}
    guess = mapped(sample, "instruction_only", fields, "first turns whose reference is the answer")
    guess.unknown.append(
        "answers to questions without a reference: these rows are rejected as `empty_field`. As "
        "an evaluation set it belongs under `held_out`"
    )
    return guess


def answered(sample: Sample) -> Guess | None:
    """Guess prompts and completions with a system prompt, or with a verdict on the completion."""
    prompt = sample.find("prompt", "question", "query", "instruction", "user", "human")
    answer = sample.find(
        *("completion", "response", "output", "answer", "answers", "assistant", "gpt", "bot")
    )
    system = sample.find("system", "system_prompt", "system_message")
    tools = sample.find("tools", "functions")
    verdicts = sample.values("label")
    is_judged = bool(verdicts) and {*map(str, verdicts)} <= {"0", "1", "False", "True"}
    # The label of a yes or no may be that answer again, as a number.
    is_judged = is_judged and not repeats_answer(sample, "label")
    if not prompt or not answer or not (system or is_judged or tools):
        return None
    if not sample.is_text(answer) and not is_judged and not system:
        return None
    pairs = (("prompt", prompt), ("completion", answer), ("system", system), ("tools", tools))
    columns = {name: key for name, key in pairs if key and key != name}
    guess = Guess({"format": "chat", **({"columns": columns} if columns else {})})
    if system:
        guess.assumed.append(f"{system!r} is the system prompt of its row")
    if tools:
        guess.assumed.append(f"{tools!r} are the tools that an answer may call, shown above it")
    if is_judged and not any(isinstance(value, str) for value in verdicts):
        guess.assumed.append("rows with `label: false` are not learned")
    return guess


def prompted(sample: Sample) -> Guess | None:
    """Guess prompts that are already in words, and their completions."""
    names = (
        *(("prompt", "completion"), ("prompt", "response"), ("prompt", "output")),
        *(("inputs", "targets"), ("input", "output"), ("input", "target"), ("source", "target")),
        *(("prompt", "target"), ("query", "response"), ("problem", "solution")),
    )
    for one, two in names:
        shown, answer = sample.find(one), sample.find(two)
        if not shown or not answer or not (sample.is_text(shown) and sample.is_text(answer)):
            continue
        marks = {m[0] for value in sample.values(answer) for m in END_MARK.finditer(str(value))}
        marks = marks or _separator(sample, answer)
        before = _separator(sample, shown)
        fields = {"input": _until(shown, before), "answer": _until(answer, marks)}
        guess = mapped(sample, "prompted", fields, "prompts already in words")
        if marks:
            guess.assumed.append(f"{', '.join(sorted(marks))} ends an answer and is no part of it")
        if before:
            guess.assumed.append(f"{', '.join(before)} ends a prompt and is no part of it")
        return guess
    return None


def _separator(sample: Sample, key: str) -> set[str]:
    """Return the mark that ends all texts under a key, as old fine-tuning files have it."""
    found = [_SEPARATOR.search(str(value)) for value in sample.values(key)]
    marks = {match[1] if match else "" for match in found}
    return marks if len(found) > 1 and len(marks) == 1 and "" not in marks else set()


_SEPARATOR = re.compile(r"\s*(#{2,}|\*{3,}|={3,}|-{1,2}>|\bEND|\bSTOP)\s*$")


def _until(key: str, marks: set[str]) -> Any:
    """Return the source of a text without the mark at its end."""
    mark = "|".join(re.escape(mark) for mark in sorted(marks))
    return {"extract": key, "pattern": UNTIL_END.format(mark)} if marks else key
