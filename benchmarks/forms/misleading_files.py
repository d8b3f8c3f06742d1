"""Files in which a column is not what its name or its form suggests."""

from typing import Any

from benchmarks.forms.rows import (
    ANSWERS,
    PAIRS,
    SPAM,
    TEXTS,
    Form,
    csv_of,
    json_lines,
    lines_of,
    named,
    of,
    table,
)
from benchmarks.forms.tasks import SENTIMENT

Row = dict[str, Any]
_FOUR = ["red", "blue", "green", "black"]
_FOURTH = [_FOUR[n % 4] for n in range(len(TEXTS))]
_MARKED = list(zip("ABCD", _FOUR, strict=True))
_POLAR = [("negative", "positive")[n % 2] for n in range(len(TEXTS))]
_GOOD = [n for n in range(len(TEXTS)) if n % 2]
_LEARNED = {"targets": [ANSWERS[n] for n in _GOOD], "asked": [TEXTS[n] for n in _GOOD]}


def _user(text: str) -> Row:
    return {"role": "user", "content": text}


MISLEADING_FILES: list[Form] = [
    # Options.
    of("options in a cell, a line each", "a.csv",
       csv_of(["question", "options", "answer"],
              lambda n, t, a: [t, "\n".join(f"{m}. {o}" for m, o in _MARKED), "ABCD"[n % 4]]),
       _FOURTH),
    of("options in a cell, `A) …` in a row", "a.csv",
       csv_of(["question", "choices", "answer"],
              lambda n, t, a: [t, " ".join(f"{m}) {o}" for m, o in _MARKED), "ABCD"[n % 4]]),
       _FOURTH),
    of("options in a cell, semicolons", "a.csv",
       csv_of(["question", "options", "answer"], lambda n, t, a: [t, "; ".join(_FOUR), _FOURTH[n]]),
       _FOURTH),
    of("options, some rows with two letters", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "options": _FOUR,
                                 "answer": "A,C" if n == 9 else "ABCD"[n % 4]}),
       _FOURTH[:9], asked=TEXTS[:9], rows=10),
    of("options, the answer in capitals", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "options": _FOUR,
                                 "answer": _FOURTH[n].capitalize()}), _FOURTH),
    of("options, the right letter, and whether a model found it", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "choices": _FOUR, "model_answer": "A",
                                 "correct": n % 4 == 0, "answer": "ABCD"[n % 4]}), _FOURTH),
    of("AGIEval: letters under `label`, no answers", "a.jsonl",
       lines_of(lambda n, t, a: {"passage": None, "question": t, "options": [
           f"({m}){o}" for m, o in _MARKED], "label": "ABCD"[n % 4], "answer": None,
           "other": None}), _FOURTH),
    of("a text, options and a number (WSC)", "a.jsonl",
       lines_of(lambda n, t, a: {"text": t, "pronoun": "it", "options": ["red", "blue"],
                                 "label": n % 2}), [_FOUR[n % 2] for n in range(10)]),
    # Labels.
    of("numbers of labels beside their names (SetFit)", "a.jsonl",
       lines_of(lambda n, t, a: {"text": t, "label": n % 2, "label_text": _POLAR[n]}), _POLAR,
       words=SENTIMENT),
    of("numbers of intents beside their names", "a.csv",
       csv_of(["text", "label", "label_name"], lambda n, t, a: [t, n % 2, SPAM[n]]), SPAM),
    named("comments with their votes (Reddit)", "a.jsonl",
          lines_of(lambda n, t, a: {"id": f"c{n}", "author": f"u{n}", "subreddit": "x", "body": t,
                                    "score": n % 4 + 1, "created_utc": 1588687728 + n,
                                    "link_id": f"t3_{n}", "parent_id": f"t1_{n}"}), ""),
    named("support on Twitter: who wrote to whom", "twcs.csv",
          csv_of(["tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id",
                  "in_response_to_tweet_id"],
                 lambda n, t, a: [n, ["Support", f"{115712 + n}"][n % 2], n % 2 == 1,
                                  f"Tue Oct 31 22:10:{10 + n} +0000 2017", t, n + 1, n - 1]), ""),
    named("a label that is a column of numbers for each class", "a.csv",
          csv_of(["text", "positive", "negative", "neutral"],
                 lambda n, t, a: [t, int(n % 3 == 0), int(n % 3 == 1), int(n % 3 == 2)]), "a column for each class"),
    of("stances: a target beside the tweet", "a.csv",
       csv_of(["ID", "Target", "Tweet", "Stance"],
              lambda n, t, a: [n, ["Cars", "Trains"][n // 2 % 2], t, ["FAVOR", "AGAINST"][n % 2]]),
       ["FAVOR", "AGAINST"] * 5),
    of("terms and their polarity", "a.csv",
       csv_of(["id", "Sentence", "Aspect Term", "polarity", "from", "to"],
              lambda n, t, a: [n, t, f"price {n}", _POLAR[n], 0, 5]), _POLAR, words=SENTIMENT,
       shows="price "),
    of("WikiQA's table: is a sentence an answer", "WikiQA-train.tsv",
       table([["QuestionID", "Question", "DocumentID", "DocumentTitle", "SentenceID", "Sentence",
               "Label"],
              *([f"Q{n}", t, f"D{n}", f"Title {n}", f"D{n}-0", f"Sentence {n}.", n % 2]
                for n, t in enumerate(TEXTS))], delimiter="\t"),
       ["label 0", "label 1"] * 5, shows="Sentence "),
    of("two tables in one: the header again", "a.csv",
       table([["text", "label"], *([t, SPAM[n]] for n, t in enumerate(TEXTS[:6])),
              ["text", "label"], *([t, SPAM[n]] for n, t in enumerate(TEXTS) if n > 5)]),
       SPAM, rows=11),
    of("labels N/A and nan", "a.csv",
       csv_of(["text", "label"], lambda n, t, a: [t, {3: "NaN", 7: "N/A"}.get(n, SPAM[n])]),
       [mark for n, mark in enumerate(SPAM) if n not in (3, 7)],
       asked=[t for n, t in enumerate(TEXTS) if n not in (3, 7)], rows=10),
    # Rows that are not to be learned.
    of("prompt, completion, labels 0 and 1", "a.jsonl",
       lines_of(lambda n, t, a: {"prompt": t, "completion": a, "label": n % 2}), rows=10,
       **_LEARNED),
    of("question, answer, `is_correct`", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "answer": a, "is_correct": n % 2 == 1}), rows=10,
       **_LEARNED),
    of("instruction, output, `correct`", "a.jsonl",
       lines_of(lambda n, t, a: {"instruction": t, "output": a, "correct": n % 2 == 1}), rows=10,
       **_LEARNED),
    of("messages and `passed`", "a.jsonl",
       lines_of(lambda n, t, a: {"messages": [_user(t), {"role": "assistant", "content": a}],
                                 "passed": n % 2 == 1}), rows=10, **_LEARNED),
    # Prompts.
    of("prompts with a reward's truth (verl)", "a.jsonl",
       lines_of(lambda n, t, a: {"data_source": "x", "prompt": [_user(t)], "ability": "math",
                                 "reward_model": {"style": "rule", "ground_truth": a},
                                 "extra_info": {"index": n, "split": "train"}})),
    of("a table's definition and a query", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "context": "CREATE TABLE x (y INT)",
                                 "answer": f"SELECT {n} FROM x"}),
       [f"SELECT {n} FROM x" for n in range(10)], shows="CREATE TABLE x"),
    of("src and tgt", "a.tsv",
       table([["src", "tgt"], *PAIRS], delimiter="\t")),
    of("rejected before chosen", "a.csv",
       csv_of(["prompt", "rejected", "chosen"], lambda n, t, a: [t, f"Bad {n}.", a])),
    of("the answer before its question", "a.csv",
       csv_of(["Answer", "Question"], lambda n, t, a: [a, t])),
    of("a draft beside its correction", "a.jsonl",
       lines_of(lambda n, t, a: {"instruction": t, "input": "", "original_output": f"Bad {n}.",
                                 "output": a})),
    of("long names of a form's questions", "a.csv",
       csv_of(["Timestamp", "What is your question?", "What is the answer?"],
              lambda n, t, a: [f"5/{n + 1}/2024 10:00:00", t, a])),
    named("texts with dates and sources under `meta`", "a.jsonl",
          lines_of(lambda n, t, a: {"text": t, "meta": {"date": f"2023-04-2{n} 10:00:00",
                                                        "src": f"Page {n} of a book"}}),
          "without answers"),
    # Texts that look like tables.
    named("lines of films (Cornell)", "movie_lines.txt",
          "".join(f"L{n} +++$+++ u{n % 2} +++$+++ m0 +++$+++ ANN +++$+++ {t}, she said\n"
                  for n, t in enumerate(TEXTS)).encode(), ""),
    named("prose with commas", "a.txt",
          "".join(f"{t[:-1]}, and so on, she said; it was late.\n" for t in TEXTS).encode(), ""),
    named("a log of a server", "server.log",
          "".join(f"2024-05-01T10:00:0{n} INFO request, path=/x, took {n} ms\n"
                  for n in range(10)).encode(), "a log"),
    named("settings of a program", "a.json",
          json_lines([{"version": 1, "paths": {"data": "x"}, "batch": 3}]), ""),
]  # fmt: skip
