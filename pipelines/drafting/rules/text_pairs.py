"""Guess pairs of texts with a label: inference, paraphrase, similarity, senses of a word."""

import os
import re

from pipelines.drafting.attributes import both_texts
from pipelines.drafting.guess import Guess, folded_in, is_object, mapped
from pipelines.drafting.key_names import ANSWERS, LABELS, MATERIAL, ORIGINS, RIGHT
from pipelines.drafting.material import is_material
from pipelines.drafting.rules.labels import labeled, with_labels
from pipelines.drafting.samples import Sample
from pipelines.drafting.told_answers import not_shown, rows_that_tell
from transforms.prompts.wording import plain
from transforms.templates.families import FAMILIES

# QNLI's labels, as answers to whether a sentence has the answer to a question.
_GIVEN = {"entailment": "yes", "not_entailment": "no"}
_ENTAILMENT = {"entailment", "neutral", "contradiction", "not_entailment", "non-entailment"}
_OTHER_LABELS = (
    *("gold_label", "answer", "is_duplicate", "score", "entailment_judgment", "quality"),
    *("similar", "is_similar", "is_paraphrase", "similarity"),
)


def pairs_of_texts(sample: Sample) -> Guess | None:
    """Guess inference and paraphrase: two texts and a label."""
    label = sample.find(*LABELS, *_OTHER_LABELS)
    if not label:
        return None
    one = sample.find("sentence1", "question1", "sentence_a", "text1", "#1 string")
    two = sample.find("sentence2", "question2", "sentence_b", "text2", "#2 string")
    premise, hypothesis = sample.find("premise"), sample.find("hypothesis")
    if hypothesis and not premise:
        premise = sample.find("context", "passage", "text")
    stated = sample.label_names.get(label)
    names_of = {str(value).lower() for value in stated or sample.distinct(label) or ()}
    question, sentence = sample.find("question"), sample.find("sentence")
    if question and sentence and names_of and names_of <= _GIVEN.keys():
        asked = {"text": f'Is the answer to "{{{question}}}" given?'}
        fields = {"context": sentence, "question": asked, "answer": label}
        guess = mapped(sample, "yes_no_qa", fields, "QNLI: whether a sentence has the answer")
        guess.keys["label_of"] = _GIVEN
        return guess
    if names_of & _ENTAILMENT or _INFERENCE.search(_names_around(sample, label)):
        premise, hypothesis = premise or one, hypothesis or two
    if premise and hypothesis:
        fields = {"premise": premise, "hypothesis": hypothesis, "answer": label}
        guess = mapped(sample, "nli", fields)
        names = ["entailment", "neutral", "contradiction"]
        letters = {name[0]: name for name in names}
        if {str(value).lower() for value in sample.distinct(label) or ("",)} <= {*letters}:
            guess.keys["label_of"] = letters
            guess.assumed.append(f"e, n and c under {label!r} are {', '.join(names)}")
            return guess
        return with_labels(sample, label, guess, names)
    word = sample.find("word")
    if word and one and two and sample.distinct(label):
        fields = {"word": word, "sentence1": one, "sentence2": two, "answer": label}
        return with_labels(sample, label, mapped(sample, "word_sense", fields), ["no", "yes"])
    if one and two and _are_grades(sample, label):
        fields = {"sentence1": one, "sentence2": two, "answer": label}
        said = f"{label!r} grades from 0 to 5 how alike two sentences are"
        return mapped(sample, "similarity", fields, said)
    if one and two and sample.distinct(label):
        if not (_asks_alike(sample, one, label) or _are_alike(names_of)):
            return classified_pair(sample, one, two, label)
        fields = {"sentence1": one, "sentence2": two, "answer": label}
        return with_labels(sample, label, mapped(sample, "paraphrase", fields), ["no", "yes"])
    return None


def _names_around(sample: Sample, label: str) -> str:
    """Return the names of the file, its folder and a column of labels, which may say the task."""
    folder, name = os.path.split(os.path.abspath(sample.path))
    return f"{os.path.basename(folder)}/{name}/{label}".replace("_", "-")


def _asks_alike(sample: Sample, one: str, label: str) -> bool:
    """Return whether names say that two texts mean the same or not: those of MRPC, Quora, PAWS."""
    is_known = folded_in(one, ("question1", "#1 string"))
    return is_known or _ALIKE.search(_names_around(sample, label)) is not None


def _are_alike(labels: set[str]) -> bool:
    """Return whether labels are words for the same and for another meaning; "yes" may be both."""
    words = {plain(label) for label in labels}
    return bool(words) and words <= _WORDS_FOR_ALIKE


