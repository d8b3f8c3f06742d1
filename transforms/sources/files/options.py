"""Options for the form of a source's files, if detection is not enough."""

import codecs

from pydantic import Field, field_validator

from transforms.settings import Settings


class FileOptions(Settings):
    """The form of a source's files, as stated in a recipe; everything left out is detected."""

    encoding: str | None = Field(
        None, description="Encoding of text files, e.g. cp1252 or utf-16; if left out, detected."
    )
    delimiter: str | None = Field(
        None,
        min_length=1,
        max_length=1,
        description="Character that separates the cells of CSV files; if left out, detected.",
    )
    quotechar: str | None = Field(
        None,
        max_length=1,
        description="Character that quotes the cells of CSV and TSV files; '' for cells without "
        "quotes.",
    )
    escapechar: str | None = Field(
        None,
        max_length=1,
        description="Character that escapes a quote within a quoted cell, e.g. '\\'.",
    )
    rows_at: str | None = Field(
        None, description="Key of the list of rows in a JSON document, e.g. data.train."
    )

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        try:
            return encoding and codecs.lookup(encoding).name
        except LookupError as error:
            raise ValueError(f"Python has no encoding {encoding!r}") from error


DETECTED = FileOptions()  # type: ignore[call-arg]
