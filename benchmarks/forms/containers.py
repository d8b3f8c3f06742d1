"""How a file holds its rows: compression, encodings, kinds of JSON, CSV and tables."""

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile

import pyarrow as pa
import zstandard
from pyarrow import feather, ipc

from benchmarks.forms.rows import (
    ANSWERS,
    ASKED,
    INSTRUCTED,
    PAIRS,
    SPAM,
    TEXTS,
    Form,
    json_lines,
    named,
    of,
    parquet,
    table,
    zipped,
)

_LINES = json_lines(INSTRUCTED)
_LIST = json.dumps(INSTRUCTED).encode()
_HEADER = ["question", "answer"]
_TABLE = [_HEADER, *PAIRS]
_QUOTED = [(f'{text[:-1]} "now".', f"{answer}\nYes.") for text, answer in PAIRS]
_QUOTED_ANSWERS = [answer for _, answer in _QUOTED]
_UMLAUTS = [("Größe: " + text, answer) for text, answer in PAIRS]


def _arrow(*, is_stream: bool) -> bytes:
    data = pa.table({"question": TEXTS, "answer": ANSWERS})
    stream = io.BytesIO()
    with (ipc.new_stream if is_stream else ipc.new_file)(stream, data.schema) as writer:
        writer.write_table(data)
    return stream.getvalue()


def _feather() -> bytes:
    stream = io.BytesIO()
    feather.write_feather(pa.table({"instruction": TEXTS, "output": ANSWERS}), stream)
    return stream.getvalue()


def _tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("a.jsonl")
        info.size = len(_LINES)
        archive.addfile(info, io.BytesIO(_LINES))
    return stream.getvalue()


def _sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE asked (question TEXT, answer TEXT)")
    connection.executemany("INSERT INTO asked VALUES (?, ?)", PAIRS)
    connection.commit()
    return connection.serialize()


_BY_COLUMN = {"question": TEXTS, "answer": ANSWERS}
_BY_ROW = {name: {str(n): v for n, v in enumerate(vs)} for name, vs in _BY_COLUMN.items()}
_SPLIT = {"columns": _HEADER, "index": [*range(len(TEXTS))], "data": PAIRS}
_VIEWER = {
    "features": [{"name": name} for name in _HEADER],
    "rows": [{"row_idx": n, "row": row} for n, row in enumerate(ASKED)],
}
_PRETTY = json.dumps(INSTRUCTED, indent=2).encode()
_OBJECTS = "\n".join(json.dumps(row, indent=2) for row in INSTRUCTED).encode()
_SPLITS = {"train": ASKED[:8], "test": ASKED[8:]}
_CORPUS = {"corpus": {"name": "c", "train": {"rows": ASKED}}}
_NAN = "".join(json.dumps({**row, "score": float("nan")}) + "\n" for row in ASKED).encode()
_DUMP = (
    "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nINSERT INTO `asked` VALUES\n"
    + ",\n".join(f"({n},'{text}','{answer}')" for n, (text, answer) in enumerate(PAIRS))
)
_TITLED = b"Questions of customers, 2024;;\n;;\n" + table(
    [["Nr", "question", "answer"], *([n, *pair] for n, pair in enumerate(PAIRS))], delimiter=";"
)

