"""Guess preference data: the better of two answers, or the best of several."""

from collections.abc import Mapping

from pipelines.drafting.guess import Guess
from pipelines.drafting.samples import Sample


def ranked(sample: Sample) -> Guess | None:
    """Guess prompts with several answers, each with its rank."""
    prompt = sample.find("prompt", "question", "instruction")
    for key in ("answers", "responses", "completions"):
        if not prompt or not sample.is_list_of(key, Mapping):
            continue
        items = [item for value in sample.values(key) for item in value]
        text = next((n for n in ("answer", "response", "text", "content") if n in items[0]), None)
        if text and all("rank" in item for item in items):
            best = min(item["rank"] for item in items)
            columns = {"prompt": prompt, "completion": f"{key}.{text}"}
            filters = {f"{key}.rank": int(best)}
            keys = {"format": "chat", "explode": key, "columns": columns, "filters": filters}
            return Guess(keys, [f"of the {key} to a prompt, the one of rank {best} is learned"])
    return None


def preference(sample: Sample) -> Guess | None:
    """Guess preference data: a prompt and the chosen answer."""
    if sample.find("chosen"):
        prompt = sample.find("prompt", "question", "instruction", "input", "query")
        columns = {"prompt": prompt} if prompt and prompt != "prompt" else {}
        keys = {"format": "chat", **({"columns": columns} if columns else {})}
        return Guess(keys, ["preference pairs: `chosen` is the target, `rejected` is not used"])
    question, better = sample.find("question", "prompt"), sample.find("response_j")
    if question and better and sample.find("response_k"):
        keys = {"format": "chat", "columns": {"prompt": question, "chosen": better}}
        return Guess(keys, ["`response_j` is the better answer, as in paired Stack Exchange sets"])
    prompt, completion = sample.find("prompt"), sample.find("completion")
    if prompt and completion and sample.is_list_of(prompt, Mapping):
        return Guess({"format": "chat"}, ["a prompt of messages and its completion"])
    return None
