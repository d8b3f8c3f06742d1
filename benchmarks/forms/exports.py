"""Exports of other programs: dialects of CSV, answers of web services, chats, Parquet with lists."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from benchmarks.forms.rows import (
    ANSWERS,
    ASKED,
    COLORS,
    PAIRS,
    SPAM,
    TEXTS,
    Form,
    json_lines,
    named,
    of,
    parquet,
    table,
)

Row = dict[str, Any]


def _document(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _lines(header: str, line: Callable[[str, str], str], end: str = "\n") -> str:
    return end.join([header, *(line(asked, answer) for asked, answer in PAIRS), ""])


def _renamed(question: str, answer: str) -> bytes:
    return json_lines([{question: asked, answer: said} for asked, said in PAIRS])


def _turns(user: str, bot: str, role: str, text: str) -> list[list[Row]]:
    return [[{role: user, text: asked}, {role: bot, text: said}] for asked, said in PAIRS]


_HEADED = [["question", "answer"], *map(list, PAIRS)]
_GRAPH = {"edges": [{"node": row, "cursor": str(n)} for n, row in enumerate(ASKED)]}
_TYPED = [{key: {"stringValue": text} for key, text in row.items()} for row in ASKED]
_COMMENTED = "// exported\n" + _document(ASKED).decode().replace("},", "}, /* next */", 1)

EXPORTS: list[Form] = [
    # Dialects of CSV.
    of("CSV, carets", "a.csv", _lines("question^answer", lambda q, a: f"{q}^{a}").encode()),
    of(
        "CSV, Hive's \\x01",
        "a.csv",
        _lines("question\x01answer", lambda q, a: f"{q}\x01{a}").encode(),
    ),
    of(
        "CSV, single quotes",
        "a.csv",
        _lines("'question','answer'", lambda q, a: f"'{q}, or not','{a}'").encode(),
    ),
    of(
        "CSV, a space after each comma",
        "a.csv",
        _lines('"question", "answer"', lambda q, a: f'"{q}, or not", "{a}"').encode(),
    ),
    of(
        "CSV, spaces and capitals in the header",
        "a.csv",
        _lines(" Question , ANSWER ", lambda q, a: f'"{q}","{a}"').encode(),
    ),
    of(
        "CSV, a delimiter at the end of each line",
        "a.csv",
        _lines("question,answer,", lambda q, a: f'"{q}","{a}",').encode(),
    ),
    of(
        "CSV, pandas' index without a name",
        "a.csv",
        table([["", "question", "answer"], *([n, *pair] for n, pair in enumerate(PAIRS))]),
    ),
    of(
        "CSV, `Unnamed: 0`",
        "a.csv",
        table(
            [["Unnamed: 0", "question", "answer"], *([n, *pair] for n, pair in enumerate(PAIRS))]
        ),
    ),
    of(
        "CSV, MySQL's \\N in another column",
        "a.csv",
        table(
            [
                ["id", "note", "question", "answer"],
                *([n, "\\N", *pair] for n, pair in enumerate(PAIRS)),
            ]
        ),
    ),
    of(
        "TSV, PostgreSQL's COPY",
        "a.tsv",
        _lines("id\tquestion\tanswer\tnote", lambda q, a: f"7\t{q}\t{a}\t\\N").encode(),
    ),
    of(
        "TSV, UTF-16 big-endian with a mark",
        "a.tsv",
        b"\xfe\xff" + _lines("question\tanswer", lambda q, a: f"{q}\t{a}").encode("utf-16-be"),
    ),
    of(
        "TSV, Excel's Unicode text in gzip",
        "a.tsv.gz",
        gzip.compress(
            _lines("question\tanswer", lambda q, a: f'"{q}"\t"{a}"', "\r\n").encode("utf-16")
        ),
    ),
    of(
        "CSV, UTF-32 with a mark",
        "a.csv",
        _lines("question,answer", lambda q, a: f'"{q}","{a}"').encode("utf-32"),
    ),
    of(
        "CSV, a mark before a quoted header",
        "a.csv",
        b"\xef\xbb\xbf" + _lines('"question","answer"', lambda q, a: f'"{q}","{a}"').encode(),
    ),
    of(
        "CSV, JSON in a cell",
        "a.csv",
        table(
            [
                ["meta", "question", "answer"],
                *(
                    [json.dumps({"n": n, "tags": ["a", "b"]}), *pair]
                    for n, pair in enumerate(PAIRS)
                ),
            ]
        ),
    ),
    of(
        "CSV, chats as JSON in a cell",
        "a.csv",
        table(
            [
                ["id", "messages"],
                *(
                    [n, json.dumps(turns)]
                    for n, turns in enumerate(_turns("user", "assistant", "role", "content"))
                ),
            ]
        ),
    ),
    of(
        "CSV, a form's answers with their time",
        "a.csv",
        table(
            [
                ["Timestamp", "Question", "Answer"],
                *(["2024/05/01 9:00:00 AM GMT+1", *pair] for pair in PAIRS),
            ]
        ),
    ),
    of(
        "CSV, a column of dates before the texts",
        "a.csv",
        table(
            [
                ["date", "text", "label"],
                *([date(2024, 5, 1 + n), text, SPAM[n]] for n, text in enumerate(TEXTS)),
            ]
        ),
        targets=SPAM,
    ),
    of(
        "flash cards with Anki's header",
        "a.txt",
        ("#separator:tab\n#html:false\n" + "".join(f"{q}\t{a}\n" for q, a in PAIRS)).encode(),
    ),
    of("CSV of `.dat`", "a.dat", table(_HEADED)),
    named(
        "a table in Markdown",
        "a.md",
        (
            "| question | answer |\n|---|---|\n" + "".join(f"| {q} | {a} |\n" for q, a in PAIRS)
        ).encode(),
        "Markdown",
    ),
    named(
        "an HTML table",
        "a.html",
        (
            "<!DOCTYPE html><table>"
            + "".join(f"<tr><td>{q}</td><td>{a}</td></tr>" for q, a in PAIRS)
            + "</table>"
        ).encode(),
        "HTML",
    ),
    named(
        "a Moodle quiz in XML",
        "a.xml",
        (
            '<?xml version="1.0"?>\n<quiz>'
            + "".join(
                f'<question type="shortanswer"><questiontext><text>{q}</text></questiontext><answer><text>{a}</text></answer></question>'
                for q, a in PAIRS
            )
            + "</quiz>"
        ).encode(),
        "XML",
    ),
    named(
        "XLIFF",
        "a.xlf",
        (
            '<?xml version="1.0"?>\n<xliff version="1.2"><file><body>'
            + "".join(
                f"<trans-unit><source>{q}</source><target>{a}</target></trans-unit>"
                for q, a in PAIRS
            )
            + "</body></file></xliff>"
        ).encode(),
        "XML",
    ),
    named(
        "an XML page without a declaration",
        "a.xml",
        (
            "<rows>" + "".join(f"<row><q>{q}</q><a>{a}</a></row>\n" for q, a in PAIRS) + "</rows>"
        ).encode(),
        "XML",
    ),
    named(
        "a gettext catalog",
        "a.po",
        "".join(f'msgid "{q}"\nmsgstr "{a}"\n\n' for q, a in PAIRS).encode(),
        "gettext",
    ),
    named(
        "an INI file",
        "a.ini",
        ("[qa]\n" + "".join(f"q{n} = {q}\n" for n, q in enumerate(TEXTS))).encode(),
        "not valid JSON",
    ),
    # Documents of JSON.
    of("JSON with comments", "a.json", _COMMENTED.encode()),
    of("JSON Lines in `.ndjson`", "a.ndjson", json_lines(ASKED)),
    of("JSON list in UTF-16", "a.json", _document(ASKED).decode().encode("utf-16")),
    of(
        "JSON Lines of two files, each with a mark",
        "a.jsonl",
        b"\xef\xbb\xbf" + json_lines(ASKED[:5]) + b"\xef\xbb\xbf" + json_lines(ASKED[5:]),
    ),
    named(
        "JSON Lines with carriage returns alone",
        "a.jsonl",
        json_lines(ASKED).replace(b"\n", b"\r"),
        "invalid_json",
    ),
    of(
        "JSON lists one after the other",
        "a.json",
        _document(ASKED[:5]) + b"\n" + _document(ASKED[5:]),
    ),
    of("a list of lists under a header", "a.json", _document(_HEADED)),
    of("JSON Lines of lists under a header", "a.jsonl", json_lines(_HEADED)),
    of("a list of pairs", "a.json", _document([list(pair) for pair in PAIRS])),
    named("an object from question to answer", "a.json", _document(dict(PAIRS)), "single values"),
    of(
        "JSON:API",
        "a.json",
        _document(
            {
                "data": [
                    {"type": "faq", "id": str(n), "attributes": row} for n, row in enumerate(ASKED)
                ]
            }
        ),
    ),
    of("GraphQL's edges", "a.json", _document({"data": {"questions": _GRAPH}})),
    of(
        "Airtable's records",
        "a.json",
        _document(
            {
                "records": [
                    {
                        "id": f"rec{n}",
                        "createdTime": "2024-05-01T09:00:00.000Z",
                        "fields": {"Question": q, "Answer": a},
                    }
                    for n, (q, a) in enumerate(PAIRS)
                ],
                "offset": "x",
            }
        ),
    ),
    of(
        "Elasticsearch's hits",
        "a.json",
        _document(
            {
                "took": 3,
                "hits": {
                    "total": {"value": 10},
                    "hits": [
                        {"_index": "faq", "_id": str(n), "_score": 1.0, "_source": row}
                        for n, row in enumerate(ASKED)
                    ],
                },
            }
        ),
    ),
    of(
        "Solr's docs",
        "a.json",
        _document(
            {
                "responseHeader": {"status": 0},
                "response": {
                    "numFound": 10,
                    "docs": [{"id": str(n), **row} for n, row in enumerate(ASKED)],
                },
            }
        ),
    ),
    of(
        "Firestore's typed fields",
        "a.json",
        _document(
            {"documents": [{"name": f"d/{n}", "fields": row} for n, row in enumerate(_TYPED)]}
        ),
    ),
    of(
        "DynamoDB's export",
        "a.jsonl",
        json_lines([{"Item": {key: {"S": text} for key, text in row.items()}} for row in ASKED]),
    ),
    of(
        "a FAQ with `q` and `a`",
        "a.json",
        _document({"title": "FAQ", "faq": [{"q": q, "a": a} for q, a in PAIRS]}),
    ),
    of(
        "sections with questions",
        "a.json",
        _document(
            {
                "sections": [
                    {"title": "One", "items": ASKED[:5]},
                    {"title": "Two", "items": ASKED[5:]},
                ]
            }
        ),
    ),
    # Names that people give.
    of("keys with capitals", "a.jsonl", _renamed("Question", "Answer")),
    of("`userPrompt`, `modelResponse`", "a.jsonl", _renamed("userPrompt", "modelResponse")),
    of("`QUERY`, `REPLY`", "a.jsonl", _renamed("QUERY", "REPLY")),
    of("Spanish keys", "a.jsonl", _renamed("pregunta", "respuesta")),
    of("German keys", "a.jsonl", _renamed("Frage", "Antwort")),
    of("Chinese keys", "a.jsonl", _renamed("问题", "答案")),
    of(
        "an object with a name as label",
        "a.jsonl",
        json_lines(
            [
                {"text": text, "label": {"id": n % 2, "name": SPAM[n]}}
                for n, text in enumerate(TEXTS)
            ]
        ),
        targets=SPAM,
    ),
    of(
        "texts and labels in objects",
        "a.jsonl",
        json_lines(
            [
                {"input": {"text": text}, "output": {"label": SPAM[n]}}
                for n, text in enumerate(TEXTS)
            ]
        ),
        targets=SPAM,
    ),
    of(
        "`prompt` and `response` of a model's log (Ollama)",
        "a.jsonl",
        json_lines(
            [
                {"model": "m", "created_at": "2024-05-01", "prompt": q, "response": a, "done": True}
                for q, a in PAIRS
            ]
        ),
    ),
    # Chats.
    of(
        "Claude's export",
        "a.json",
        _document(
            [
                {
                    "uuid": str(n),
                    "name": "t",
                    "chat_messages": [
                        {"uuid": "h", "sender": "human", "text": q},
                        {"uuid": "b", "sender": "assistant", "text": a},
                    ],
                }
                for n, (q, a) in enumerate(PAIRS)
            ]
        ),
    ),
    of(
        "LangChain's messages by type",
        "a.jsonl",
        json_lines([{"messages": turns} for turns in _turns("human", "ai", "type", "content")]),
    ),
    of(
        "LangChain's messages with `data`",
        "a.jsonl",
        json_lines(
            [
                {
                    "messages": [
                        {"type": "human", "data": {"content": q}},
                        {"type": "ai", "data": {"content": a}},
                    ]
                }
                for q, a in PAIRS
            ]
        ),
    ),
    of(
        "PaLM's authors",
        "a.jsonl",
        json_lines(
            [
                {"context": "Be kind.", "messages": turns}
                for turns in _turns("user", "bot", "author", "content")
            ]
        ),
    ),
    of(
        "customer and agent",
        "a.jsonl",
        json_lines(
            [{"conversation": turns} for turns in _turns("Customer", "Agent", "speaker", "text")]
        ),
    ),
    of(
        "patient and doctor",
        "a.jsonl",
        json_lines(
            [{"dialogue": turns} for turns in _turns("patient", "doctor", "role", "utterance")]
        ),
    ),
    of(
        "a bot's activities",
        "a.json",
        _document(
            [
                {
                    "id": str(n),
                    "activities": [
                        {"type": "message", "from": {"id": "u", "role": "user"}, "text": q},
                        {"type": "message", "from": {"id": "b", "role": "bot"}, "text": a},
                    ],
                }
                for n, (q, a) in enumerate(PAIRS)
            ]
        ),
    ),
    of(
        "Anthropic's messages with a system text",
        "a.jsonl",
        json_lines(
            [
                {
                    "system": "Be brief.",
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "text": q}]},
                        {"role": "assistant", "content": [{"type": "text", "text": a}]},
                    ],
                }
                for q, a in PAIRS
            ]
        ),
        shows="Be brief.",
    ),
    of(
        "Gemini's `systemInstruction`",
        "a.jsonl",
        json_lines(
            [
                {
                    "systemInstruction": {"role": "system", "parts": [{"text": "Be brief."}]},
                    "contents": [
                        {"role": "user", "parts": [{"text": q}]},
                        {"role": "model", "parts": [{"text": a}]},
                    ],
                }
                for q, a in PAIRS
            ]
        ),
        shows="Be brief.",
    ),
    of(
        "lists of roles and of contents",
        "a.jsonl",
        json_lines(
            [{"messages": {"role": ["user", "assistant"], "content": list(pair)}} for pair in PAIRS]
        ),
    ),
    # Parquet.
    of(
        "Parquet, lists of questions and of answers",
        "a.parquet",
        parquet(
            topic=["One", "Two"],
            questions=[TEXTS[:5], TEXTS[5:]],
            answers=[ANSWERS[:5], ANSWERS[5:]],
        ),
        rows=10,
    ),
    of(
        "Parquet, bytes for texts",
        "a.parquet",
        parquet(question=[q.encode() for q in TEXTS], answer=[a.encode() for a in ANSWERS]),
    ),
    of(
        "Parquet, pandas' index and a decimal",
        "a.parquet",
        parquet(
            question=TEXTS,
            answer=ANSWERS,
            price=[Decimal("1.50")] * len(TEXTS),
            __index_level_0__=list(range(len(TEXTS))),
        ),
    ),
    of(
        "Parquet, options in a list and a position",
        "a.parquet",
        parquet(
            question=TEXTS,
            options=[["red", "blue"]] * len(TEXTS),
            answer=pa.array([n % 2 for n in range(len(TEXTS))], pa.int8()),
        ),
        targets=COLORS,
    ),
]
