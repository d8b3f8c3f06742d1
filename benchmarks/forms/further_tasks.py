"""Further task files: benchmarks with all of their keys, values of many types, odd tables."""

import bz2
import gzip
import json
import lzma
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from benchmarks.forms.rows import (
    ANSWERS,
    ASKED,
    PAIRS,
    SPAM,
    TEXTS,
    Form,
    csv_of,
    json_lines,
    lines_of,
    list_of,
    named,
    of,
    parquet,
    table,
    zipped,
)
from benchmarks.forms.tasks import FOLLOWS

Row = dict[str, Any]
_FOUR = ["red", "blue", "green", "black"]
_FOURTH = [_FOUR[n % 4] for n in range(len(TEXTS))]
_SNIPPETS = [f"print({n})" for n in range(len(TEXTS))]


_HEADED = [["question", "answer"], *map(list, PAIRS)]
_SPANS = [f"Answer {n}" for n in range(len(TEXTS))]
_JAPANESE = [
    (f"{name}の営業時間は何時ですか。", f"午前{n}時です。")
    for n, name in enumerate(
        ["店", "駅", "図書館", "病院", "銀行", "学校", "公園", "市場", "空港", "工場"]
    )
]
_CHINESE = [
    (f"{name}几点开门？", f"上午{n}点。")
    for n, name in enumerate(
        ["商店", "车站", "图书馆", "医院", "银行", "学校", "公园", "市场", "机场", "港口"]
    )
]
_RUSSIAN = [
    (f"Когда открывается {name}?", f"Он открывается в {n} часов.")
    for n, name in enumerate(["магазин", "вокзал", "музей", "банк", "рынок", "парк", "порт", "клуб",
                              "театр", "завод"])
]  # fmt: skip
_GRADES = ["entailment", "neutral", "contradiction"]


def _foreign(pairs: list[tuple[str, str]], encoding: str) -> bytes:
    return table([["question", "answer"], *map(list, pairs)]).decode().encode(encoding)


