"""The cells of a study: each arm with each seed, trained and measured in a separate process.

What is finished is in the cell's directory, so a cell that was stopped goes on where it was.
"""

import logging
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from pipelines.studies.study import Study
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError

CELLS = "cells"
_CELL, _TRAINED, _MEASURED = "cell.json", "trained.json", "measured.json"
RUN, EVAL, LOG = "run", "eval", "log.txt"


@dataclass(frozen=True, kw_only=True)
class SuiteOfCell:
    """What is asked: a snapshot's examples, or a suite of `flanbeam eval`."""

    snapshot: str | None = None
    suite: str | None = None
    data: str | None = None
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One arm with one seed. Paths are absolute; `start` is the directory of another cell."""

    arm: str
    seed: int
    directory: str
    snapshot: str
    config: dict[str, Any]
    places: int
    start: str | None = None
    suites: dict[str, SuiteOfCell] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return its name for messages."""
        return f"{self.arm}, seed {self.seed}"

    @property
    def run(self) -> str:
        """Return the directory of its training run."""
        return os.path.join(self.directory, RUN)

    def evaluation(self, suite: str) -> str:
        """Return the directory of a suite's results."""
        return os.path.join(self.directory, EVAL, suite)

    @property
    def _training(self) -> str:
        """Return the digest of all that decides the model."""
        start = self.start.split(os.sep)[-2:] if self.start else []
        return _digest([self.config, os.path.basename(self.snapshot), start])

    @property
    def is_trained(self) -> bool:
        """Return whether training is finished."""
        return _read(os.path.join(self.directory, _TRAINED)).get("digest") == self._training

    def note_trained(self, seconds: float) -> None:
        """Note that training is finished; `seconds` are those of this start."""
        _write(
            os.path.join(self.directory, _TRAINED), {"digest": self._training, "seconds": seconds}
        )

    def is_measured(self, suite: str) -> bool:
        """Return whether the results of a suite are there, of these questions and this model."""
        return _read(os.path.join(self.evaluation(suite), _MEASURED)) == self._suite_note(suite)

    def note_measured(self, suite: str) -> None:
        """Note that a suite's results are written."""
        _write(os.path.join(self.evaluation(suite), _MEASURED), self._suite_note(suite))

    def _suite_note(self, suite: str) -> dict[str, Any]:
        spec = asdict(self.suites[suite])
        spec["snapshot"] = os.path.basename(spec["snapshot"] or "")
        return {"digest": _digest([spec, self._training])}

    @property
    def is_done(self) -> bool:
        """Return whether nothing of it is left to do."""
        return self.is_trained and all(map(self.is_measured, self.suites))

    def prepare(self) -> str:
        """Write the file that its process reads, and return the path.

        Raises:
          ConfigurationError: its directory holds a run that was trained otherwise.
        """
        path = os.path.join(self.directory, _CELL)
        before = _read(path).get("training", self._training)
        if before != self._training:
            raise ConfigurationError(
                f"{self.directory} was begun with another recipe or configuration: "
                "give another --out, or delete this directory"
            )
        _write(path, {**asdict(self), "training": self._training})
        return path


def read_cell(path: str) -> Cell:
    """Read the file that `prepare` wrote."""
    document = _read(path)
    del document["training"]
    suites = {name: SuiteOfCell(**suite) for name, suite in document.pop("suites").items()}
    return Cell(**document, suites=suites)


def cells_of(study: Study, out: str, arms: dict[str, str], suites: dict[str, str]) -> list[Cell]:
    """Return all cells, seed by seed, each after the one that it starts from.

    Args:
      arms: arm → snapshot; `suites`: suite → snapshot, for those that have one.
    """
    asked = {
        name: SuiteOfCell(
            snapshot=suites.get(name),
            suite=spec.suite,
            data=study.path(study.data) if study.data and spec.suite else None,
            limit=spec.limit,
        )
        for name, spec in study.suites.items()
    }
    cells = []
    for seed in study.seeds:
        for arm in study.in_order():
            config = study.config_of(arm, seed)
            start = study.arms[arm].start
            cells.append(
                Cell(
                    arm=arm,
                    seed=seed,
                    directory=_directory(out, arm, seed),
                    snapshot=arms[arm],
                    config=config.model_dump(mode="json"),
                    places=config.steps
                    * config.batch_rows
                    * (config.input_length + config.target_length),
                    start=_directory(out, start, seed) if start else None,
                    suites=asked,
                )
            )
    return cells


def _directory(out: str, arm: str, seed: int) -> str:
    return os.path.abspath(os.path.join(out, CELLS, arm, f"seed-{seed}"))


def run_cell(cell: Cell) -> None:
    """Train and measure what of a cell is not finished, in this process.

    Raises:
      TrainerError: the trainer's complaints.
    """
    from trainer.config import TrainConfig
    from trainer.train import train

    config = TrainConfig.model_validate(cell.config)
    if cell.start is not None:
        started = {"initial_weights": os.path.join(cell.start, RUN)}
        config = config.model_copy(update=started)
    if not cell.is_trained:
        result = train(config, cell.snapshot, cell.run, say=_say)
        if result.stopped:
            sys.exit(1)
        cell.note_trained(result.seconds)
    _measure(cell, [suite for suite in cell.suites if not cell.is_measured(suite)])


def _measure(cell: Cell, suites: Iterable[str]) -> None:
    """Ask the trained model the questions of suites."""
    from pathlib import Path

    from trainer.config import TrainConfig
    from trainer.evaluation.evaluate import EvalRequest, ask, load_questions
    from trainer.evaluation.predictor import open_predictor
    from trainer.evaluation.result_files import write
    from trainer.evaluation.results import summarize
    from trainer.evaluation.suites.question import limited

    config, predictor = TrainConfig.model_validate(cell.config), None
    for name in suites:
        spec = cell.suites[name]
        kind = spec.suite or f"snapshot={spec.snapshot}"
        held_in = cell.snapshot if kind == "held_in" else None
        out = cell.evaluation(name)
        request = EvalRequest(
            checkpoint=cell.run, suites=(kind,), out=out, data=spec.data, snapshot=held_in
        )
        questions, note = load_questions(kind, config, request)
        chosen = list(limited(questions, spec.limit))
        _say(f"{name}: {len(chosen)} questions")
        predictor = predictor or open_predictor(config, cell.run, _say)
        answers = ask(predictor, chosen, config.input_length)
        write(Path(out), summarize(name, note, cell.run, answers), answers)
        cell.note_measured(name)


def _say(text: str) -> None:
    print(text, flush=True)


def _digest(value: Any) -> str:
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _read(path: str) -> dict[str, Any]:
    """Return a JSON object of a cell's; an empty one if there is none."""
    if not os.path.exists(path):
        return {}
    document: dict[str, Any] = orjson.loads(filesystem.read_bytes(path))
    return document


def _write(path: str, document: dict[str, Any]) -> None:
    filesystem.make_directory(os.path.dirname(path))
    filesystem.write_bytes(path, orjson.dumps(document, option=orjson.OPT_INDENT_2))


def main() -> int:
    """Run the cell of the file that the command line names."""
    from tfrecords_schema.errors import ExitStatus, UserError
    from transforms.runtime.parent_watchdog import end_with_parent

    end_with_parent()
    logging.disable(logging.WARNING)
    try:
        run_cell(read_cell(sys.argv[1]))
    except UserError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_status
    return ExitStatus.DONE


if __name__ == "__main__":
    sys.exit(main())
