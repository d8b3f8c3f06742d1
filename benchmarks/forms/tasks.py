"""Tasks as published sets and annotation tools write them."""

import json
from typing import Any

from benchmarks.forms.rows import (
    ANSWERS,
    COLORS,
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
)

Row = dict[str, Any]
_LABELED = list(zip(TEXTS, SPAM, strict=True))
_NUMBERED = [*enumerate(TEXTS)]


def _labels(
    name: str, values: list[Any], targets: list[str], column: str = "label", **more: Any
) -> Form:
    rows = list(zip(TEXTS, values, strict=True))
    return of(name, "a.csv", table([["text", column], *rows]), targets, **more)


def _annotated(text: str, kind: str, value: Row) -> Row:
    """Return a task of Label Studio with one annotation."""
    result = {"from_name": "a", "to_name": "t", "type": kind, "value": value}
    annotation = {"id": 1, "was_cancelled": False, "result": [result]}
    return {"id": 1, "data": {"text": text}, "annotations": [annotation], "predictions": []}


def _choice(options: Any, answers: list[Any], key: str = "answer", **more: Any) -> bytes:
    return json_lines(
        [
            {"question": t, "choices": options, key: a, **more}
            for t, a in zip(TEXTS, answers, strict=True)
        ]
    )


def _squad(text: str, answer: str) -> Row:
    found = {"text": answer, "answer_start": 4}
    asked = {"id": text, "question": text, "answers": [found], "is_impossible": False}
    none = {"id": f"{text}?", "question": f"Not {text}", "answers": [], "is_impossible": True}
    return {
        "title": text,
        "paragraphs": [{"context": f"See: {answer} ({text})", "qas": [asked, none]}],
    }


def _hotpot(text: str, answer: str) -> Row:
    context = [
        ["Parcels", ["They come late. ", f"So it says: {answer}"]],
        ["Kettles", ["They boil."]],
    ]
    facts = [["Parcels", 1]]
    return {"_id": text, "question": text, "answer": answer, "type": "bridge", "level": "hard",
            "supporting_facts": facts, "context": context}  # fmt: skip


def _hotpot_hub(text: str, answer: str) -> Row:
    context = {"title": ["Parcels", "Kettles"],
               "sentences": [["They come late. ", f"So it says: {answer}"], ["They boil."]]}  # fmt: skip
    return {"id": text, "question": text, "answer": answer, "type": "bridge", "context": context,
            "supporting_facts": {"title": ["Parcels"], "sent_id": [1]}}  # fmt: skip


def _marco(number: int, text: str, answer: str) -> Row:
    passages = {"is_selected": [0, 1], "passage_text": ["Kettles boil.", f"So it says: {answer}"],
                "url": ["a", "b"]}  # fmt: skip
    return {"query_id": number, "query": text, "query_type": "DESCRIPTION", "answers": [answer],
            "passages": passages, "wellFormedAnswers": []}  # fmt: skip


def _marco_list(number: int, text: str, answer: str) -> Row:
    passages = [{"is_selected": 0, "passage_text": "Kettles boil.", "url": "a"},
                {"is_selected": 1, "passage_text": f"So it says: {answer}", "url": "b"}]  # fmt: skip
    return {"query_id": number, "query": text, "answers": [answer], "passages": passages}


def _apps(number: int, text: str, answer: str) -> Row:
    return {"problem_id": number, "question": text, "starter_code": "", "difficulty": "interview",
            "solutions": json.dumps([f"print('{answer}')", "print()"]),
            "input_output": json.dumps({"inputs": ["1\n"], "outputs": ["2\n"]}), "url": "u"}  # fmt: skip


def _drop(text: str, answer: str) -> Row:
    return {"section_id": "s", "query_id": text, "passage": f"See: {answer} ({text})", "question": text,
            "answers_spans": {"spans": [answer], "types": ["span"]}}  # fmt: skip


