"""Translations: the prompt names the languages, wherever the file names them."""

from typing import Any

import pytest

from pipelines.drafting.language_names import language_name
from tests.pipelines.drafting.conftest import DraftOf


@pytest.mark.parametrize(
    "row",
    [
        {"source": "{t}", "target": "{a}", "source_lang": "en", "target_lang": "de"},
        {"src": "{t}", "tgt": "{a}", "src_lang": "eng_Latn", "tgt_lang": "deu_Latn"},
        {"source_text": "{t}", "target_text": "{a}", "source_language": "English",
         "target_language": "German"},
        {"input": "{t}", "output": "{a}", "source_lang": "en_XX", "target_lang": "de_DE"},
        {"sentence1": "{t}", "sentence2": "{a}", "lang1": "eng", "lang2": "ger"},
        {"text": "{t}", "translation": "{a}", "source_lang": "en", "target_lang": "german"},
        {"source": "{t}", "target": "{a}", "lang_pair": "en-de"},
        {"source": "{t}", "target": "{a}", "lang_pair": "eng_Latn-deu_Latn"},
        {"src": "{t}", "ref": "{a}", "lp": "en2de"},
        {"source": "{t}", "target": "{a}", "direction": "English → German"},
        {"instruction": "Translate.", "input": "{t}", "output": "{a}", "source_lang": "en",
         "target_lang": "de"},
        {"translation": {"en": "{t}", "de": "{a}"}},
        {"translation": {"en-US": "{t}", "de_DE": "{a}", "fr": "Une phrase."}},
        {"en": "{t}", "de": "{a}"},
        {"id": "row {t}", "EN": "{t}", "DE": "{a}"},
        {"eng": "{t}", "deu": "{a}", "fra": "Une phrase."},
        {"source_en": "{t}", "target_de": "{a}"},
        {"sentence_eng_Latn": "{t}", "sentence_deu_Latn": "{a}"},
    ],
)  # fmt: skip
def test_languages_are_named(row: dict[str, Any], draft_of: DraftOf) -> None:
    def filled(value: Any, **words: str) -> Any:
        if isinstance(value, dict):
            return {key: filled(inner, **words) for key, inner in value.items()}
        return value.format(**words)

    def make(n: int, text: str) -> dict[str, Any]:
        row_of = filled(row, t=text, a=f"Satz {n}.")
        return {**row_of, "id": n} if "id" in row_of else row_of

    source, records = draft_of(make)
    assert source.keys["family"] == "translation"
    assert records[1] == {
        "text": "Great kettle, boils fast.",
        "answer": "Satz 1.",
        "source_language": "English",
        "target_language": "German",
    }


def test_each_row_has_its_languages(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "source": text,
            "target": f"Satz {n}.",
            "source_lang": "en",
            "target_lang": ("de", "et", "zh-CN")[n % 3],
        }
    )
    assert [record["target_language"] for record in records[:3]] == [
        "German",
        "Estonian",
        "Chinese",
    ]
    assert any("only later rows have" in said for said in source.guess.unknown)


def test_the_language_of_the_texts_is_guessed(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {"text": text, "translation": f"Satz {n}.", "target_language": "German"}
    )
    assert (records[0]["source_language"], records[0]["target_language"]) == ("English", "German")


@pytest.mark.parametrize(
    "row",
    [
        # Labels of texts in two languages.
        {"text_en": "{t}", "text_de": "Satz {n}.", "label": "x"},
        # The instruction says the language.
        {"instruction": "Translate into German.", "input": "{t}", "output": "Satz {n}.",
         "target_lang": "de"},
        # No languages.
        {"source": "{t}", "target": "Satz {n}.", "target_lang": "code"},
    ],
)  # fmt: skip
def test_what_is_no_translation(row: dict[str, str], draft_of: DraftOf) -> None:
    source, _ = draft_of(
        lambda n, text: {
            key: ("xy"[n % 2] if key == "label" else value.format(t=text, n=n))
            for key, value in row.items()
        }
    )
    assert source.keys.get("family") != "translation"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("de", "German"),
        ("deu_Latn", "German"),
        ("ger", "German"),
        ("de-AT", "German"),
        ("zh-Hans-CN", "Chinese"),
        ("es-419", "Spanish"),
        ("GERMAN", "German"),
        ("xx", None),
        ("source", None),
        ("", None),
    ],
)
def test_names(code: str, name: str | None) -> None:
    assert language_name(code) == name