_INFERENCE = re.compile(
    r"(?<![a-z])(?:rte|(?:a|c|m|q|s|w|x|multi|sci|med)?nli|entail\w*)(?![a-z])", re.I
)
_ALIKE = re.compile(r"(?<![a-z])(?:mrpc|paws|qqp|quora|paraphras\w*|duplicates?|similar\w*)", re.I)
_WORDS_FOR_ALIKE = {
    plain(label)
    for known in FAMILIES["paraphrase"].labels
    for label in known.labels
    if label not in ("yes", "no", "true", "false")
}


def _are_grades(sample: Sample, key: str) -> bool:
    """Return whether a key has numbers from 0 to 5 with fractions, as STS-B has them."""
    texts = [str(value).strip() for value in sample.values(key)]
    if not all(_GRADE.fullmatch(text) for text in texts):
        return False
    return any(not float(text).is_integer() for text in texts) and max(map(float, texts)) > 1


_GRADE = re.compile(r"[0-4](?:\.\d+)?|5(?:\.0+)?")


def label_of_pair(sample: Sample) -> str | None:
    """Return a key whose name says that it is a label of two texts beside it."""
    named = (key for name in _LABELS_OF_PAIRS if (key := sample.find(name)))
    facts = (key for key in sample.keys if _IS.match(key) and not is_about_row(key))
    return next((key for key in (*named, *facts) if _differs(sample, key)), None)


def labeled_pairs(sample: Sample) -> Guess | None:
    """Guess two texts and a label of both: a claim and its evidence, a query and a document.

    {"claim": "…", "evidence": "…", "label": "SUPPORTS"} → the label, never the evidence
    """
    label = label_of_pair(sample)
    question = sample.find("question", "query", "prompt", "instruction")
    if label is None or (question and sample.find(*ANSWERS)):
        return None
    values = {str(value).lower() for value in sample.values(label)}
    if sample.find("question") and values <= {"true", "false"}:
        # BoolQ: the label is the answer.
        return None
    one = next((k for n in _ABOUT if (k := sample.find(n)) and sample.is_text(k)), None)
    others = [k for n in _BESIDE if (k := sample.find(n)) and k != one and sample.is_text(k)]
    # Under "source" may be where a text is from.
    others = [k for k in others if k not in ORIGINS or sample.distinct(k) is None]
    others += [k for k in sample.keys if k not in (one, label) and is_material(k, MATERIAL)]
    others = [k for k in dict.fromkeys(others) if sample.is_text(k)]
    told = {k: count for k in others if (count := rows_that_tell(sample.rows, k, [label]))}
    two = next((k for k in others if k not in told), None)
    if not one or not (two or told):
        return None
    guess = classified_pair(sample, one, two, label) if two else _alone(sample, one, label)
    guess.unknown += [not_shown(key, count, len(sample.rows)) for key, count in told.items()]
    return guess


def _alone(sample: Sample, text: str, label: str) -> Guess:
    """Return the guess that a label is one of a few classes of one text."""
    said = f"{label!r} is one of a few labels for {text!r}"
    return with_labels(sample, label, labeled(sample, text, label, said))


def classified_pair(sample: Sample, one: str, two: str, label: str) -> Guess:
    """Return the guess that a label is one of a few classes of two texts, or refuse it."""
    if is_object(sample, label) or len(sample.distinct(label) or ()) < 2:
        return Guess(
            problem=f"{label!r} seems to be a label of {one!r} and {two!r}, but its values are not "
            "a few words or numbers: write classes in their place, or leave the column out of the "
            f"file if {two!r} is to be learned from {one!r}",
            is_final=True,
        )
    said = f"{label!r} is one of a few labels for {one!r} and {two!r} together"
    names = ["no", "yes"] if _IS.match(label) else None
    return with_labels(sample, label, labeled(sample, both_texts(one, two), label, said), names)


_LABELS_OF_PAIRS = (
    *("label", "labels", "gold_label", "verdict", "relevance", "similar", "similarity", "stance"),
    *("rating", "veracity", "relevance_score", "relevance_label"),
)
_IS = re.compile(r"(?:\w+\.)*is_", re.I)
_ABOUT = (
    *("claim", "statement", "hypothesis", "query", "question", "headline", "sentence1", "text1"),
    *("sentence_a", "text_a", "summary"),
)
_BESIDE = (
    *("evidence", "context", "passage", "document", "doc", "article", "body", "premise"),
    *("sentence2", "text2", "sentence_b", "text_b", "abstract", "paragraph", "evidences"),
    *("text", "main_text", "content", "dialogue", "source"),
)


def is_about_row(key: str) -> bool:
    """Return whether a key says of a row which split it is of, or whether it is right."""
    return folded_in(key, ("is_train", "is_test", "is_validation", *RIGHT))


def _differs(sample: Sample, key: str) -> bool:
    return len({str(value) for value in sample.values(key)}) > 1