def _drop_document() -> bytes:
    def asked(text: str, answer: str) -> Row:
        date = {"day": "", "month": "", "year": ""}
        return {"question": text, "query_id": text,
                "answer": {"number": "", "date": date, "spans": [answer]}}  # fmt: skip

    document = {f"p{n}": {"passage": f"See: {a} ({t})", "qa_pairs": [asked(t, a)], "wiki_url": "u"}
                for n, (t, a) in enumerate(PAIRS)}  # fmt: skip
    return json.dumps(document).encode()


def _prodigy(number: int, text: str) -> Row:
    options = [{"id": "s", "text": "spam"}, {"id": "h", "text": "ham"}]
    return {"text": text, "options": options, "accept": ["sh"[number % 2]], "_input_hash": number,
            "answer": "ignore" if number == 9 else "accept"}  # fmt: skip


_TASK = {
    "Definition": ["Reply."], "Categories": [], "Positive Examples": [], "Negative Examples": [],
    "Input_language": ["English"], "Output_language": ["English"], "Domains": [], "Source": [],
    "Instances": [{"id": str(n), "input": t, "output": [a]} for n, (t, a) in enumerate(PAIRS)],
}  # fmt: skip
_LETTERS = ["AB"[n % 2] for n in range(10)]
_BITS = [n % 2 for n in range(10)]
_THREE = ["entailment", "neutral", "contradiction"]
_NLI = [[*_THREE, "-"][n % 4] for n in range(10)]
_YES = ["yes" if bit else "no" for bit in _BITS]
# Words for labels, as the templates of a family have them.
SENTIMENT = {"positive": ["yes", "good"], "negative": ["no", "bad"]}
FOLLOWS = {
    "entailment": ["yes", "true", "supported"],
    "neutral": ["it is not possible to tell", "impossible to say", "not enough information"],
    "contradiction": ["no", "false", "refuted"],
}
SAME = {
    "yes": ["the same meaning", "paraphrase", "duplicate", "equivalent"],
    "no": ["different meanings", "not a paraphrase", "not a duplicate", "not equivalent"],
}

