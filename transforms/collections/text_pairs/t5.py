"""T5's supervised tasks, under the names and in the words of its code (arXiv 1910.10683, app. D).

The data are those of the paper: WMT 2014 as Vaswani et al. have it for German, 2015 for French,
2016 for Romanian. The test sets of GLUE and SuperGLUE have no answers.
"""

import re
from collections.abc import Iterator

import numpy as np

from transforms.collections.text_pairs.pairs import pair_task
from transforms.collections.tfds_task import TfdsTask
from transforms.sources.files.row import Row

_FALSE_OR_TRUE = ["False", "True"]
_ENTAILED_OR_NOT = ["entailment", "not_entailment"]
# In T5's code, `\W` and `\s` are those of RE2: a letter beyond ASCII is no word character.
_SIGN = re.compile(r"([^0-9A-Za-z_])")
_SPACES = re.compile(r"[\t\n\f\r ]+")
_AFTER_SIGN = re.compile(r"([.?!\"'])\n@highlight\n")


def score_in_fifths(row: Row) -> Iterator[Row]:
    """Round the score to the closest fifth, in single precision: 3.1 → "3.2"."""
    fifths = np.round(np.float32(row["label"]) * np.float32(5))
    yield {**row, "label": f"{fifths / 5:.1f}"}


def record_answers(row: Row) -> Iterator[Row]:
    """Yield a row for each answer of a ReCoRD query; highlights become sentences."""
    passage = _AFTER_SIGN.sub(r"\1 ", row["passage"]).replace("\n@highlight\n", ". ")
    for answer in row["answers"]:
        yield {
            "query": row["query"],
            "entities": ", ".join(row["entities"]),
            "passage": passage,
            "answer": answer,
        }


def wsc_referent(row: Row) -> Iterator[Row]:
    """Mark the pronoun: "if he could" → "if *he* could".

    The index may be that of the word before, and signs may follow the pronoun: 'him,"' →
    '*him* ,"'. Both happen once in the set.
    """
    pronoun = row["span2_text"]
    words = row["text"].split(" ")
    form = re.compile(rf"{re.escape(pronoun)}(\W*)")
    places = [place for place, word in enumerate(words) if form.fullmatch(word)]
    if not places:
        return
    place = min(places, key=lambda place: abs(place - row["span2_index"]))
    after = words[place].removeprefix(pronoun)
    words[place] = " ".join(filter(None, [f"*{pronoun}*", after]))
    yield {**row, "text": " ".join(words)}


def definite_pronoun(row: Row) -> Iterator[Row]:
    """Mark the first occurrence of the pronoun as a word of its own, and name the referent."""
    form = rf" ({re.escape(row['pronoun'])})( |\.|,)"
    text = re.sub(form, r" *\1*\2", row["sentence"], count=1)
    yield {"sentence": text, "answer": row["candidates"][row["label"]]}


def squad_answer(row: Row) -> Iterator[Row]:
    """Put spaces around every sign, and take the first answer: "$5" → "$ 5"."""
    if row["answers"]["text"]:
        question, context = _apart(row["question"]), _apart(row["context"])
        yield {
            "sequence": f"question: {question} context: {context}",
            "answer": _apart(row["answers"]["text"][0]),
        }


def _apart(text: str) -> str:
    return _SPACES.sub(" ", _SIGN.sub(r" \1 ", text)).strip(" ")


def _translation(name: str, builder: str, code: str, language: str) -> TfdsTask:
    # TFDS shuffles what it writes, so the first rows are a sample.
    text = f"translate English to {language}: {{en}}"
    return pair_task(name, builder, text, code, train="train[:200000]", languages=("en", code))


