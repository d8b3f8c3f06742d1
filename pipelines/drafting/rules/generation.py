"""Guess texts that are made from others: summaries, translations, programs, sentences of words."""

import re
from typing import Any

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.key_names import ANSWERS, DOCUMENTS, OPTIONS, SUMMARIES
from pipelines.drafting.material import NO_TABLES
from pipelines.drafting.samples import Sample


def keywords(sample: Sample) -> Guess | None:
    """Guess CommonGen: concepts, and a sentence with all of them."""
    words = sample.find("concepts", "concept_set", "keywords")
    sentence = sample.find("target", "scene", "sentence", "targets")
    if not words or not sentence:
        return None
    are_one_text = sample.is_text(words) and all("#" in str(v) for v in sample.values(words))
    if not are_one_text and not sample.is_list_of(words, str):
        return None
    source: Any = {"extract": words, "pattern": "([^#]+)", "every": True} if are_one_text else words
    guess = mapped(sample, "keywords_to_text", {"keywords": source, "answer": sentence})
    guess.assumed.append(f"{sentence!r} has all of the words under {words!r}")
    if sample.is_list_of(sentence, str):
        guess.keys["explode"] = sentence
        guess.assumed.append(f"each item of {sentence!r} is an example")
    return guess


def summaries(sample: Sample) -> Guess | None:
    """Guess documents and their summaries."""
    summary, document = sample.find(*SUMMARIES), sample.find(*DOCUMENTS)
    if not summary or not document or summary == document:
        return None
    return mapped(sample, "summarization", {"text": document, "answer": summary})


_SQL = re.compile(r"\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b", re.I)


def queries(sample: Sample) -> Guess | None:
    """Guess questions whose answers are SQL: the prompt says that a query is wanted."""
    question = sample.find(
        "question", "nl", "utterance", "problem", "sql_prompt", "text", "nl_query"
    )
    names = ("sql", "query", "human_readable", "sql_query", *ANSWERS)
    sql = next((k for n in names if (k := sample.find(n)) and _are_queries(sample, k)), None)
    if not question or not sql or sample.find("system", "rationale", *OPTIONS):
        return None
    asked = {"text": f"Write an SQL query: {{{question}}}"}
    guess = mapped(sample, "program_synthesis", {"question": asked, "code": sql})
    guess.assumed.append(f"{sql!r} is the SQL query for {question!r}")
    guess.unknown.append(NO_TABLES)
    return guess


def _are_queries(sample: Sample, key: str) -> bool:
    return all(isinstance(value, str) and _SQL.match(value) for value in sample.values(key))


def programs(sample: Sample) -> Guess | None:
    """Guess problems in words and programs."""
    code = sample.find("code", "solution", "program")
    question = sample.find("question", "problem", "description", "docstring", "nl", "intent")
    if not code or not question or not sample.is_text(code):
        return None
    signature = sample.find(*_SIGNATURES)
    if not signature or not sample.is_text(signature):
        return mapped(sample, "program_synthesis", {"question": question, "code": code})
    asked = {"lines": f"{{{question}}}\n\n{{{signature}}}"}
    said = f"{signature!r} is how a program begins, and is shown below {question!r}"
    guess = mapped(sample, "program_synthesis", {"question": asked, "code": code}, said)
    guess.keys["filters"] = {question: {"empty": False}}
    return guess


_SIGNATURES = (
    *("signature", "function_signature", "method_signature", "func_signature", "prototype"),
    *("starter_code", "function_header", "declaration"),
)
