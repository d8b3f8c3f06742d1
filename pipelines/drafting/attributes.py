"""What a column of labels says of a text, as its name has it."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.key_names import LABELS, RATINGS

# Names of columns that say nothing at all, and those that say nothing of what labels are of.
_NO_NAME = re.compile(r"(?:col(?:umn)?|field|unnamed)?[ :]*\d*|[a-z]", re.I)
_OF_LABELS = re.compile(
    r"labels?|class(?:es)?|categor(?:y|ies)|target|answers?|accept|annotations?|tags?", re.I
)
# Keys of the name of a label that is an object: {"intent": {"name": "refund", "id": 3}}.
NAMES_OF_LABELS = ("name", "title", "value", "class")
# What short names stand for.
_WHOLE = {"lang": "language"}
_LABEL = frozenset(("label", "labels"))
# In which form labels are, and who gave them.
_FORMS = ("text", "name", "names", "str", "string", "title", "id", "idx", "index")
_JUDGES = ("gold", "golden", "true", "final", "majority", "consensus", "human")
_PARTS = {*_FORMS, *NAMES_OF_LABELS}
# Kinds of which numbers stand for words, and scales.
_KINDS = {*LABELS, "gender", "sex", "type", "kind", "group", "language"} - {*RATINGS}
_SCALES = {*RATINGS, "priority", "severity", "difficulty", "level", "grade", "quality", "rank"}
_TOPICS = ("topic", "topics", "subject")
_WORD_START = re.compile(r"(?<=[a-z\d])(?=[A-Z])|[_\-\s]+")


def attribute_of(key: str) -> str | None:
    """Return the name of a column in words: "meta.isSpam" → "spam".

    None of a name that says nothing, such as "y", "class", "gold_label" or "column_2".
    """
    name = " ".join(_core_of(key))
    name = _WHOLE.get(name, name)
    is_bare = _NO_NAME.fullmatch(name) or _OF_LABELS.fullmatch(name)
    return None if is_bare else name


def _core_of(key: str) -> list[str]:
    """Return the words of a name without those that say only in which form it has labels.

    "sentiment_label" → ["sentiment"], "label.name" and "gold_label" → ["label"]
    """
    above, _, last = key.rpartition(".")
    words = words_of(above if above and last.lower() in _PARTS else key).split()
    words = words[words[:1] == ["is"] :]
    is_of_labels = bool(_LABEL & {*words})
    core = [word for word in words if word not in (*_FORMS, *_JUDGES, *_LABEL)]
    if not core and is_of_labels:
        return ["label"]
    return core if core and (is_of_labels or core[-1] in LABELS) else words


def kind_of_labels(key: str) -> str:
    """Return the word that says which kind of labels a column has: "user_sentiment" → "sentiment".

    Return "label" where its name has no other: "true_label", "labelText".
    """
    return (_core_of(key) or [""])[-1]


def is_yes_or_no(key: str) -> bool:
    """Return whether 0 and 1 under a key say no and yes of what it is called.

    "is_spam", "has_link", "toxic" → True, "label", "gender", "error_code" → False
    """
    core = _core_of(key)
    says_so = words_of(key).split()[0] in ("is", "has") or len(core) == 1
    return says_so and attribute_of(key) is not None and core[-1] not in (*_KINDS, *_SCALES)


def is_scale(key: str) -> bool:
    """Return whether numbers under a key are answers, and do not stand for words.

    "urgency", "score", "error_code" → True, "label", "intent", "gender" → False
    """
    return attribute_of(key) is not None and kind_of_labels(key) not in _KINDS


def words_of(key: str) -> str:
    """Return the name of a column as words: "meta.tableText" → "table text"."""
    words = [word for word in _WORD_START.split(key.rpartition(".")[2]) if word]
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in words)


def both_texts(one: str, two: str) -> dict[str, str]:
    """Return the source of a text of two keys, each with its name before it if it says anything.

    "claim", "evidence" → {"text": "claim: {claim}\\nevidence: {evidence}"}
    """
    bare = any(_NO_NAME.fullmatch(words_of(key)) for key in (one, two))
    lines = [f"{{{key}}}" if bare else f"{words_of(key)}: {{{key}}}" for key in (one, two)]
    return {"text": "\n".join(lines)}


def classified(text: Any, answer: str, name: str | None = None) -> dict[str, Any]:
    """Return the family and the fields of a text with a label under the key `answer`.

    Args:
      text: the source of the text.
      name: what the labels are of, if the key of the answer does not say it.
    """
    attribute = attribute_of(answer if name is None else name)
    if attribute in _TOPICS:
        return {"family": "topic", "fields": {"text": text, "answer": answer}}
    named = {"attribute": {"constant": attribute}} if attribute else {}
    of_record = (
        {"domain": "record"} if isinstance(text, Mapping) and "\n" in text.get("text", "") else {}
    )
    fields = {"text": text, **named, "answer": answer}
    return {"family": "classification", **of_record, "fields": fields}
