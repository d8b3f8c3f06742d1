"""Files of annotation tools, chat services, evaluations, quizzes and surveys."""

import json
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
    list_of,
    named,
    of,
    table,
)
from benchmarks.forms.tasks import SENTIMENT

Row = dict[str, Any]
_FOUR = ["red", "blue", "green", "black"]
_FOURTH = [_FOUR[n % 4] for n in range(len(TEXTS))]
_STARS = [f"{n % 5 + 1} star{'' if n % 5 == 0 else 's'}" for n in range(len(TEXTS))]
_SNIPPET = "From the page: it depends."
_LABEL = [("Positive", "Negative")[n % 2] for n in range(len(TEXTS))]
_POLAR = {word.capitalize(): [word, *others] for word, others in SENTIMENT.items()}


def _document(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _message(role: str, content: Any) -> Row:
    return {"role": role, "content": content}


TOOL_FILES: list[Form] = [
    # Annotation tools.
    of("Label Studio, JSON-MIN", "a.json",
       list_of(lambda n, t, a: {"id": n, "text": t, "sentiment": _LABEL[n], "annotator": 1,
                                "annotation_id": n + 50, "created_at": "2024-05-01T10:00:00Z",
                                "updated_at": "2024-05-01T10:00:00Z", "lead_time": 3.5 + n}),
       _LABEL, words=_POLAR),
    of("Label Studio, CSV", "a.csv",
       csv_of(["annotation_id", "annotator", "created_at", "id", "intent", "lead_time", "text",
               "updated_at"],
              lambda n, t, a: [n + 50, n % 3 + 1, "2024-05-01T10:00:00Z", n, SPAM[n], 3.5 + n, t,
                               "2024-05-01T10:00:00Z"]), SPAM),
    of("doccano, a text for a text", "a.jsonl",
       lines_of(lambda n, t, a: {"id": n, "text": t, "label": [a], "Comments": []})),
    of("doccano, CSV", "a.csv",
       csv_of(["id", "text", "label", "Comments"], lambda n, t, a: [n, t, SPAM[n], ""]), SPAM),
    of("Prodigy, labels accepted and rejected", "a.jsonl",
       lines_of(lambda n, t, a: {"text": t, "label": SPAM[n], "_input_hash": n, "_task_hash": -n,
                                 "answer": "reject" if n > 7 else "accept", "_view_id": "c"}),
       SPAM[:8], asked=TEXTS[:8]),
    of("Argilla 2, flat records with suggestions", "a.jsonl",
       lines_of(lambda n, t, a: {"id": f"r{n}", "status": "completed", "_server_id": f"s{n}",
                                 "text": t, "label.responses": [SPAM[n]],
                                 "label.responses.users": ["u"],
                                 "label.responses.status": ["submitted"],
                                 "label.suggestion": "ham", "label.suggestion.score": None,
                                 "label.suggestion.agent": "model"}), SPAM),
    of("SageMaker Ground Truth's manifest", "output.manifest",
       lines_of(lambda n, t, a: {"source": t, "job": n % 2, "job-metadata": {
           "class-name": SPAM[n], "confidence": 0.9, "type": "groundtruth/text-classification",
           "human-annotated": "yes", "creation-date": "2024-05-01T10:00:00"}}), SPAM),
    of("Vertex AI, one label", "a.jsonl",
       lines_of(lambda n, t, a: {"textContent": t, "classificationAnnotation": {
           "displayName": SPAM[n]}, "dataItemResourceLabels": {
               "aiplatform.googleapis.com/ml_use": "training"}}), SPAM),
    of("AutoML's CSV: use, text, label", "a.csv",
       table([["TRAIN", t, SPAM[n]] for n, t in enumerate(TEXTS)]), SPAM),
    of("Rasa's examples", "a.json",
       _document({"rasa_nlu_data": {"common_examples": [
           {"text": t, "intent": SPAM[n], "entities": []} for n, t in enumerate(TEXTS)],
           "regex_features": [], "lookup_tables": [], "entity_synonyms": []}}), SPAM),
    of("LUIS' utterances", "a.json",
       _document({"luis_schema_version": "7.0.0", "name": "app", "intents": [
           {"name": "spam", "features": []}, {"name": "ham", "features": []}], "entities": [],
           "utterances": [{"text": t, "intent": SPAM[n], "entities": []}
                          for n, t in enumerate(TEXTS)]}), SPAM),
    named("spans in BIO tags", "a.jsonl",
          lines_of(lambda n, t, a: {"tokens": t.split(), "ner_tags": [0] * len(t.split())}), ""),
    # Chats.
    named("Discord's export: several authors", "a.json",
          _document({"guild": {"id": "1", "name": "G"}, "channel": {"id": "2", "name": "c"},
                     "messages": [{"id": str(n), "type": "Default", "content": t, "author": {
                         "id": str(n % 3), "name": "abc"[n % 3], "isBot": False},
                         "timestamp": f"2024-05-01T10:00:0{n}"} for n, t in enumerate(TEXTS)]}),
          ""),
    named("WhatsApp's text", "chat.txt",
          "".join(f"12/31/23, 9:4{n} PM - {'Ann' if n % 2 else 'Bob'}: {t}\n"
                  for n, t in enumerate(TEXTS)).encode(), "WhatsApp"),
    named("WhatsApp's text of an iPhone", "_chat.txt",
          "".join(f"[31.12.23, 21:4{n}:00] {'Ann' if n % 2 else 'Bob'}: {t}\n"
                  for n, t in enumerate(TEXTS)).encode(), "WhatsApp"),
    named("subtitles (WebVTT)", "a.vtt",
          ("WEBVTT\n\n" + "".join(f"00:0{n}.000 --> 00:0{n}.900\n{t}\n\n"
                                  for n, t in enumerate(TEXTS))).encode(), "subtitles"),
    named("Intercom's conversations: the first message beside the others", "a.jsonl",
          lines_of(lambda n, t, a: {"type": "conversation", "id": str(n), "source": {
              "body": t, "author": {"type": "user"}}, "conversation_parts": {
                  "conversation_parts": [{"part_type": "comment", "body": a,
                                          "author": {"type": "admin"}}]}}), "no task can be seen"),
    named("intents with lists of patterns and responses", "intents.json",
          _document({"intents": [{"tag": f"t{n}", "patterns": [t, t.upper()], "responses": [a]}
                                 for n, (t, a) in enumerate(PAIRS)]}), ""),
    of("ShareGPT, system first, a part cut off", "a.jsonl",
       lines_of(lambda n, t, a: {"conversations": [
           {"from": "system", "value": "Be brief."}, {"from": "human", "value": t},
           {"from": "gpt", "value": a}, *[{"from": "human", "value": "And then?"}] * (n % 2)]}),
       shows="Be brief."),
    of("reasoning in `<think>` in a text", "a.jsonl",
       lines_of(lambda n, t, a: {"text": f"<|im_start|>user\n{t}<|im_end|>\n<|im_start|>assistant\n"
                                         f"<think>\nUser: it asks.\n</think>\n\n{a}<|im_end|>\n"}),
       [f"<think>\nUser: it asks.\n</think>\n\n{a}" for a in ANSWERS]),
    of("Nemotron's rows: messages and an output", "a.jsonl",
       lines_of(lambda n, t, a: {"input": [_message("user", t)], "output": a, "category": "chat",
                                 "license": "cc-by-4.0", "reasoning": "off", "generator": "m",
                                 "used_in_training": "yes", "version": "v1"})),
    of("OpenAI's reinforcement rows: messages and a reference", "a.jsonl",
       lines_of(lambda n, t, a: {"messages": [_message("user", t)], "reference_answer": a})),
    of("Mathematics with messages beside (OpenR1)", "a.jsonl",
       lines_of(lambda n, t, a: {"problem": "Another.", "solution": "Another.", "answer": "1",
                                 "generations": ["Another."], "messages": [
                                     _message("user", t), _message("assistant", a)]})),
    # Evaluations: what is wanted, and what a model said.
    of("Braintrust: input, output, expected", "a.jsonl",
       lines_of(lambda n, t, a: {"id": f"e{n}", "input": t, "output": f"Model {n}.",
                                 "expected": a, "scores": {"exact": 0}})),
    of("DeepEval's goldens", "a.json",
       list_of(lambda n, t, a: {"input": t, "actual_output": f"Model {n}.", "expected_output": a,
                                "context": None, "retrieval_context": None})),
    of("Ragas: question, answer, ground truth", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "contexts": [_SNIPPET], "answer": f"Model {n}.",
                                 "ground_truth": a}), shows=_SNIPPET),
    of("Ragas 0.2: user input, response, reference", "a.jsonl",
       lines_of(lambda n, t, a: {"user_input": t, "retrieved_contexts": [_SNIPPET],
                                 "response": f"Model {n}.", "reference": a}), shows=_SNIPPET),
    of("Langfuse's items", "a.jsonl",
       lines_of(lambda n, t, a: {"id": f"l{n}", "datasetId": "d", "input": t, "expectedOutput": a,
                                 "metadata": None, "sourceTraceId": None, "status": "ACTIVE"})),
    of("OpenAI's evals: input and ideal", "a.jsonl",
       lines_of(lambda n, t, a: {"input": [_message("system", "Be brief."), _message("user", t)],
                                 "ideal": a}), shows="Be brief."),
    named("distilabel's generations with ratings", "a.jsonl",
          lines_of(lambda n, t, a: {"instruction": t, "generations": ["One.", a],
                                    "ratings": [2.0, 5.0], "generation_models": ["x", "y"]}), "no task can be seen"),
    of("HelpSteer", "a.jsonl",
       lines_of(lambda n, t, a: {"prompt": t, "response": a, "helpfulness": n % 5,
                                 "correctness": 4, "coherence": 4, "complexity": 2,
                                 "verbosity": 1})),
    # Quizzes.
    of("quiz: Option A to Option D, a letter", "a.csv",
       csv_of(["Question", "Option A", "Option B", "Option C", "Option D", "Correct Answer"],
              lambda n, t, a: [t, *_FOUR, "ABCD"[n % 4]]), _FOURTH),
    of("quiz: Option 1 to Option 4, a number", "a.csv",
       csv_of(["Question", "Option 1", "Option 2", "Option 3", "Option 4", "Answer"],
              lambda n, t, a: [t, *_FOUR, n % 4 + 1]), _FOURTH),
    of("quiz: option1 to option4, the column's name", "a.csv",
       csv_of(["question", "option1", "option2", "option3", "option4", "answer"],
              lambda n, t, a: [t, *_FOUR, f"option{n % 4 + 1}"]), _FOURTH),
    of("quiz: Option A to Option D, `Option B`", "a.csv",
       csv_of(["Question", "Option A", "Option B", "Option C", "Option D", "Answer"],
              lambda n, t, a: [t, *_FOUR, f"Option {'ABCD'[n % 4]}"]), _FOURTH),
    of("Kahoot's table", "a.csv",
       csv_of(["Question", "Answer 1", "Answer 2", "Answer 3", "Answer 4", "Time limit (sec)",
               "Correct answer(s)"], lambda n, t, a: [t, *_FOUR, 20, n % 4 + 1]), _FOURTH),
    of("Kaggle's exam: prompt, A to E, answer", "a.csv",
       csv_of(["id", "prompt", "A", "B", "C", "D", "E", "answer"],
              lambda n, t, a: [n, t, *_FOUR, "white", "ABCD"[n % 4]]), _FOURTH),
    of("options with marks, the answer with its mark", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "options": [
           f"{m}. {o}" for m, o in zip("ABCD", _FOUR, strict=True)],
           "answer": f"{'ABCD'[n % 4]}. {_FOURTH[n]}"}), _FOURTH),
    of("options with marks, a letter in parentheses", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "options": [
           f"({m}) {o}" for m, o in zip("ABCD", _FOUR, strict=True)],
           "answer": f"({'ABCD'[n % 4]})"}), _FOURTH),
    of("options by letter, the letter in lower case", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "options": dict(zip("ABCD", _FOUR, strict=True)),
                                 "answer": "abcd"[n % 4]}), _FOURTH),
    of("numbers as options, positions from 1", "a.csv",
       csv_of(["question", "option1", "option2", "option3", "option4", "answer"],
              lambda n, t, a: [t, 10, 20, 30, 40, n % 4 + 1]),
       [str(10 * (n % 4 + 1)) for n in range(10)]),
    of("numbers as options, the right number", "a.csv",
       csv_of(["question", "option1", "option2", "option3", "option4", "answer"],
              lambda n, t, a: [t, 4, 2, 3, 1, n % 4 + 1]), [str(n % 4 + 1) for n in range(10)]),
    of("quiz: A to D and a key", "a.csv",
       csv_of(["question", "A", "B", "C", "D", "Key"],
              lambda n, t, a: [t, *_FOUR, "ABCD"[n % 4]]), _FOURTH),
    of("MMLU-Pro: letters to J", "a.jsonl",
       lines_of(lambda n, t, a: {"question_id": n, "question": t, "options": [
           f"{c} one" for c in (*_FOUR, "white", "pink", "gold", "grey", "lime", "teal")],
           "answer": "ABCDEFGHIJ"[n], "answer_index": n, "category": "math"}),
       [f"{c} one" for c in (*_FOUR, "white", "pink", "gold", "grey", "lime", "teal")]),
    of("options with marks, the answer without", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "options": [
           f"{m}) {o}" for m, o in zip("ABCD", _FOUR, strict=True)], "answer": _FOURTH[n]}),
       _FOURTH),
    named("options and no answers", "a.csv",
          csv_of(["question", "A", "B", "C", "D"], lambda n, t, a: [t, *_FOUR]), "no key of answers"),
    of("Open Trivia DB", "a.json",
       _document({"response_code": 0, "results": [
           {"type": "multiple", "difficulty": "easy", "category": "Science", "question": t,
            "correct_answer": _FOURTH[n], "incorrect_answers": [o for o in _FOUR
                                                                if o != _FOURTH[n]]}
           for n, t in enumerate(TEXTS)]}), _FOURTH),
    # Surveys and pages.
    named("Qualtrics' CSV: three lines of headers", "a.csv",
       table([["StartDate", "Status", "ResponseId", "text", "label"],
              ["Start Date", "Response Type", "Response ID", "Paste the message", "Which is it?"],
              ['{"ImportId":"startDate"}', '{"ImportId":"status"}', '{"ImportId":"_recordId"}',
               '{"ImportId":"QID1_TEXT"}', '{"ImportId":"QID2"}'],
              *(["2024-05-01 10:00:00", "IP Address", f"R_{n}", t, SPAM[n]]
                for n, t in enumerate(TEXTS))]), "Qualtrics"),
    of("FAQ page in JSON-LD", "a.json",
       _document({"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": [
           {"@type": "Question", "name": t, "acceptedAnswer": {"@type": "Answer", "text": a}}
           for t, a in PAIRS]})),
    of("Notion's table of questions", "a.csv",
       csv_of(["Question", "Answer", "Tags", "Last edited time"],
              lambda n, t, a: [t, a, "x, y", "May 1, 2024 10:00 AM"])),
    of("Kaggle's spam.csv", "spam.csv",
       csv_of(["v1", "v2", "", "", ""], lambda n, t, a: [SPAM[n], f"{t} £{n}", "", "", ""])
       .decode().encode("latin-1"), SPAM, asked=[f"{t} £{n}" for n, t in enumerate(TEXTS)]),
    of("Amazon's reviews with empty lists of images", "a.jsonl",
       lines_of(lambda n, t, a: {"rating": float(n % 5 + 1), "title": f"Title {n}", "text": t,
                                 "images": [], "asin": f"B{n}", "parent_asin": f"B{n}",
                                 "user_id": f"U{n}", "timestamp": 1588687728923 + n,
                                 "helpful_vote": 0, "verified_purchase": True}), _STARS),
    of("Yelp's reviews", "a.json",
       json_lines([{"review_id": f"r{n}", "user_id": f"u{n}", "business_id": f"b{n}",
                    "stars": float(n % 5 + 1), "useful": 0, "funny": 0, "cool": 0, "text": t,
                    "date": "2018-07-07 22:09:11"} for n, t in enumerate(TEXTS)]), _STARS),
    of("separators of old fine-tuning files", "a.jsonl",
       lines_of(lambda n, t, a: {"prompt": f"{t}\n\n###\n\n", "completion": f" {a}###"})),
    of("QNLI's table: a question and a sentence", "train.tsv",
       table([["index", "question", "sentence", "label"],
              *([n, t, f"Sentence {n}.", ["entailment", "not_entailment"][n % 2]]
                for n, t in enumerate(TEXTS))], delimiter="\t"), ["yes", "no"] * 5,
       words={"yes": [], "no": []}, shows="Sentence "),
]  # fmt: skip
