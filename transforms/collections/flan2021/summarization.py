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
    TfdsTask(
        name="aeslc",
        builder="aeslc:1.0.0",
        mapping=_heading("email_body", "subject_line"),
        domain="email",
    ),
    TfdsTask(
        name="cnn_dailymail",
        builder="cnn_dailymail:3.4.0",
        mapping=_summary("article", "highlights", "id"),
        domain="news",
    ),
    TfdsTask(
        name="gigaword",
        builder="gigaword:1.2.0",
        mapping=_heading("document", "summary"),
        train="train[:200000]",
        domain="news",
    ),
    TfdsTask(
        name="multi_news",
        builder="multi_news:2.1.0",
        mapping=_summary("document", "summary"),
        # As TFDS states it: non-commercial research and education only.
        license="LicenseRef-Multi-News-NC",
        prepare=separate_articles,
        domain="news",
    ),
    TfdsTask(
        name="newsroom",
        builder="newsroom:1.0.0",
        mapping=_summary("text", "summary"),
        train="train[:200000]",
        domain="news",
    ),
    TfdsTask(
        name="opinion_abstracts_idebate",
        builder="opinion_abstracts/idebate:1.0.0",
        mapping=_summary("_argument_sentences.value", "_claim"),
        train="train[:95%]",
        evaluation="train[95%:]",
    ),
    TfdsTask(
        name="opinion_abstracts_rotten_tomatoes",
        builder="opinion_abstracts/rotten_tomatoes:1.0.0",
        mapping=_summary("_critics.value", "_critic_consensus"),
        train="train[:95%]",
        evaluation="train[95%:]",
        domain="movie_review",
    ),
    TfdsTask(
        name="samsum",
        builder="samsum:1.0.0",
        mapping=_summary("dialogue", "summary", "id"),
        license="CC-BY-NC-ND-4.0",
        domain="dialog",
    ),
    TfdsTask(
        name="wiki_lingua_english_en",
        builder="gem/wiki_lingua_english_en:1.1.0",
        mapping=_summary("source", "target", "gem_id"),
        license="CC-BY-NC-SA-3.0",
        domain="how_to",
    ),
    TfdsTask(
        name="xsum", builder="xsum:1.1.0", mapping=_summary("document", "summary"), domain="news"
    ),
)
