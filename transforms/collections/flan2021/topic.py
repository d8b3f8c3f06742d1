"""What a text is about, or what a question asks for."""

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Text
from transforms.sources.mapping import RowMapping

TASKS = (
    TfdsTask(
        name="ag_news_subset",
        builder="ag_news_subset:1.0.0",
        mapping=RowMapping(
            family="topic",
            fields={"text": Text(text="{title}\n{description}"), "answer": "label"},
            labels=["World", "Sports", "Business", "Science and technology"],
        ),
        evaluation="test",
        domain="news",
    ),
    TfdsTask(
        name="trec",
        builder="trec:1.0.0",
        mapping=RowMapping(
            family="question_type",
            fields={"text": "text", "answer": "label-coarse"},
            # DESC, ENTY, ABBR, HUM, NUM, LOC.
            labels=["description", "entity", "abbreviation", "human", "number", "location"],
        ),
        evaluation="test",
    ),
)
