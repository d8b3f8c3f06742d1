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
        name="imdb_reviews",
        builder="imdb_reviews/plain_text:1.0.0",
        mapping=_text("text"),
        evaluation="test",
        domain="movie_review",
    ),
    TfdsTask(
        name="sentiment140",
        builder="sentiment140:1.0.0",
        mapping=RowMapping(
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
    TfdsTask(
        name="sst2", builder="glue/sst2:2.0.0", mapping=_text("sentence"), domain="movie_review"
    ),
    TfdsTask(
        name="yelp_polarity_reviews",
        builder="yelp_polarity_reviews:0.2.0",
        mapping=_text("text"),
        evaluation="test",
        domain="business_review",
    ),
)
