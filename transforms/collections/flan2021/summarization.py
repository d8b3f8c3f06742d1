"""Texts in short: summaries, headlines, subject lines, conclusions."""

from collections.abc import Iterator

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

# What stands between the articles of a Multi-News document.
_ARTICLE_BREAK = "|||||"


def separate_articles(row: Row) -> Iterator[Row]:
    """Separate articles by blank lines.

    {"document": "One. ||||| Two."} → {"document": "One.\n\nTwo."}
    """
    articles = [article.strip() for article in row["document"].split(_ARTICLE_BREAK)]
    yield {**row, "document": "\n\n".join(article for article in articles if article)}


def _summary(text: str, answer: str, own_id: str | None = None) -> RowMapping:
    return RowMapping(family="summarization", id=own_id, fields={"text": text, "answer": answer})


def _heading(text: str, answer: str) -> RowMapping:
    return RowMapping(family="headline", fields={"text": text, "answer": answer})


TASKS = (
    TfdsTask("aeslc", "aeslc:1.0.0", _heading("email_body", "subject_line"), domain="email"),
    TfdsTask(
        "cnn_dailymail",
        "cnn_dailymail:3.4.0",
        _summary("article", "highlights", "id"),
        domain="news",
    ),
    TfdsTask(
        "gigaword",
        "gigaword:1.2.0",
        _heading("document", "summary"),
        train="train[:200000]",
        domain="news",
    ),
    TfdsTask(
        "multi_news",
        "multi_news:2.1.0",
        _summary("document", "summary"),
        # As TFDS states it: non-commercial research and education only.
        license="LicenseRef-Multi-News-NC",
        prepare=separate_articles,
        domain="news",
    ),
    TfdsTask(
        "newsroom",
        "newsroom:1.0.0",
        _summary("text", "summary"),
        train="train[:200000]",
        domain="news",
    ),
    TfdsTask(
        "opinion_abstracts_idebate",
        "opinion_abstracts/idebate:1.0.0",
        _summary("_argument_sentences.value", "_claim"),
        train="train[:95%]",
        evaluation="train[95%:]",
    ),
    TfdsTask(
        "opinion_abstracts_rotten_tomatoes",
        "opinion_abstracts/rotten_tomatoes:1.0.0",
        _summary("_critics.value", "_critic_consensus"),
        train="train[:95%]",
        evaluation="train[95%:]",
        domain="movie_review",
    ),
    TfdsTask(
        "samsum",
        "samsum:1.0.0",
        _summary("dialogue", "summary", "id"),
        license="CC-BY-NC-ND-4.0",
        domain="dialog",
    ),
    TfdsTask(
        "wiki_lingua_english_en",
        "gem/wiki_lingua_english_en:1.1.0",
        _summary("source", "target", "gem_id"),
        license="CC-BY-NC-SA-3.0",
        domain="how_to",
    ),
    TfdsTask("xsum", "xsum:1.1.0", _summary("document", "summary"), domain="news"),
)
