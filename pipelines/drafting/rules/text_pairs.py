"""Guess pairs of texts with a label: inference, paraphrase, similarity, senses of a word."""

import re

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.key_names import LABELS
from pipelines.drafting.rules.labels import with_labels
from pipelines.drafting.samples import Sample

# QNLI's labels, as answers to whether a sentence has the answer to a question.
_GIVEN = {"entailment": "yes", "not_entailment": "no"}
_ENTAILMENT = {"entailment", "neutral", "contradiction", "not_entailment", "non-entailment"}


def pairs_of_texts(sample: Sample) -> Guess | None:
    """Guess inference and paraphrase: two texts and a label."""
    label = sample.find(
        *LABELS, "gold_label", "answer", "is_duplicate", "score", "entailment_judgment", "quality"
    )
    if not label:
        return None
    one = sample.find("sentence1", "question1", "sentence_a", "text1", "#1 string")
    two = sample.find("sentence2", "question2", "sentence_b", "text2", "#2 string")
    premise, hypothesis = sample.find("premise"), sample.find("hypothesis")
    if hypothesis and not premise:
        premise = sample.find("context", "passage", "text")
    names_of = {str(value).lower() for value in sample.distinct(label) or ()}
    question, sentence = sample.find("question"), sample.find("sentence")
    if question and sentence and names_of and names_of <= _GIVEN.keys():
        asked = {"text": f'Is the answer to "{{{question}}}" given?'}
        fields = {"context": sentence, "question": asked, "answer": label}
        guess = mapped(sample, "yes_no_qa", fields, "QNLI: whether a sentence has the answer")
        guess.keys["label_of"] = _GIVEN
        return guess
    if names_of & _ENTAILMENT:
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
        fields = {"sentence1": one, "sentence2": two, "answer": label}
        return with_labels(sample, label, mapped(sample, "paraphrase", fields), ["no", "yes"])
    return None


def _are_grades(sample: Sample, key: str) -> bool:
    """Return whether a key has numbers from 0 to 5 with fractions, as STS-B has them."""
    texts = [str(value).strip() for value in sample.values(key)]
    if not all(_GRADE.fullmatch(text) for text in texts):
        return False
    return any(not float(text).is_integer() for text in texts) and max(map(float, texts)) > 1


_GRADE = re.compile(r"[0-4](?:\.\d+)?|5(?:\.0+)?")