FURTHER_TASKS: list[Form] = [
    # Benchmarks.
    of("MetaMathQA", "a.json",
       list_of(lambda n, t, a: {"type": ["GSM_Rephrased", "MATH_AnsAug"][n % 2], "query": t,
                              "original_question": "Another one.",
                              "response": f"Add them. The answer is: {n}"}),
       [f"Add them. The answer is: {n}" for n in range(10)]),
    of("MATH", "a.jsonl",
       lines_of(lambda n, t, a: {"problem": t, "level": f"Level {n % 3}", "type": "Algebra",
                               "solution": f"So $\\boxed{{{n}}}$."}),
       [f"So $\\boxed{{{n}}}$." for n in range(10)]),
    of("ScienceQA-like rows with a lecture", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "choices": _FOUR, "answer": n % 4, "hint": "",
                               "task": "closed choice", "grade": "grade2", "lecture": "A lecture."}),
       _FOURTH),
    of("HellaSwag with all of its keys", "a.jsonl",
       lines_of(lambda n, t, a: {"ind": n, "activity_label": ["Baking", "Sailing"][n % 2],
                               "ctx_a": t, "ctx_b": "", "ctx": t, "endings": _FOUR,
                               "source_id": "s", "split": "train", "split_type": "indomain",
                               "label": str(n % 4)}), _FOURTH),
    of("SWAG in CSV", "a.csv",
       csv_of(["", "video-id", "fold-ind", "startphrase", "sent1", "sent2", "gold-source", "ending0",
             "ending1", "ending2", "ending3", "label"],
            lambda n, t, a: [n, "v", n, t, t, "She", "gold", *_FOUR, n % 4]), _FOURTH),
    of("RACE as the hub has it", "a.jsonl",
       lines_of(lambda n, t, a: {"example_id": f"high{n}.txt", "article": "A long story.",
                               "answer": "ABCD"[n % 4], "question": t, "options": _FOUR}), _FOURTH,
       shows="A long story."),
    of("SocialIQA: answerA to answerC, labels from 1", "a.jsonl",
       lines_of(lambda n, t, a: {"context": "Ann went out.", "question": t, "answerA": "red",
                               "answerB": "blue", "answerC": "green", "label": str(n % 3 + 1)}),
       [_FOUR[n % 3] for n in range(10)], shows="Ann went out."),
    of("CosmosQA: answer0 to answer3", "a.csv",
       csv_of(["id", "context", "question", "answer0", "answer1", "answer2", "answer3", "label"],
            lambda n, t, a: [f"i{n}", "Ann went out.", t, *_FOUR, n % 4]), _FOURTH,
       shows="Ann went out."),
    of("LogiQA: context, query, correct_option", "a.jsonl",
       lines_of(lambda n, t, a: {"context": "All swans swim.", "query": t, "options": _FOUR,
                               "correct_option": n % 4}), _FOURTH, shows="All swans swim."),
    of("QASC", "a.jsonl",
       lines_of(lambda n, t, a: {"id": f"q{n}", "question": t, "choices": {
           "text": _FOUR, "label": list("ABCD")}, "answerKey": "ABCD"[n % 4], "fact1": "One.",
           "fact2": "Two.", "combinedfact": "Three.", "formatted_question": "Not this."}), _FOURTH),
    of("MathQA: options in one text, a ) b ) c )", "a.json",
       list_of(lambda n, t, a: {"Problem": t, "Rationale": "\"So it is.\"",
                              "options": "a ) 38 , b ) 27.5 , c ) 30 , d ) data inadequate , "
                              "e ) none of these", "correct": "abcde"[n % 5],
                              "annotated_formula": "add(1,2)", "category": "general"}),
       [["38", "27.5", "30", "data inadequate", "none of these"][n % 5] for n in range(10)]),
    of("TriviaQA with aliases", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "question_id": f"t{n}", "question_source": "u",
                               "entity_pages": {"title": []}, "search_results": {"url": []},
                               "answer": {"value": a, "aliases": [a, "Other."], "type": "Wiki",
                                          "normalized_value": "other",
                                          "normalized_aliases": ["other"]}})),
    of("CoQA as the hub has it", "a.jsonl",
       lines_of(lambda n, t, a: {"source": "s", "story": "A long story.", "questions": [t],
                               "answers": {"input_text": [a], "answer_start": [0],
                                           "answer_end": [3]}}), shows="A long story."),
    of("QuAC as the hub has it", "a.parquet",
       parquet(dialogue_id=[f"d{n}" for n in range(10)], wikipedia_page_title=["P"] * 10,
               background=["Not this."] * 10, section_title=["S"] * 10,
               context=["A long story."] * 10, turn_ids=[[f"d{n}_q0"] for n in range(10)],
               questions=[[t] for t in TEXTS], followups=[[2]] * 10, yesnos=[[2]] * 10,
               answers=[{"texts": [[a]], "answer_starts": [[0]]} for a in ANSWERS],
               orig_answers=[{"texts": [a], "answer_starts": [0]} for a in ANSWERS]),
       shows="A long story."),
    of("QuAC's own file", "a.json",
       json.dumps({"data": [{"title": "T", "section_title": "S", "background": "Not this.",
                             "paragraphs": [{"id": f"C{n}", "context": "A long story.", "qas": [
                                 {"id": f"C{n}_q0", "question": t, "followup": "y", "yesno": "x",
                                  "answers": [{"text": a, "answer_start": 0}],
                                  "orig_answer": {"text": a, "answer_start": 0}}]}]}
                            for n, (t, a) in enumerate(PAIRS)]}).encode(), shows="A long story."),
    of("SQuAD in CSV, answers as Python's text", "a.csv",
       csv_of(["id", "title", "context", "question", "answers"],
            lambda n, t, a: [f"i{n}", "T", "A long story.", t,
                             str({"text": [a], "answer_start": [0]})]), shows="A long story."),
    of("e-SNLI in CSV", "a.csv",
       csv_of(["pairID", "gold_label", "Sentence1", "Sentence2", "Explanation_1", "WorkerId"],
            lambda n, t, a: [f"p{n}", _GRADES[n % 3], t, "So it is.", "Because.", f"w{n}"]),
       [_GRADES[n % 3] for n in range(10)],
       words=FOLLOWS),
    of("ANLI's own file: e, n, c", "a.jsonl",
       lines_of(lambda n, t, a: {"uid": f"u{n}", "context": t, "hypothesis": "So it is.",
                               "label": "enc"[n % 3], "reason": "r", "emturk": True}),
       [_GRADES[n % 3] for n in range(10)],
       words=FOLLOWS),
    of("FEVER: claims and verdicts", "a.jsonl",
       lines_of(lambda n, t, a: {"id": n, "verifiable": "VERIFIABLE",
                               "label": ["SUPPORTS", "REFUTES"][n % 2], "claim": t,
                               "evidence": [[[1, 2, "Page", 0]]]}),
       [["SUPPORTS", "REFUTES"][n % 2] for n in range(10)]),
    of("CoLA's own file", "a.tsv",
       table([["gj04", n % 2, "" if n % 2 else "*", t] for n, t in enumerate(TEXTS)],
             delimiter="\t"), ["label 0", "label 1"] * 5),
    of("AG News' own CSV", "a.csv",
       table([[n % 4 + 1, f"Title {n}", t] for n, t in enumerate(TEXTS)], quoting=1),
       [f"label {n % 4 + 1}" for n in range(10)]),
    of("WikiSQL with its tables", "a.jsonl",
       lines_of(lambda n, t, a: {"phase": 1, "question": t, "table": {"header": ["x"], "rows": [["1"]]},
                               "sql": {"human_readable": f"SELECT {n} FROM table", "sel": 0,
                                       "agg": 0, "conds": {"column_index": []}}}),
       [f"SELECT {n} FROM table" for n in range(10)]),
    of("CoNaLa: intent and snippet", "a.jsonl",
       lines_of(lambda n, t, a: {"question_id": n, "intent": t, "rewritten_intent": None,
                               "snippet": _SNIPPETS[n]}), _SNIPPETS),
    of("CodeFeedback: query, answer, lang", "a.jsonl",
       lines_of(lambda n, t, a: {"query": t, "answer": a, "resource": "evol", "lang": "python"})),
    of("CLINC150: lists of text and intent under splits", "a.json",
       json.dumps({"train": [[t, SPAM[n]] for n, t in enumerate(TEXTS)],
                   "val": [["One more.", "spam"]] * 2}).encode(), SPAM, rows=12, held_out=2),
    named("TREC's questions", "a.label", "".join(
        f"{['DESC:manner', 'LOC:city'][n % 2]} {t}\n" for n, t in enumerate(TEXTS)).encode(), ""),
    of("TL;DR: prompt and label", "a.jsonl",
       lines_of(lambda n, t, a: {"prompt": t, "label": a})),
    of("BillSum: text, summary, title", "a.jsonl",
       lines_of(lambda n, t, a: {"text": t, "summary": a, "title": f"Title {n}"})),
    # Values.
    of("answers with thousands and percents", "a.csv",
       csv_of(["question", "answer"], lambda n, t, a: [t, f"{n + 1},{n}00%"]),
       [f"{n + 1},{n}00%" for n in range(10)]),
    of("answers with leading zeros", "a.csv",
       csv_of(["question", "answer"], lambda n, t, a: [t, f"00{n}"]), [f"00{n}" for n in range(10)]),
    of("answers as JSON numbers", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "answer": [n, n + 0.5, 12345678901234567890, -n][n % 4]}),
       [str([n, n + 0.5, 12345678901234567890, -n][n % 4]) for n in range(10)]),
    of("sentiment -1, 0, 1", "a.csv",
       csv_of(["text", "sentiment"], lambda n, t, a: [t, n % 3 - 1]),
       [["negative", "neutral", "positive"][n % 3] for n in range(10)],
       words={w: [w.capitalize()] for w in ("negative", "neutral", "positive")}),
    of("labels -1 and 1", "a.csv",
       csv_of(["text", "label"], lambda n, t, a: [t, n % 2 * 2 - 1]), ["label -1", "label 1"] * 5),
    of("labels with spaces around them", "a.csv",
       csv_of(["text", "label"], lambda n, t, a: [t, f" {SPAM[n]} " if n > 5 else SPAM[n]]), SPAM),
    of("labels true and false in JSON", "a.jsonl",
       lines_of(lambda n, t, a: {"text": t, "label": n % 2 == 1}), ["no", "yes"] * 5),
    of("labels as percents", "a.csv",
       csv_of(["text", "label"], lambda n, t, a: [t, ["50%", "100%"][n % 2]]), ["50%", "100%"] * 5),
    of("a label that is the number of a named list", "a.json",
       json.dumps({"labels": ["ham", "spam"], "data": [{"text": t, "label": n % 2}
                                                       for n, t in enumerate(TEXTS)]}).encode(),
       ["label 0", "label 1"] * 5),
    # Tables.
    of("TSV named .csv", "a.csv", csv_of(["question", "answer"], lambda n, t, a: [t, a],
                                       delimiter="\t")),
    of("bars with spaces", "a.csv",
       "".join(f"{q} | {a}\n" for q, a in [("question", "answer"), *PAIRS]).encode()),
    of("CSV, an empty line first", "a.csv", b"\n" + table(_HEADED)),
    of("CSV, mixed line ends", "a.csv", table(_HEADED).replace(b"\n", b"\r\n", 4)),
    of("CSV without a line end at its end", "a.csv", table(_HEADED).rstrip(b"\n")),
    of("CSV, semicolons and commas in numbers", "a.csv",
       csv_of(["question", "price", "answer"], lambda n, t, a: [t, f"{n},50", a], delimiter=";")),
    of("CSV, names of columns with dots and braces", "a.csv",
       csv_of(["q.question", "meta{x}", "a.answer"], lambda n, t, a: [t, "m", a])),
    of("CSV with a NUL byte in a text", "a.csv",
       table([["id", "question", "answer"], *([n, *p] for n, p in enumerate(PAIRS)),
              [10, "What?\0", "That."]]), [*ANSWERS, "That."], rows=11),
    of("CSV in Shift-JIS", "a.csv", _foreign(_JAPANESE, "shift_jis"), [a for _, a in _JAPANESE],
       asked=[q for q, _ in _JAPANESE]),
    of("CSV in GB18030", "a.csv", _foreign(_CHINESE, "gb18030"), [a for _, a in _CHINESE],
       asked=[q for q, _ in _CHINESE]),
    of("CSV in cp1251", "a.csv", _foreign(_RUSSIAN, "cp1251"), [a for _, a in _RUSSIAN],
       asked=[q for q, _ in _RUSSIAN]),
    of("CSV in cp1252, quotes and dashes", "a.csv",
       csv_of(["question", "answer"], lambda n, t, a: [f"{t} – “café”", f"{a} Señor {n}…"]
            ).decode().encode("cp1252"), [f"{a} Señor {n}…" for n, a in enumerate(ANSWERS)]),
    of("CSV, UTF-16 little-endian without a mark", "a.csv", table(_HEADED).decode().encode("utf-16-le")),
    of("CSV in xz", "a.csv.xz", lzma.compress(table(_HEADED))),
    of("TSV in bzip2", "a.tsv.bz2", bz2.compress(table(_HEADED, delimiter="\t"))),
    of("CSV in zip, with a Mac's folder", "a.csv.zip",
       zipped({"a.csv": table(_HEADED), "__MACOSX/._a.csv": b"\x00\x05\x16\x07"})),
    named("Parquet in gzip", "a.parquet.gz",
          gzip.compress(parquet(question=TEXTS, answer=ANSWERS)), "Parquet"),
    of("CSV, apostrophes before texts that begin with =", "a.csv",
       csv_of(["question", "answer"], lambda n, t, a: [t, f"=SUM({n})"]),
       [f"=SUM({n})" for n in range(10)]),
    # JSON.
    of("JSON with comments and trailing commas", "a.json",
       ("/* rows */\n[\n" + "".join(f"  {json.dumps(r)}, // one\n" for r in ASKED) + "]\n").encode()),
    of("JSON Lines with comments between", "a.jsonl",
       b"# first\n" + json_lines(ASKED[:5]) + b"// second\n" + json_lines(ASKED[5:]), rows=12),
    of("Python's text of objects, a line each", "a.jsonl",
       "".join(f"{row}\n" for row in ASKED).encode()),
    of("Python's text of a list", "a.json", str(ASKED).encode()),
    of("JSON Lines, lists with a header in the first", "a.jsonl", json_lines(_HEADED), rows=10),
    of("JSON list of lists with labels and no header", "a.json",
       json.dumps([[t, SPAM[n]] for n, t in enumerate(TEXTS)]).encode(), SPAM),
    of("JSON texts in JSON Lines", "a.jsonl", json_lines([json.dumps(row) for row in ASKED])),
    of("DynamoDB's scan with numbers and lists", "a.json",
       json.dumps({"Items": [{"id": {"N": str(n)}, "question": {"S": t}, "options": {"L": [
           {"S": o} for o in _FOUR]}, "answer": {"N": str(n % 4)}, "seen": {"BOOL": True},
           "note": {"NULL": True}} for n, t in enumerate(TEXTS)], "Count": 10,
           "ScannedCount": 10}).encode(), _FOURTH),
    of("Firestore's documents with maps", "a.jsonl",
       lines_of(lambda n, t, a: {"name": f"projects/p/d/{n}", "createTime": "2024-05-01T00:00:00Z",
                               "fields": {"question": {"stringValue": t}, "n": {"integerValue": "3"},
                                          "meta": {"mapValue": {"fields": {
                                              "ok": {"booleanValue": True}}}},
                                          "answer": {"stringValue": a}}})),
    of("mongoexport with typed numbers", "a.json",
       lines_of(lambda n, t, a: {"_id": {"$oid": f"{n:024x}"}, "text": t,
                               "label": {"$numberInt": str(n % 2)},
                               "at": {"$date": {"$numberLong": "1714521600000"}}}),
       ["label 0", "label 1"] * 5),
    named("a JSON object from question to answer, nested in nothing", "a.json",
          json.dumps(dict(PAIRS)).encode(), '{"question"'),
    named("JavaScript with rows", "a.js",
          b"window.rows = " + json.dumps(ASKED).encode() + b";", ""),
    of("rows one level down, under `row`", "a.json",
       json.dumps({"rows": [{"row_idx": n, "row": r, "truncated_cells": []}
                            for n, r in enumerate(ASKED)]}).encode()),
    # Parquet and Arrow.
    of("Parquet, texts as bytes, labels as decimals", "a.parquet",
       parquet(text=[t.encode() for t in TEXTS],
               label=[Decimal(n % 2) for n in range(10)]), ["label 0", "label 1"] * 5),
    of("Parquet, dates and times beside", "a.parquet",
       parquet(question=TEXTS, answer=ANSWERS, day=[date(2024, 5, 1)] * 10,
               at=pa.array([datetime(2024, 5, 1)] * 10, pa.timestamp("ns", "UTC")))),
    of("Parquet, times as answers", "a.parquet",
       parquet(question=TEXTS, answer=[date(2024, 5, n + 1) for n in range(10)]),
       [f"2024-05-{n + 1:02}" for n in range(10)]),
    of("Parquet, labels in a dictionary of numbers", "a.parquet",
       parquet(text=TEXTS, label=pa.array([n % 2 for n in range(10)], pa.int8())
               .dictionary_encode()), ["label 0", "label 1"] * 5),
    of("Parquet, choices as a list of structs", "a.parquet",
       parquet(question=TEXTS, choices=[[{"label": m, "text": o} for m, o in zip("ABCD", _FOUR, strict=True)]] * 10,
               answerKey=["ABCD"[n % 4] for n in range(10)]), _FOURTH),
    of("Parquet, labels with nulls (float)", "a.parquet",
       parquet(text=[*TEXTS, "One more."], label=[*[float(n % 2) for n in range(10)], None]),
       ["label 0", "label 1"] * 5, rows=11),
    of("Parquet, large strings and a fixed list", "a.parquet",
       parquet(question=pa.array(TEXTS, pa.large_string()),
               options=pa.array([_FOUR] * 10, pa.list_(pa.string(), 4)),
               answer=[n % 4 for n in range(10)]), _FOURTH),
    named("captions of pictures", "metadata.jsonl",
          lines_of(lambda n, t, a: {"file_name": f"{n:04}.png", "text": t}), "pictures"),
]  # fmt: skip
