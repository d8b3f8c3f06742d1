"""Tasks of ExMix (arXiv 2111.10952): those that TFDS has and no other part of `opt_iml` has so.

ExMix writes every task as T5 does, but its sequences are not published. The explained tasks have
the sequences of WT5 (arXiv 2004.14546); the others name the task and each field, as T5 does GLUE.
"""

from collections.abc import Iterator

from transforms.collections.text_pairs.pairs import pair_task
from transforms.sources.files.row import Row

_EMOTIONS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion",
    "curiosity", "desire", "disappointment", "disapproval", "disgust", "embarrassment",
    "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism", "pride",
    "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
# In the order of the builder's class labels.
_ACTS = (
    "AFFIRM", "AFFIRM_INTENT", "CONFIRM", "GOODBYE", "INFORM", "INFORM_COUNT", "INFORM_INTENT",
    "NEGATE", "NEGATE_INTENT", "NOTIFY_FAILURE", "NOTIFY_SUCCESS", "OFFER", "OFFER_INTENT",
    "REQUEST", "REQUEST_ALTS", "REQ_MORE", "SELECT", "THANK_YOU",
)  # fmt: skip
_NLI = ("entailment", "neutral", "contradiction")
# A comment is toxic if half of the annotators say so.
_TOXIC = 0.5


def _explained(answer: str, explanations: list[str]) -> str:
    return " explanation: ".join([answer, *explanations])


def cos_e_choices(row: Row) -> Iterator[Row]:
    """Put the choices into the input and the explanation behind the answer."""
    yield {
        "question": row["question"],
        "choices": " ".join(f"choice: {choice}" for choice in row["choices"]),
        "target": _explained(row["answer"], [row["abstractive_explanation"]]),
    }


def esnli_explanations(row: Row) -> Iterator[Row]:
    """Put the explanations behind the label; pairs without a label give no row."""
    if row["label"] >= 0:
        stated = [row["explanation_1"], row["explanation_2"], row["explanation_3"]]
        explanations = [text for text in stated if text]
        yield {**row, "target": _explained(_NLI[row["label"]], explanations)}


def movie_evidences(row: Row) -> Iterator[Row]:
    """Put the evidences behind the label."""
    answer = ("negative", "positive")[row["label"]]
    yield {"review": row["review"], "target": _explained(answer, row["evidences"])}


def multi_rc_evidences(row: Row) -> Iterator[Row]:
    """Split "query || answer", and put the evidences behind the label."""
    query, _, answer = row["query_and_answer"].partition("||")
    yield {
        "passage": row["passage"],
        "query": query.strip(),
        "answer": answer.strip(),
        "target": _explained(("False", "True")[row["label"]], row["evidences"]),
    }


def emotion_names(row: Row) -> Iterator[Row]:
    """Name the emotions of a comment: "admiration, joy"; without any there is no row."""
    if named := [emotion for emotion in _EMOTIONS if row[emotion]]:
        yield {"comment_text": row["comment_text"], "emotions": ", ".join(named)}


def toxic_or_not(row: Row) -> Iterator[Row]:
    """Put the share of annotators who find a comment toxic into words."""
    yield {"text": row["text"], "target": "toxic" if row["toxicity"] >= _TOXIC else "not toxic"}


def gap_referent(row: Row) -> Iterator[Row]:
    """Mark the pronoun and name the one of the two it stands for: "neither" if none."""
    text, start = row["Text"], row["Pronoun-offset"]
    end = start + len(row["Pronoun"])
    referent = row["A"] if row["A-coref"] else row["B"] if row["B-coref"] else "neither"
    marked = f"{text[:start]}*{text[start:end]}*{text[end:]}"
    yield {"a": row["A"], "b": row["B"], "marked": marked, "referent": referent}


def totto_cells(row: Row) -> Iterator[Row]:
    """Show the highlighted cells in their order: "Sun | 1951"."""
    values = row["table"]["value"]
    cells = " | ".join(values[line][place] for line, place in row["highlighted_cells"])
    yield {**row, "cells": cells}


