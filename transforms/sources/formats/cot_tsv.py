r"""Flan's chain-of-thought sets: `question⇥answer⇥rationale` a line, newlines as a literal `\n`."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from transforms.sources.files.lines import byte_pieces, read_lines
from transforms.sources.files.row import BadRow
from transforms.sources.files.streams import plain_name, with_compressed
from transforms.sources.source import Element, Piece, Source, reject
from transforms.types import Task

FAMILY = "chain_of_thought"
# As the published table names these sets.
_STREAMS = frozenset({"aqua", "creak", "ecqa", "esnli", "qasc", "qed", "sensemaking"})
_COLUMNS = ("question", "answer", "rationale")


class CotTsv(Source):
    """A directory of `<set>_train.tsv` files, each a task under its published name.

    GSM8K and StrategyQA are `cot_<set>`, the others `stream_<set>`; a set that the published
    collection lacks is `cot_<set>`.
    """

    format: Literal["cot_tsv"]
    collection: str = Field("cot", description="Collection of the tasks.")

    def family_names(self) -> set[str]:
        return {FAMILY}

    @property
    def patterns(self) -> tuple[str, ...]:
        return with_compressed([f"*_{self.split}.tsv"])

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        return byte_pieces(path, relative, size)

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        subset = plain_name(piece.path).removesuffix(".tsv").removesuffix(f"_{self.split}")
        languages = tuple(self.languages)
        prefix = "stream" if subset in _STREAMS else "cot"
        task = Task(
            name=f"{prefix}_{subset}",
            source=name,
            collection=self.collection,
            family=FAMILY,
            languages=languages,
        )
        yield task
        for where, line in read_lines(piece):
            if isinstance(line, BadRow):
                yield reject(task, line.reason, f"{where}: {line.detail}")
                continue
            cells = line.split("\t")
            if len(cells) != len(_COLUMNS):
                detail = f"{where}: {len(cells)} columns, not question, answer, rationale"
                yield reject(task, "wrong_columns", detail)
                continue
            texts = [cell.replace("\\n", "\n") for cell in cells]
            fields: dict[str, object] = dict(zip(_COLUMNS, texts, strict=True))
            yield self.record_or_rejection(task, fields, None, where)