TASKS: list[Form] = [
    of("instruction, input, output (Alpaca)", "a.json", json.dumps(INSTRUCTED).encode()),
    of("Alpaca with numbers", "a.jsonl",
       json_lines([{"instruction": t, "input": n, "output": n + 20} for n, t in _NUMBERED]),
       [str(n + 20) for n in range(10)]),
    of("Dolly: context mostly empty", "a.jsonl",
       json_lines([{"instruction": t, "context": "", "response": a, "category": "open_qa"}
                   for t, a in PAIRS])),
    of("self-instruct's `instances`", "a.jsonl",
       json_lines([{"instruction": t, "instances": [{"input": "", "output": a}]} for t, a in PAIRS])),
    of("`inputs.question`, `outputs.answer`", "a.jsonl",
       json_lines([{"inputs": {"question": t}, "outputs": {"answer": a}} for t, a in PAIRS])),
    of("`input_text`, `output_text` (Vertex)", "a.jsonl",
       json_lines([{"input_text": t, "output_text": a} for t, a in PAIRS])),
    of("prompt and completion", "a.jsonl",
       json_lines([{"prompt": t, "completion": f" {a}"} for t, a in PAIRS])),
    of("`inputs`, `targets` (Flan, Aya)", "a.csv", table([["inputs", "targets"], *PAIRS])),
    of("two columns of any name", "a.csv", table([["frage", "antwort"], *PAIRS])),
    of("question and several right answers", "a.jsonl",
       json_lines([{"question": t, "answer": a, "aliases": [a]} for t, a in PAIRS])),
    of("answers in a list (Natural Questions)", "a.jsonl",
       json_lines([{"question": t, "answer": [a]} for t, a in PAIRS])),
    of("TruthfulQA", "a.csv",
       table([["Type", "Category", "Question", "Best Answer", "Correct Answers"],
              *(["Adversarial", "Law", t, a, f"{a}; Yes"] for t, a in PAIRS)])),
    _labels("labels as words", list(SPAM), list(SPAM)),
    _labels("labels 0 and 1", _BITS, [f"label {b}" for b in _BITS]),
    _labels("labels `0.0`, `1.0` (pandas)", [f"{b}.0" for b in _BITS], [f"label {b}" for b in _BITS]),
    _labels("labels `True`, `False`", [bool(b) for b in _BITS], _YES, "is_spam"),
    _labels("sentiment 0 and 1", _BITS, ["positive" if b else "negative" for b in _BITS], "sentiment",
            words=SENTIMENT),
    _labels("stars", [n % 3 + 1 for n in range(10)],
            [f"{n % 3 + 1} star{'s' if n % 3 else ''}" for n in range(10)], "stars"),
    of("labels with empty cells", "a.csv",
       table([["text", "label"], *((t, "" if n in (4, 7) else mark)
                                   for n, (t, mark) in enumerate(_LABELED))]),
       [mark for n, mark in enumerate(SPAM) if n not in (4, 7)]),
    of("labels 0 to 2 and -1", "a.jsonl",
       json_lines([{"text": t, "label": n % 4 - 1 if n % 4 else -1} for n, t in _NUMBERED]),
       [f"label {n % 4 - 1}" for n in range(10) if n % 4]),
    of("labels that differ in case", "a.jsonl",
       json_lines([{"text": t, "label": ["Good", "GOOD", "bad"][n % 3]} for n, t in _NUMBERED]),
       [["Good", "GOOD", "bad"][n % 3] for n in range(10)]),
    of("a label in a list of one", "a.jsonl",
       json_lines([{"text": t, "label": [mark]} for t, mark in _LABELED]), SPAM),
    named("several labels for a text", "a.jsonl",
          json_lines([{"text": t, "labels": ["a", "b"]} for t in TEXTS]), "several labels"),
    of("labels without a header", "a.csv", table(_LABELED), SPAM),
    of("multiple choice, letters", "a.jsonl", _choice(["red", "blue"], _LETTERS), COLORS),
    of("multiple choice, positions", "a.jsonl", _choice(["red", "blue"], _BITS), COLORS),
    of("multiple choice, positions from 1", "a.jsonl", _choice(["red", "blue"], [b + 1 for b in _BITS]),
       COLORS),
    of("multiple choice, the text", "a.jsonl", _choice(["red", "blue"], list(COLORS)), COLORS),
    of("ARC: texts and labels", "a.jsonl",
       _choice({"text": ["red", "blue"], "label": ["A", "B"]}, _LETTERS, "answerKey"), COLORS),
    of("CommonsenseQA: a stem and choices", "a.jsonl",
       json_lines([{"question": {"stem": t, "choices": [{"text": "red", "label": "A"},
                    {"text": "blue", "label": "B"}]}, "answerKey": mark}
                   for t, mark in zip(TEXTS, _LETTERS, strict=True)]), COLORS),
    of("AQuA: options with marks", "a.jsonl",
       json_lines([{"question": t, "options": ["A)red", "B)blue"], "rationale": "It is.",
                    "correct": mark} for t, mark in zip(TEXTS, _LETTERS, strict=True)]), COLORS),
    of("MedQA: options by letter", "a.jsonl",
       json_lines([{"question": t, "options": {"A": "red", "B": "blue"}, "answer": c, "answer_idx": mark}
                   for t, c, mark in zip(TEXTS, COLORS, _LETTERS, strict=True)]), COLORS),
    of("MedMCQA: `opa`, `opb`, `cop`", "a.jsonl",
       json_lines([{"question": t, "opa": "red", "opb": "blue", "cop": b + 1}
                   for t, b in zip(TEXTS, _BITS, strict=True)]), COLORS),
    of("PIQA", "a.jsonl",
       json_lines([{"goal": t, "sol1": "red", "sol2": "blue", "label": b}
                   for t, b in zip(TEXTS, _BITS, strict=True)]), COLORS),
    of("WinoGrande", "a.jsonl",
       json_lines([{"sentence": f"{t} _", "option1": "red", "option2": "blue", "answer": str(b + 1)}
                   for t, b in zip(TEXTS, _BITS, strict=True)]), COLORS),
    of("HellaSwag", "a.jsonl",
       json_lines([{"ctx": t, "endings": ["red", "blue"], "label": str(b), "ind": n}
                   for n, (t, b) in enumerate(zip(TEXTS, _BITS, strict=True))]), COLORS),
    of("SciQ", "a.jsonl",
       json_lines([{"question": t, "distractor1": "green", "distractor2": "black",
                    "correct_answer": c, "support": "They are red and blue."}
                   for t, c in zip(TEXTS, COLORS, strict=True)]), COLORS),
    of("COPA", "a.jsonl",
       json_lines([{"premise": t, "question": ["cause", "effect"][b], "choice1": "red",
                    "choice2": "blue", "label": b} for t, b in zip(TEXTS, _BITS, strict=True)]), COLORS),
    of("MMLU's own CSV", "a.csv",
       table([[t, "red", "blue", "green", "black", mark] for t, mark in zip(TEXTS, _LETTERS, strict=True)]),
       COLORS),
    of("options in a CSV cell", "a.csv",
       table([["question", "choices", "answer"],
              *([t, "['red', 'blue']", b] for t, b in zip(TEXTS, _BITS, strict=True))]), COLORS),
    named("options without answers", "a.jsonl",
          json_lines([{"question": t, "choices": ["red", "blue"]} for t in TEXTS]), "no answers"),
    of("BoolQ", "a.jsonl",
       json_lines([{"question": t, "passage": "A passage.", "answer": bool(b)}
                   for t, b in zip(TEXTS, _BITS, strict=True)]), _YES),
    of("SNLI with `-`", "a.jsonl",
       json_lines([{"sentence1": t, "sentence2": "So.", "gold_label": mark}
                   for t, mark in zip(TEXTS, _NLI, strict=True)]), [mark for mark in _NLI if mark != "-"],
       words=FOLLOWS),
    of("MNLI: premise, hypothesis, 0 to 2", "a.jsonl",
       json_lines([{"premise": t, "hypothesis": "So.", "label": n % 3} for n, t in _NUMBERED]),
       [_THREE[n % 3] for n in range(10)], words=FOLLOWS),
    of("Quora's pairs of questions", "a.csv",
       table([["id", "question1", "question2", "is_duplicate"],
              *([n, t, f"Is it so? {t}", b] for (n, t), b in zip(_NUMBERED, _BITS, strict=True))]),
       _YES, words=SAME),
    of("STS-B: grades", "a.tsv",
       table([["sentence1", "sentence2", "score"], *([t, "So it is.", n / 2] for n, t in _NUMBERED)],
             delimiter="\t"), [str(n / 2) for n in range(10)]),
    of("GSM8K", "a.jsonl",
       json_lines([{"question": t, "answer": f"It is {n}.\n#### {n}"} for n, t in _NUMBERED]),
       [str(n) for n in range(10)]),
    of("SVAMP", "a.json",
       json.dumps([{"ID": f"c{n}", "Body": "Ann has pens.", "Question": t, "Equation": "( 1 + 2 )",
                    "Answer": n + 0.5, "Type": "Addition"} for n, t in _NUMBERED]).encode(),
       [str(n + 0.5) for n in range(10)]),
    of("question, rationale, answer", "a.jsonl",
       json_lines([{"question": t, "rationale": f"It says so: {t}", "answer": a} for t, a in PAIRS])),
    of("CNN: article and highlights", "a.csv",
       table([["id", "article", "highlights"], *([n, *pair] for n, pair in enumerate(PAIRS))])),
    of("SAMSum", "a.json",
       json.dumps([{"id": str(n), "dialogue": t, "summary": a}
                   for n, (t, a) in enumerate(PAIRS)]).encode()),
    of("E2E: `mr` and `ref`", "a.csv", table([["mr", "ref"], *PAIRS])),
    of("CommonGen: concepts and a sentence", "a.jsonl",
       json_lines([{"concept_set_idx": n, "concepts": t.strip(".?").lower().split(), "target": a}
                   for n, (t, a) in enumerate(PAIRS)]), asked=[]),
    of("CommonGen's own file: `concept_set`, `scene`", "a.jsonl",
       json_lines([{"concept_set": "#".join(t.strip(".?").lower().split()), "scene": [a, f"Oh: {a}"]}
                   for t, a in PAIRS]), [x for a in ANSWERS for x in (a, f"Oh: {a}")], rows=20),
    of("translation: `{de, en}`", "a.jsonl",
       json_lines([{"translation": {"en": t, "de": a}} for t, a in PAIRS])),
    of("parallel columns", "a.tsv", table([["en", "de"], *PAIRS], delimiter="\t")),
    of("SQuAD, half unanswerable", "a.json",
       json.dumps({"version": "v2.0", "data": [_squad(*pair) for pair in PAIRS]}).encode(), rows=20),
    of("SQuAD as the hub has it", "a.parquet",
       parquet(id=[str(n) for n in range(10)], context=[f"See: {a} ({t})" for t, a in PAIRS],
               question=TEXTS,
               answers=[{"text": [a], "answer_start": [5]} for a in ANSWERS])),
    of("RACE: lists of questions", "a.jsonl",
       json_lines([{"article": t, "questions": ["Who?", "Why?"], "answers": ["A", "B"],
                    "options": [["red", "blue"], ["old", "new"]]} for t in TEXTS]),
       ["red", "new"] * 10, rows=20),
    of("CoQA", "a.json",
       json.dumps({"data": [{"story": t, "questions": [{"input_text": "Who?"}, {"input_text": "Why?"}],
                             "answers": [{"input_text": a}, {"input_text": "So."}]}
                            for t, a in PAIRS]}).encode(),
       [x for a in ANSWERS for x in (a, "So.")], rows=20),
    of("HotpotQA", "a.json", json.dumps([_hotpot(*pair) for pair in PAIRS]).encode(),
       shows="Parcels: They come late. So it says: Answer"),
    of("HotpotQA as the hub has it", "a.parquet",
       parquet(**{k: [_hotpot_hub(*p)[k] for p in PAIRS] for k in _hotpot_hub("", "")}),
       shows="Parcels: They come late. So it says: Answer"),
    of("MS MARCO", "a.jsonl", json_lines([_marco(n, *pair) for n, pair in enumerate(PAIRS)]),
       shows="Kettles boil.\nSo it says: Answer"),
    of("MS MARCO, passages as objects", "a.jsonl",
       json_lines([_marco_list(n, *pair) for n, pair in enumerate(PAIRS)]),
       shows="Kettles boil.\nSo it says: Answer"),
    of("PubMedQA", "a.jsonl",
       json_lines([{"pubid": n, "question": t, "context": {"contexts": ["They boil.", "It is."],
                    "labels": ["A", "B"]}, "long_answer": a, "final_decision": d}
                   for n, ((t, a), d) in enumerate(zip(PAIRS, _YES, strict=True))]), _YES,
       shows="They boil.\nIt is."),
    of("passages with titles (`ctxs`, DPR)", "a.json",
       json.dumps([{"question": t, "answers": [a], "ctxs": [{"id": "1", "title": "Parcels",
                    "text": f"So it says: {a}", "score": "1.5"}]} for t, a in PAIRS]).encode(),
       shows="Parcels: So it says: Answer"),
    of("DROP as the hub has it", "a.jsonl", json_lines([_drop(*pair) for pair in PAIRS]),
       shows="See: Answer"),
    of("DROP's own file", "a.json", _drop_document(), shows="See: Answer"),
    of("APPS", "a.jsonl", json_lines([_apps(n, *pair) for n, pair in enumerate(PAIRS)]),
       [f"print('{a}')" for a in ANSWERS]),
    of("HumanEval", "a.jsonl",
       json_lines([{"task_id": f"H/{n}", "prompt": f'def f():\n    """{t}"""\n', "entry_point": "f",
                    "canonical_solution": f"    return '{a}'\n", "test": "check(f)"}
                   for n, (t, a) in enumerate(PAIRS)]),
       [f'def f():\n    """{t}"""\n    return \'{a}\'' for t, a in PAIRS]),
    of("MBPP", "a.jsonl",
       json_lines([{"task_id": n, "text": t, "code": f"print('{a}')", "test_list": ["assert True"]}
                   for n, (t, a) in enumerate(PAIRS)]), [f"print('{a}')" for a in ANSWERS]),
    of("Spider: SQL", "a.json",
       json.dumps([{"db_id": "shop", "question": t, "query": f"SELECT '{a}'", "sql": {"select": []}}
                   for t, a in PAIRS]).encode(), [f"SELECT '{a}'" for a in ANSWERS]),
    of("Super-Natural Instructions", "task1_a.json", json.dumps(_TASK).encode()),
    of("Flan's chains of thought", "gsm8k_train.tsv",
       "".join(f"{t}\t{n}\tIt is {n}, since {t}\n" for n, t in _NUMBERED).encode(),
       [str(n) for n in range(10)]),
    of("MetaICL", "a.jsonl",
       json_lines([{"task": "t", "input": t, "output": c, "options": ["red", "blue"]}
                   for t, c in zip(TEXTS, COLORS, strict=True)]), COLORS),
    of("UnifiedSKG", "a.jsonl",
       json_lines([{"text_in": t, "struct_in": "col : a | b row 1 : 1 | 2", "seq_out": a}
                   for t, a in PAIRS])),
    of("P3 as seqio writes it", "a.jsonl",
       json_lines([{"inputs_pretokenized": t, "targets_pretokenized": f" {a}"} for t, a in PAIRS])),
    of("Label Studio, choices", "a.json",
       json.dumps([_annotated(t, "choices", {"choices": [mark]}) for t, mark in _LABELED]).encode(), SPAM),
    of("Label Studio, written texts", "a.json",
       json.dumps([_annotated(t, "textarea", {"text": [a]}) for t, a in PAIRS]).encode()),
    of("Argilla's records", "a.jsonl",
       json_lines([{"fields": {"prompt": t}, "responses": {"reply": [{"value": a, "user_id": "u"}]}}
                   for t, a in PAIRS])),
    of("Prodigy, one option accepted, one row ignored", "a.jsonl",
       json_lines([_prodigy(n, t) for n, t in _NUMBERED]), SPAM[:9]),
    of("doccano, one label", "a.jsonl",
       json_lines([{"id": n, "text": t, "label": [mark]} for n, (t, mark) in enumerate(_LABELED)]), SPAM),
    named("spans of entities (doccano)", "a.jsonl",
          json_lines([{"id": n, "text": t, "label": [[0, 3, "ORG"]]} for n, t in _NUMBERED]), ""),
    named("a text without an answer", "a.jsonl", json_lines([{"text": t} for t in TEXTS]),
          "without answers"),
    named("questions about images", "a.jsonl",
          json_lines([{"question": t, "answer": a, "image": "a.png"} for t, a in PAIRS]), "image"),
    named("answers of which none is better", "a.jsonl",
          json_lines([{"question": t, "answer1": a, "answer2": "No."} for t, a in PAIRS]), "better"),
    named("Stack Exchange's posts", "a.jsonl",
          json_lines([{"Id": n, "Body": f"<p>{t}</p>", "Score": n} for n, t in _NUMBERED]), ""),
]  # fmt: skip