def dialog_acts(row: Row) -> Iterator[Row]:
    """Show what the reply must do: "REQUEST(city), REQUEST(time: noon, one)"."""
    acts = row["dialog_acts"]
    shown = map(_act, acts["act"], acts["slot"], acts["values"])
    yield {**row, "acts": ", ".join(shown)}


def _act(act: int, slot: str, values: list[str]) -> str:
    about = ": ".join(filter(None, [slot, ", ".join(values)]))
    return f"{_ACTS[act]}({about})" if about else _ACTS[act]


TASKS = (
    pair_task(
        "exmix_cos_e",
        "cos_e:0.0.1",
        "explain cos_e question: {question} {choices}",
        "target",
        prepare=cos_e_choices,
    ),
    pair_task(
        "exmix_esnli",
        "esnli:0.1.0",
        "explain nli hypothesis: {hypothesis} premise: {premise}",
        "target",
        prepare=esnli_explanations,
    ),
    pair_task(
        "exmix_movie_rationales",
        "movie_rationales:0.1.0",
        "explain sentiment review: {review}",
        "target",
        prepare=movie_evidences,
    ),
    pair_task(
        "exmix_eraser_multi_rc",
        "eraser_multi_rc:0.1.1",
        "explain multirc passage: {passage} query: {query} answer: {answer}",
        "target",
        prepare=multi_rc_evidences,
    ),
    pair_task(
        "exmix_goemotions",
        "goemotions:0.1.0",
        "goemotions comment: {comment_text}",
        "emotions",
        prepare=emotion_names,
    ),
    pair_task(
        "exmix_wikipedia_toxicity",
        "wikipedia_toxicity_subtypes/EnglishSubtypes:0.3.1",
        "wikipedia_toxicity comment: {text}",
        "target",
        evaluation="test",
        license="CC0-1.0",
        prepare=toxic_or_not,
    ),
    pair_task(
        "exmix_civil_comments",
        "civil_comments/CivilComments:1.2.4",
        "civil_comments comment: {text}",
        "target",
        license="CC0-1.0",
        prepare=toxic_or_not,
    ),
    pair_task(
        "exmix_gap",
        "gap:0.1.1",
        "gap a: {a} b: {b} text: {marked}",
        "referent",
        prepare=gap_referent,
    ),
    pair_task(
        "exmix_sci_tail",
        "sci_tail:1.0.0",
        "sci_tail hypothesis: {hypothesis} premise: {premise}",
        "label",
        labels=["entails", "neutral"],
    ),
    pair_task(
        "exmix_doc_nli",
        "doc_nli:1.0.0",
        "doc_nli hypothesis: {hypothesis} premise: {premise}",
        "label",
        labels=["not_entailment", "entailment"],
    ),
    pair_task(
        "exmix_totto",
        "gem/totto:1.1.0",
        "totto page_title: {table_page_title} section_title: {table_section_title} cells: {cells}",
        "target",
        license="CC-BY-SA-3.0",
        prepare=totto_cells,
    ),
    pair_task(
        "exmix_schema_guided_dialog",
        "gem/schema_guided_dialog:1.1.0",
        "schema_guided_dialog prompt: {prompt} acts: {acts}",
        "target",
        license="CC-BY-SA-4.0",
        prepare=dialog_acts,
    ),
    pair_task(
        "exmix_wiki_auto",
        "gem/wiki_auto_asset_turk:1.1.0",
        "wiki_auto source: {source}",
        "target",
    ),
    pair_task(
        "exmix_news_qa",
        "mrqa/news_qa:1.0.0",
        "news_qa question: {question} context: {context}",
        "answers.0",
    ),
    pair_task(
        "exmix_hotpot_qa",
        "mrqa/hotpot_qa:1.0.0",
        "hotpot_qa question: {question} context: {context}",
        "answers.0",
        license="CC-BY-SA-4.0",
    ),
    pair_task(
        "exmix_clinc_oos",
        "clinc_oos:0.1.0",
        "clinc_oos text: {text}",
        "intent_name",
        license="CC-BY-3.0",
    ),
)