TASKS = (
    pair_task(
        "glue_cola_v002",
        "glue/cola:2.0.0",
        "cola sentence: {sentence}",
        "label",
        labels=["unacceptable", "acceptable"],
    ),
    pair_task(
        "glue_sst2_v002",
        "glue/sst2:2.0.0",
        "sst2 sentence: {sentence}",
        "label",
        labels=["negative", "positive"],
    ),
    pair_task(
        "glue_mrpc_v002",
        "glue/mrpc:2.0.0",
        "mrpc sentence1: {sentence1} sentence2: {sentence2}",
        "label",
        labels=["not_equivalent", "equivalent"],
    ),
    pair_task(
        "glue_qqp_v002",
        "glue/qqp:2.0.0",
        "qqp question1: {question1} question2: {question2}",
        "label",
        labels=["not_duplicate", "duplicate"],
    ),
    pair_task(
        "glue_stsb_v002",
        "glue/stsb:2.0.0",
        "stsb sentence1: {sentence1} sentence2: {sentence2}",
        "label",
        prepare=score_in_fifths,
    ),
    pair_task(
        "glue_mnli_v002",
        "glue/mnli:2.0.0",
        "mnli hypothesis: {hypothesis} premise: {premise}",
        "label",
        labels=["entailment", "neutral", "contradiction"],
        evaluation="validation_matched",
    ),
    pair_task(
        "glue_qnli_v002",
        "glue/qnli:2.0.0",
        "qnli question: {question} sentence: {sentence}",
        "label",
        labels=_ENTAILED_OR_NOT,
        license="CC-BY-SA-4.0",
    ),
    pair_task(
        "glue_rte_v002",
        "glue/rte:2.0.0",
        "rte sentence1: {sentence1} sentence2: {sentence2}",
        "label",
        labels=_ENTAILED_OR_NOT,
    ),
    pair_task(
        "glue_wnli_v002",
        "glue/wnli:2.0.0",
        "wnli sentence1: {sentence1} sentence2: {sentence2}",
        "label",
        labels=["not_entailment", "entailment"],
    ),
    pair_task(
        "super_glue_boolq_v102",
        "super_glue/boolq:1.0.2",
        "boolq passage: {passage} question: {question}",
        "label",
        labels=_FALSE_OR_TRUE,
        license="CC-BY-SA-3.0",
    ),
    pair_task(
        "super_glue_cb_v102",
        "super_glue/cb:1.0.2",
        "cb hypothesis: {hypothesis} premise: {premise}",
        "label",
        labels=["entailment", "contradiction", "neutral"],
    ),
    pair_task(
        "super_glue_copa_v102",
        "super_glue/copa:1.0.2",
        "copa choice1: {choice1} choice2: {choice2} premise: {premise} question: {question}",
        "label",
        labels=["choice1", "choice2"],
    ),
    pair_task(
        "super_glue_multirc_v102",
        "super_glue/multirc:1.0.2",
        "multirc question: {question} answer: {answer} paragraph: {paragraph}",
        "label",
        labels=_FALSE_OR_TRUE,
        replace={"<br>": " ", "<b>": "", "</b>": ""},
    ),
    pair_task(
        "super_glue_record_v102",
        "super_glue/record:1.0.2",
        "record query: {query} entities: {entities} passage: {passage}",
        "answer",
        prepare=record_answers,
    ),
    pair_task(
        "super_glue_rte_v102",
        "super_glue/rte:1.0.2",
        "rte hypothesis: {hypothesis} premise: {premise}",
        "label",
        labels=_ENTAILED_OR_NOT,
    ),
    pair_task(
        "super_glue_wic_v102",
        "super_glue/wic:1.0.2",
        "wic sentence1: {sentence1} sentence2: {sentence2} word: {word}",
        "label",
        labels=_FALSE_OR_TRUE,
        license="CC-BY-NC-4.0",
    ),
    pair_task(
        "super_glue_wsc_v102_simple_train",
        "super_glue/wsc.fixed:1.0.2",
        "wsc: {text}",
        "span1_text",
        # Only where the noun is the referent.
        filters={"label": 1},
        prepare=wsc_referent,
    ),
    pair_task(
        "dpr_v001_simple",
        "definite_pronoun_resolution:1.1.0",
        "wsc: {sentence}",
        "answer",
        evaluation="test",
        prepare=definite_pronoun,
    ),
    pair_task(
        "cnn_dailymail_v002",
        "cnn_dailymail:3.4.0",
        "summarize: {article}",
        "highlights",
    ),
    pair_task(
        "squad_v010_allanswers",
        "squad/v1.1:3.0.0",
        "{sequence}",
        "answer",
        license="CC-BY-SA-4.0",
        prepare=squad_answer,
    ),
    _translation("wmt_t2t_ende_v003", "wmt_t2t_translate/de-en:1.0.0", "de", "German"),
    _translation("wmt15_enfr_v003", "wmt15_translate/fr-en:1.0.0", "fr", "French"),
    _translation("wmt16_enro_v003", "wmt16_translate/ro-en:1.0.0", "ro", "Romanian"),
)
