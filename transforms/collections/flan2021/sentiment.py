"""The attitude of reviews and posts."""

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.mapping import RowMapping


def _text(key: str) -> RowMapping:
    return RowMapping(
        family="sentiment",
        fields={"text": key, "answer": "label"},
        labels=["negative", "positive"],
    )


TASKS = (
    TfdsTask(
        "imdb_reviews",
        "imdb_reviews/plain_text:1.0.0",
        _text("text"),
        evaluation="test",
        domain="movie_review",
    ),
    TfdsTask(
        "sentiment140",
        "sentiment140:1.0.0",
        RowMapping(
            family="sentiment",
            fields={"text": "text", "answer": "polarity"},
            label_of={"0": "negative", "4": "positive"},
            # Only the test split has neutral posts, polarity 2.
            filters={"polarity": [0, 4]},
        ),
        train="train[:200000]",
        evaluation="test",
        domain="tweet",
    ),
    TfdsTask("sst2", "glue/sst2:2.0.0", _text("sentence"), domain="movie_review"),
    TfdsTask(
        "yelp_polarity_reviews",
        "yelp_polarity_reviews:0.2.0",
        _text("text"),
        evaluation="test",
        domain="business_review",
    ),
)
