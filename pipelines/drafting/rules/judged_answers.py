"""Guess questions with several answers, of which each says whether, or how far, it is right."""

from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess, mapped, parsed
from pipelines.drafting.key_names import ANSWERS, CONTEXTS, KEYED, OPTIONS, QUESTIONS, RIGHT
from pipelines.drafting.samples import Sample
from pipelines.drafting.verdicts import filter_of, is_good
from transforms.sources.messages import ROLE_KEYS
from transforms.sources.raw_answers import number_of

Item = Mapping[str, Any]

_LISTS = (*ANSWERS, "responses", "completions", "replies", "outputs")
_TEXTS = (
    *("text", "answer", "answer_text", "content", "value", "body", "response", "option", "choice"),
    *("output", "completion"),
)
_FLAGS = (
    *RIGHT,
    *("right", "is_answer", "verdict", "gold", "is_gold", "selected", "is_selected", "best"),
    *("is_best", "label", "truth", "is_true", "correctness"),
)
_SCORES = (
    *("score", "grade", "points", "fraction", "votes", "upvotes", "likes", "rating", "relevance"),
    *("confidence", "probability", "weight", "reward"),
)


def judged_answers(sample: Sample) -> Guess | None:
    """Guess answers with a flag of correctness, and refuse several with a score.

    {"answers": [{"text": "cat", "correct": true}, {"text": "dog", "correct": false}]} → cat
    """
    question = sample.find(*QUESTIONS, "input", "title")
    if not question or not sample.is_text(question):
        return None
    for key in dict.fromkeys(k for n in (*_LISTS, *OPTIONS) if (k := sample.find(n))):
        of_options = sample.find(*OPTIONS) == key
        if of_options and any((k := sample.find(n)) and k != key for n in KEYED):
            continue
        rows = [_items(parsed(value)) for value in sample.values(key)]
        if any(row is None for row in rows):
            if _are_verdicts_by_text(sample, key):
                return _refused(key, "an object whose keys are answers, with a verdict on each")
            continue
        items = [item for row in rows for item in row or ()]
        if not items or any({*ROLE_KEYS} & {*item} for item in items):
            continue
        is_several = any(len(row or ()) > 1 for row in rows)
        guess = _of_items(sample, question, key, items, of_options, is_several)
        if guess is not None:
            return guess
    return None


def _items(value: Any) -> list[Item] | None:
    """Return the objects of a list, or of an object of lists of the same length; None of others.

    {"text": ["cat", "dog"], "correct": [true, false]} → [{"text": "cat", "correct": true}, …]
    """
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return value
    if not isinstance(value, Mapping) or not value:
        return None
    if not all(isinstance(inner, list) for inner in value.values()):
        return None
    if len({len(inner) for inner in value.values()}) != 1:
        return None
    return [dict(zip(value, cells, strict=True)) for cells in zip(*value.values(), strict=True)]


def _of_items(
    sample: Sample,
    question: str,
    key: str,
    items: list[Item],
    of_options: bool,
    is_several: bool,
) -> Guess | None:
    flag, score = _named(items, _FLAGS), _named(items, _SCORES) or _scored(items)
    text = next((n for n in _TEXTS if all(isinstance(i.get(n), str) for i in items)), None)
    values = [item[flag] for item in items if flag and item.get(flag) is not None]
    unknown = dict.fromkeys(str(value) for value in values if is_good(value) is None)
    if flag and unknown and flag.casefold() == "label":
        # Marks of options, as in ARC.
        flag = None
    if flag is None:
        if score is None or not is_several or not _are_numbers(items, score):
            return None
        return _refused(key, f"several answers, with {score!r} as the score of each")
    if of_options:
        return _refused(key, f"options, and {flag!r} says which are right", "the right option")
    if text is None:
        return _refused(key, f"answers, and {flag!r} says which are right, but no one text of each")
    if unknown:
        shown = ", ".join(unknown)
        return _refused(key, f"answers, and under {flag!r} {shown}: is such an answer right?")
    if not any(map(is_good, values)):
        return _refused(key, f"answers, and none of them is right by {flag!r}")
    if any(isinstance(value, str) for value in sample.values(key)):
        return _refused(key, f"answers in the text of a cell, and {flag!r} says which are right")
    return _mapped(sample, question, key, text, flag, values)


def _mapped(
    sample: Sample, question: str, key: str, text: str, flag: str, values: list[Any]
) -> Guess:
    """Return the mapping that learns the answers that are right by a flag."""
    fields: dict[str, Any] = {"question": question, "answer": f"{key}.{text}"}
    context = sample.find(*CONTEXTS)
    if context and context != question and sample.is_text(context):
        guess = mapped(sample, "reading_comprehension", {"context": context, **fields})
    elif question.lower() in ("prompt", "instruction", "input"):
        guess = mapped(sample, "prompted", {"input": question, "answer": fields["answer"]})
    else:
        guess = mapped(sample, "closed_book_qa", fields)
    are_lists = isinstance(sample.values(key)[0], Mapping)
    guess.keys["explode"] = [f"{key}.{text}", f"{key}.{flag}"] if are_lists else key
    guess.keys["filters"] = {f"{key}.{flag}": filter_of(values)}
    # The id is that of the question, which may have several right answers.
    guess.keys.pop("id", None)
    guess.assumed.append(f"only {key} that are right by {flag!r} are learned, each as an example")
    guess.unknown.append("whether questions make sense without their wrong answers: none is shown")
    return guess


def _refused(key: str, seen: str, wanted: str = "the right answer") -> Guess:
    under = "answer" if key != "answer" else "right_answer"
    return Guess(
        problem=f"{key!r} has {seen}; a mapping cannot choose among them: write {wanted} of each "
        f'row as a text under a key of its own, `"{under}": "…"`',
        is_final=True,
    )


def _named(items: list[Item], names: tuple[str, ...]) -> str | None:
    """Return the first key of items that is one of the names, in the spelling that they have."""
    folded = {_folded(key): key for item in items for key in item}
    return next((folded[_folded(name)] for name in names if _folded(name) in folded), None)


def _scored(items: list[Item]) -> str | None:
    """Return a key that ends with "score", such as "pm_score"."""
    return next((k for item in items for k in item if _folded(k).endswith("score")), None)


def _folded(key: str) -> str:
    return key.casefold().replace("_", "")


def _are_numbers(items: list[Item], key: str) -> bool:
    values = [item.get(key) for item in items]
    return all(isinstance(v, (int, float)) or number_of(v) is not None for v in values)


def _are_verdicts_by_text(sample: Sample, key: str) -> bool:
    """Return whether objects have answers as keys and true or false under each."""
    values = [parsed(value) for value in sample.values(key)]
    return all(
        isinstance(value, Mapping)
        and len(value) > 1
        and all(isinstance(v, bool) or v in (0, 1) for v in value.values())
        for value in values
    )
