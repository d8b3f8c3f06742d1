"""WikiDialog: passages as dialogs, `utterances` with the speaker of each in `author_num`.

Layout: github.com/google-research/dialog-inpainting. The first utterance is a greeting of the
writer, the same for every passage but for its title. It is dropped, so that the reader asks and
replies are the writer's answers.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.dialog import alternating
from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout
from transforms.sources.source import stated_id


class WikiDialog(Layout):
    """Dialogs of a reader who asks with a writer who answers, begun at the first question."""

    families: ClassVar[dict[str, str]] = {MAIN: "dialog_response"}

    format: Literal["wiki_dialog"]
    collection: str = Field("dialog", description="Collection of the task.")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        utterances = row.get("utterances")
        if not isinstance(utterances, list) or not all(isinstance(u, str) for u in utterances):
            yield BadRow("wrong_type", "utterances is not a list of texts")
            return
        authors = row.get("author_num") or [number % 2 for number in range(len(utterances))]
        if not isinstance(authors, list) or len(authors) != len(utterances):
            yield BadRow("wrong_type", "author_num is not a list as long as utterances")
            return
        said = [(str(author), text) for author, text in zip(authors, utterances, strict=True)]
        reader = next((author for author, _ in said if author != said[0][0]), "")
        yield Draft({"turns": alternating(said, reader)}, stated_id(row.get("pid")))
