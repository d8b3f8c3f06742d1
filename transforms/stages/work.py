"""One work item of a stage: the job, its number, and its inputs from earlier stages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transforms.job import Job
from transforms.runtime.exchange import Run, each_summary, read_buckets, read_summaries
from transforms.stages.output import StageCounts, Summary, decode_notes, decode_summary

if TYPE_CHECKING:
    from transforms.stages.stage import Stage


@dataclass(frozen=True)
class Input:
    """The output of one earlier stage, from the view of one work item.

    Attributes:
      runs: runs of all its work items, or only of this one if both stages have the same items.
      section: the section with this item's rows; None for all sections.
      delivered: (path of the run, bytes) of this item's sections, where the engine's shuffle
        brought them; then the runs are not read for them.
    """

    stage: "Stage"
    runs: Sequence[Run]
    section: int | None = None
    delivered: Sequence[tuple[str, bytes]] | None = None

    def rows(self) -> NDArray[Any]:
        """Return the rows of this work item, [rows] of the stage's dtype, runs in order of name."""
        if self.delivered is None:
            sections = [data for run in self._in_order() for data in self._sections(run)]
        else:
            sections = self._delivered()
        return np.frombuffer(b"".join(sections), dtype=self._dtype())

    def rows_by_run(self) -> Iterator[NDArray[Any]]:
        """Yield the rows run by run, so that only one run is in memory."""
        if self.delivered is not None:
            for section in self._delivered():
                yield np.frombuffer(section, dtype=self._dtype())
            return
        for run in self._in_order():
            yield np.frombuffer(b"".join(self._sections(run)), dtype=self._dtype())

    def sections(self, first: int, last: int) -> list[bytes]:
        """Return sections [first, last) of each run that has any of them, in order of name."""
        if self.delivered is not None:
            return self._delivered()
        return read_buckets(self.runs, first, last)

    def summaries(self) -> list[Summary]:
        """Return the summary of each run."""
        return [decode_summary(data) for data in read_summaries(self.runs)]

    def each_summary(self) -> Iterator[Summary]:
        """Yield the summary of each run; one at a time is in memory."""
        yield from map(decode_summary, each_summary(self.runs))

    def notes(self) -> list[Any]:
        """Return the notes of each run, in the stage's dataclass."""
        return [decode_notes(self.stage.notes, summary.notes) for summary in self.each_summary()]

    def counts(self) -> list[StageCounts]:
        """Return the counts of the runs that have any."""
        return [summary.counts for summary in self.each_summary() if summary.counts]

    def _dtype(self) -> np.dtype[Any]:
        assert self.stage.dtype is not None, f"stage {self.stage.name} yields no rows"
        return self.stage.dtype

    def _delivered(self) -> list[bytes]:
        return [section for _, section in sorted(self.delivered or ())]

    def _in_order(self) -> list[Run]:
        return sorted(self.runs, key=lambda run: run.path)

    def _sections(self, run: Run) -> list[bytes]:
        if self.section is None:
            return read_buckets([run], 0, None)
        return read_buckets([run], self.section, self.section + 1)


@dataclass(frozen=True, kw_only=True)
class Work:
    """One work item.

    Attributes:
      stage: the name of the stage.
      directory: the work directory of the build.
      item: its number; `part` numbers the parts that it was split into.
      inputs: what the stage reads, by name.
      rows: the rows of this part, where the stage splits its items.
    """

    job: Job
    stage: str
    directory: str
    item: int
    inputs: Mapping[str, Input] = field(default_factory=dict)
    part: int | None = None
    rows: NDArray[Any] | None = None

    def read(self, name: str) -> Input:
        """Return what the nearest earlier stage that yields `name` wrote."""
        return self.inputs[name]
