"""Guess files of published collections and benchmarks, by keys that only they have."""

from collections.abc import Mapping

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.samples import Sample


def super_ni(sample: Sample) -> Guess | None:
    """Guess task files of Super-Natural Instructions."""
    if sample.find("Definition") and sample.find("Instances"):
        return Guess({"format": "super_ni"}, ["a task file of Super-Natural Instructions"])
    return None


# Formats of published collections: keys that all of their rows have, and what it is.
_SIGNS: dict[str, tuple[tuple[str, ...], str]] = {
    "unified_skg": (("text_in", "struct_in", "seq_out"), "UnifiedSKG"),
    "qrecc": (("Conversation_no", "Turn_no", "Rewrite"), "QReCC"),
    "metaicl": (("task", "input", "output", "options"), "MetaICL"),
    "taskmaster": (("conversation_id", "utterances", "instruction_id"), "Taskmaster"),
    "wiki_dialog": (("pid", "passage", "utterances"), "WikiDialog"),
    "dr_repair": (("code_lines", "err_line", "gold_linenos"), "DrRepair"),
    "code_contests": (("description", "solutions", "incorrect_solutions"), "CodeContests"),
}


def published(sample: Sample) -> Guess | None:
    """Guess files of published collections that have a reader of their own."""
    for form, (signs, name) in _SIGNS.items():
        if all(sign in row for row in sample.rows for sign in signs):
            return Guess({"format": form}, [f"rows of {name}"])
    if sample.find("dialogue_id") and sample.is_list_of("turns", Mapping):
        turns = [turn for value in sample.values("turns") for turn in value]
        speakers = {str(turn.get("speaker")) for turn in turns if "utterance" in turn}
        if speakers and speakers <= {"USER", "SYSTEM"}:
            return Guess({"format": "sgd"}, ["Schema-Guided Dialogue"])
    topics = sample.values("turn") if sample.is_list_of("turn", Mapping) else []
    if sample.find("number") and any("raw_utterance" in turn for turns in topics for turn in turns):
        return Guess({"format": "cast"}, ["TREC CAsT: follow-up questions and their rewrites"])
    if sample.path.endswith("_train.tsv") and len(sample.keys) == 3 and "columns" in sample.stated:
        answers, rationales = (
            sum(len(str(row[key])) for row in sample.rows) for key in sample.keys[1:]
        )
        if 2 * answers < rationales:
            del sample.stated["columns"]
            said = "chains of thought as Flan publishes them: question, answer and rationale"
            return Guess({"format": "cot_tsv"}, [said])
    return None


def known_benchmarks(sample: Sample) -> Guess | None:
    """Guess files of benchmarks that have a reader of their own."""
    answers = sample.values("answer")
    if sample.find("question") and answers and all("####" in str(value) for value in answers):
        return Guess({"format": "gsm8k"}, ["GSM8K: the reasoning ends with `#### answer`"])
    if sample.find("canonical_solution") and sample.find("prompt") and sample.find("test"):
        return Guess({"format": "humaneval"}, ["HumanEval"])
    if sample.find("input_output") and (found := sample.find("solutions")):
        fields = {"question": str(sample.find("question", "problem")), "code": f"{found}.0"}
        guess = mapped(sample, "program_synthesis", fields, "APPS: the first of the solutions")
        guess.unknown.append("answers to problems without solutions: they are rejected")
        return guess if sample.find("question", "problem") else None
    if sample.find("test_list") and sample.find("code"):
        return Guess({"format": "mbpp"}, ["MBPP"])
    if sample.find("inputs_pretokenized") and sample.find("targets_pretokenized"):
        return Guess({"format": "p3"}, ["rows of P3 as seqio writes them"])
    return None
