"""The memory that reading takes does not grow with the file."""

import subprocess
import sys
from pathlib import Path

import pytest

from transforms.sources import reading
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.reading import read_piece, read_summary
from transforms.sources.source import Piece, SourcePiece

_FILE_BYTES = 2_000_000_000
_LIMIT_KIB = 400 * 1024
_READ = """
import os, sys
from transforms.sources.formats.tabular import Tabular
from transforms.sources.reading import read_piece, read_summary
from transforms.sources.source import SourcePiece

path, out = sys.argv[1:]
source = Tabular(
    format="jsonl", collection="c", task="t", family="closed_book_qa",
    fields={"question": "q", "answer": "a"},
)
pieces = source.pieces(path, "rows.jsonl", os.path.getsize(path))
records = 0
for index, piece in enumerate(pieces):
    summary = read_summary(read_piece(SourcePiece("s", source, piece, index), out))
    records += summary.read.get("t", 0)
    for file in summary.record_files:
        os.remove(os.path.join(out, file.path))
# Of this program alone: getrusage also counts what its parent held before it began.
status = open("/proc/self/status").read()
peak_kib = int(status.partition("VmHWM:")[2].split()[0])
print(len(pieces), records, peak_kib)
"""


@pytest.mark.slow
def test_two_gigabytes_of_json_lines(tmp_path: Path) -> None:
    rows = [
        b'{"q": "%d %s", "a": "%s"}\n' % (number, b"why " * (number % 500), b"so " * 20)
        for number in range(1000)
    ]
    block = b"".join(rows)
    blocks = _FILE_BYTES // len(block) + 1
    path = tmp_path / "rows.jsonl"
    with open(path, "wb") as file:
        for _ in range(blocks):
            file.write(block)
    command = [sys.executable, "-c", _READ, str(path), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    pieces, records, peak_kib = map(int, done.stdout.split())
    path.unlink()
    assert pieces == 30
    assert records == blocks * len(rows)
    assert peak_kib < _LIMIT_KIB


def test_record_files_are_of_limited_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BYTES_PER_FILE", 1000)
    path = tmp_path / "gsm_train.tsv"
    path.write_text("".join(f"{'why ' * 60}{i}\ta\tr\n" for i in range(20)))
    source = CotTsv(format="cot_tsv")
    piece = SourcePiece("s", source, Piece(path=str(path), relative=path.name), 0)
    summary = read_summary(read_piece(piece, str(tmp_path / "out")))
    assert [file.records for file in summary.record_files] == [3, 3, 3, 3, 3, 3, 2]
