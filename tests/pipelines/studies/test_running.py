"""Several cells at a time: in order, on separate devices, and ended together if one fails."""

import sys
from pathlib import Path

import pytest

import pipelines
from pipelines.studies.cells import Cell, SuiteOfCell
from pipelines.studies.running import run_cells
from tfrecords_schema.errors import DataError

# Stands in for a cell's process: `python -m pipelines.studies.cells CELL`.
PROCESS = """\
#!{python}
import os, signal, sys, time
from pathlib import Path
from pipelines.studies.cells import read_cell

cell = read_cell(sys.argv[3])
root = Path(cell.directory).parent
signal.signal(signal.SIGTERM, lambda *_: ((root / f"{{cell.arm}}.ended").touch(), sys.exit(1)))
(root / f"{{cell.arm}}.began").write_text(os.environ.get("CUDA_VISIBLE_DEVICES", ""))
deadline = time.monotonic() + 60
while not all((root / f"{{arm}}.began").exists() for arm in cell.config["beside"]):
    if time.monotonic() > deadline:
        sys.exit(f"{{cell.arm}} runs alone")
    time.sleep(0.02)
if cell.config["fails"]:
    sys.exit("the data are damaged")
time.sleep(cell.config["seconds"])
cell.note_trained(1.0)
cell.note_measured("asked")
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    process = tmp_path / "process"
    process.write_text(PROCESS.format(python=sys.executable))
    process.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(process))
    monkeypatch.setenv("PYTHONPATH", str(Path(pipelines.__file__).parents[1]))
    return tmp_path


def _cell(
    root: Path,
    arm: str,
    *,
    start: str | None = None,
    beside: tuple[str, ...] = (),
    fails: bool = False,
    seconds: float = 0,
) -> Cell:
    """Return a cell that waits until the cells `beside` it have begun."""
    return Cell(
        arm=arm,
        seed=0,
        directory=str(root / arm),
        snapshot="none",
        config={"beside": beside, "fails": fails, "seconds": seconds},
        places=100,
        start=str(root / start) if start else None,
        suites={"asked": SuiteOfCell()},
    )


def test_two_cells_run_at_a_time_and_one_waits_for_its_start(root: Path) -> None:
    said: list[str] = []
    cells = [
        _cell(root, "base", beside=("other",), seconds=0.5),
        _cell(root, "tuned", start="base"),
        _cell(root, "other", beside=("base", "tuned")),
    ]
    # `tuned` begins after `base` has ended and while `other` still runs, so in the place of `base`.
    run_cells(cells, 2, ["4", "7"], said.append)
    assert all(cell.is_done for cell in cells)
    assert [line.split(",")[0] for line in said if line.startswith("runs")] == [
        *("runs base", "runs other", "runs tuned")
    ]
    devices = {arm: (root / f"{arm}.began").read_text() for arm in ("base", "other", "tuned")}
    assert devices == {"base": "4", "other": "7", "tuned": "4"}
    run_cells(cells, 2, ["4", "7"], said.append)
    assert said[-1] == "3 of 3 cells are done already"


def test_a_cell_that_fails_ends_the_others(root: Path) -> None:
    cells = [
        _cell(root, "whole", beside=("damaged",), seconds=60),
        _cell(root, "damaged", beside=("whole",), fails=True),
        _cell(root, "later"),
    ]
    with pytest.raises(DataError, match=r"damaged, seed 0 failed \(status 1\):\nthe data are"):
        run_cells(cells, 2, [], lambda _: None)
    assert (root / "whole.ended").exists()
    assert not cells[0].is_done
    assert not (root / "later.began").exists()
