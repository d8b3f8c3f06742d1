"""What a pronoun, or a blank in its place, refers to."""

from collections.abc import Iterator

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Keys, Text
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping
from transforms.sources.marked_words import mark_word


def mark_pronoun(row: Row) -> Iterator[Row]:
    """Put stars around the pronoun in question, which may occur more than once.

    {"text": "Al saw he won.", "span2_text": "he", "span2_index": 2} → "Al saw *he* won."
    """
    yield {**row, "text": mark_word(row["text"], row["span2_text"], row["span2_index"])}


TASKS = (
    TfdsTask(
        name="definite_pronoun_resolution",
        builder="definite_pronoun_resolution:1.1.0",
        mapping=RowMapping(
            family="coreference",
            fields={
                "text": "sentence",
                "pronoun": "pronoun",
                "options": "candidates",
                "answer": "label",
            },
        ),
        evaluation="test",
    ),
    TfdsTask(
        name="winogrande",
        builder="winogrande:1.2.0",
        mapping=RowMapping(
            family="fill_blank",
            fields={
                "text": "sentence",
                "options": Keys(keys=["option1", "option2"]),
                "answer": "label",
            },
        ),
        train="train_xl",
    ),
    TfdsTask(
        name="wsc",
        builder="super_glue/wsc.fixed:1.0.2",
        mapping=RowMapping(
            family="yes_no_qa",
            fields={
                "context": "text",
                "question": Text(text='Does "{span2_text}" refer to {span1_text}?'),
                "answer": "label",
            },
            labels=["no", "yes"],
        ),
        license="CC-BY-4.0",
        prepare=mark_pronoun,
    ),
)