CONTAINERS: list[Form] = [
    of("JSON Lines", "a.jsonl", _LINES),
    of("gzip", "a.jsonl.gz", gzip.compress(_LINES)),
    of("gzip without its suffix", "a.jsonl", gzip.compress(_LINES)),
    of("bzip2", "a.jsonl.bz2", bz2.compress(_LINES)),
    of("xz", "a.jsonl.xz", lzma.compress(_LINES)),
    of("Zstandard", "a.jsonl.zst", zstandard.compress(_LINES)),
    of("gzip in gzip", "a.jsonl.gz", gzip.compress(gzip.compress(_LINES))),
    of("zip of one file", "a.zip", zipped({"a.jsonl": _LINES})),
    of("zip of a gzip file", "a.zip", zipped({"a.jsonl.gz": gzip.compress(_LINES)})),
    named("zip of two files", "a.zip", zipped({"a.jsonl": _LINES, "b.jsonl": _LINES}), "archive of 2 files"),
    named("tar archive", "a.tar", _tar(), "a tar archive"),
    named("gzip file cut off", "a.jsonl.gz", gzip.compress(_LINES)[:-30], "not a complete"),
    of("UTF-8 with a mark, CRLF, empty lines", "a.jsonl",
       b"\xef\xbb\xbf" + _LINES.replace(b"\n", b"\r\n\r\n")),
    of("UTF-16 with a mark", "a.jsonl", _LINES.decode().encode("utf-16")),
    of("UTF-16 without a mark", "a.jsonl", _LINES.decode().encode("utf-16-le")),
    of("UTF-16 in gzip", "a.jsonl.gz", gzip.compress(_LINES.decode().encode("utf-16"))),
    of("JSON list", "a.json", _LIST),
    of("JSON list with a mark", "a.json", b"\xef\xbb\xbf" + _LIST),
    of("JSON list in `.jsonl`", "a.jsonl", _LIST),
    of("pretty-printed list in `.jsonl`", "a.jsonl", _PRETTY),
    of("pretty-printed objects in a row", "a.json", _OBJECTS),
    of("JSON Lines in `.json`", "a.json", _LINES),
    of("JSON Lines in `.txt`", "a.txt", _LINES),
    of("trailing commas", "a.json", _PRETTY.replace(b'"\n  }', b'",\n  }')),
    of("JSON Lines with a comma after each", "a.jsonl", _LINES.replace(b"\n", b",\n")),
    of("NaN in a field that nobody needs", "a.jsonl", _NAN),
    of("object of columns", "a.json", json.dumps(_BY_COLUMN).encode()),
    of("pandas' default `to_json`", "a.json", json.dumps(_BY_ROW).encode()),
    of("pandas' `split`", "a.json", json.dumps(_SPLIT).encode()),
    of("rows of the hub's viewer", "a.json", json.dumps(_VIEWER).encode()),
    of("objects by id", "a.json", json.dumps({f"q{n}": row for n, row in enumerate(ASKED)}).encode()),
    of("`{\"data\": […]}`", "a.json", json.dumps({"version": 1, "data": ASKED}).encode()),
    of("rows deep in a document", "a.json", json.dumps(_CORPUS).encode()),
    of("`train` and `test` in a document", "a.json", json.dumps(_SPLITS).encode(), ANSWERS[:8],
       held_out=2),
    of("a comment above JSON Lines", "a.jsonl", b"# exported\n" + _LINES, rows=11),
    of("JSON text sequences", "a.jsonl", b"\x1e" + _LINES[:-1].replace(b"\n", b"\n\x1e") + b"\n"),
    of("mongoexport", "a.json",
       json_lines([{"_id": {"$oid": f"{n:024x}"}, **row} for n, row in enumerate(ASKED)])),
    of("Elasticsearch's bulk lines", "a.jsonl",
       json_lines([x for n, row in enumerate(ASKED) for x in ({"index": {"_id": n}}, row)]), rows=20),
    of("a file named after a date", "2024-01-31.jsonl", _LINES),
    named("JSON5", "a.json", b"[{question: 'Who?', answer: 'She.'}]\n", "not valid JSON"),
    named("a JSON file cut off", "a.json", _LIST[:-40], "truncated"),
    of("lines of JSON text", "a.jsonl", json_lines([json.dumps(row) for row in ASKED])),
    named("Git LFS pointer", "a.jsonl",
          b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS pointer"),
    named("an HTML page", "a.jsonl", b"<!DOCTYPE html>\n<html><body>404</body></html>", "an HTML page"),
    named("an empty file", "a.jsonl", b"", "it is empty"),
    of("CSV", "a.csv", table(_TABLE)),
    of("CSV, semicolons", "a.csv", table(_TABLE, delimiter=";")),
    of("CSV, tabs", "a.csv", table(_TABLE, delimiter="\t")),
    of("CSV, bars, all quoted", "a.csv", table(_TABLE, delimiter="|", quoting=1)),
    of("CSV, line ends and quotes in cells", "a.csv", table([_HEADER, *_QUOTED]), _QUOTED_ANSWERS,
       asked=[text for text, _ in _QUOTED]),
    of('CSV, quotes escaped by `\\"`', "a.csv",
       table([_HEADER, *_QUOTED], doublequote=False, escapechar="\\", quoting=1), _QUOTED_ANSWERS,
       asked=[text for text, _ in _QUOTED]),
    of("CSV, Latin-1", "a.csv", table([_HEADER, *_UMLAUTS]).decode().encode("latin-1")),
    of("CSV, cp1252, semicolons", "a.csv",
       table([_HEADER, *(("„" + t, a) for t, a in _UMLAUTS)], delimiter=";").decode().encode("cp1252")),
    of("CSV, UTF-16 with tabs (Excel)", "a.csv",
       table(_TABLE, delimiter="\t", lineterminator="\r\n").decode().encode("utf-16")),
    of("CSV, `sep=;` in the first line", "a.csv", b"sep=;\r\n" + table(_TABLE, delimiter=";")),
    of("CSV, carriage returns alone", "a.csv", table(_TABLE, lineterminator="\r")),
    of("CSV, one row with a cell too many", "a.csv", table([*_TABLE, ["a", "b", "c"]]), rows=11),
    of("CSV with a footer", "a.csv", table(_TABLE) + b"10 rows\n", rows=11),
    of("CSV with empty columns and rows", "a.csv",
       table([["", *_HEADER, ""], *(["", *pair, ""] for pair in PAIRS), *[["", "", "", ""]] * 5]),
       rows=15),
    of("Excel's CSV: mark, semicolons, numbers, dates", "a.csv",
       b"\xef\xbb\xbf" + table([["Nr", "Datum", "Frage", "Antwort"],
                                *([n, "01.02.2024", *pair] for n, pair in enumerate(PAIRS))],
                               delimiter=";", lineterminator="\r\n")),
    of("CSV without a header", "a.csv", table(PAIRS)),
    of("CSV with a title above its header", "a.csv", _TITLED),
    of("CSV with a comment above its header", "a.csv", b"# exported\n" + table(_TABLE)),
    named("CSV, columns of equal names", "a.csv", table([["text", "text"], *PAIRS]), "2 columns 'text'"),
    of("TSV", "a.tsv", table(_TABLE, delimiter="\t")),
    of("TSV, quoted, line ends in cells (pandas)", "a.tsv",
       table([_HEADER, *_QUOTED], delimiter="\t"), _QUOTED_ANSWERS,
       asked=[text for text, _ in _QUOTED]),
    of("TSV, CRLF, cp1252", "a.tsv",
       table([_HEADER, *_UMLAUTS], delimiter="\t", lineterminator="\r\n").decode().encode("cp1252")),
    of("a text with tabs (flash cards)", "a.txt", table(PAIRS, delimiter="\t")),
    of("Parquet", "a.parquet", parquet(question=TEXTS, answer=ANSWERS)),
    of("Parquet, dictionary columns", "a.parquet",
       parquet(question=pa.array(TEXTS).dictionary_encode(), answer=ANSWERS)),
    of("Parquet, a struct", "a.parquet", parquet(qa=ASKED)),
    named("Parquet named `.jsonl`", "a.jsonl", parquet(a=TEXTS), "a Parquet file"),
    of("Arrow file", "a.arrow", _arrow(is_stream=False)),
    of("Arrow stream", "a.arrow", _arrow(is_stream=True)),
    of("Feather", "a.feather", _feather()),
    named("Excel workbook", "a.xlsx", zipped({"xl/workbook.xml": b"<w/>"}), "Excel workbook"),
    named("ORC", "a.orc", b"ORC\n\x00\x01", "an ORC file"),
    named("Avro", "a.avro", b"Obj\x01\x04", "an Avro file"),
    named("pickle", "a.pkl", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00]\x94.", "pickle"),
    named("SQLite", "a.db", _sqlite(), "SQLite"),
    named("an SQL dump", "a.sql", _DUMP.encode() + b";\n", "SQL"),
    named("YAML", "a.yaml", b"- question: Who?\n  answer: She.\n" * 8, "YAML"),
    named("Markdown", "a.md", b"# Title\n\nSome text.\n", "Markdown"),
    named("XML of a translation memory", "a.tmx", b'<?xml version="1.0"?><tmx/>', "XML"),
    named("subtitles (SRT)", "a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n" * 8, "subtitles"),
    named("fastText's lines", "a.txt",
          "".join(f"__label__{mark} {t}\n" for mark, t in zip(SPAM, TEXTS, strict=True)).encode(), "fastText"),
    named("CoNLL", "a.conll",
          b"-DOCSTART- -X- O O\n\n" + b"EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n. . O O\n\n" * 8, "CoNLL"),
    named("CoNLL-U", "a.conllu",
          b"# text = Hi.\n1\tHi\thi\tINTJ\tUH\t_\t0\troot\t_\t_\n2\t.\t.\tPUNCT\t.\t_\t1\tpunct\t_\t_\n\n"
          * 8, "CoNLL"),
    named("GIFT quiz", "a.gift",
          "".join(f"::Q{n}:: {t} {{={a} ~No.}}\n\n" for n, (t, a) in enumerate(PAIRS)).encode(), "GIFT"),
    named("GIFT quiz in `.txt`", "a.txt",
          "".join(f"::Q{n}:: {t} {{={a} ~No.}}\n\n" for n, (t, a) in enumerate(PAIRS)).encode(), "GIFT"),
    named("`Q:`/`A:` texts", "a.txt", "".join(f"Q: {t}\nA: {a}\n\n" for t, a in PAIRS).encode(), "Q:"),
    named("M2 (grammar)", "a.m2", b"S This are a test .\nA 1 2|||R:VERB|||is|||REQUIRED|||-NONE-|||0\n\n"
          * 8, "M2"),
    named("sentences and a number, no table", "a.txt", b"It is a fine film 1\nIt is not 0\n" * 5, "a text"),
    named("plain text", "a.txt", b"It was a dark night. The rain fell.\n" * 20, "text"),
]  # fmt: skip
