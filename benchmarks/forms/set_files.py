"""Files of published sets as their authors distribute them."""

import json
from typing import Any

from benchmarks.forms.rows import (
    PAIRS,
    TEXTS,
    Form,
    csv_of,
    json_lines,
    lines_of,
    named,
    of,
    table,
)
from benchmarks.forms.tasks import FOLLOWS, SAME, SENTIMENT

_FOUR = ["red", "blue", "green", "black"]
_FOURTH = [_FOUR[n % 4] for n in range(len(TEXTS))]
_GRADES = [("NEUTRAL", "ENTAILMENT", "CONTRADICTION")[n % 3] for n in range(len(TEXTS))]
_GIVEN = {"entailment": ["yes", "true", "supported"],
          "not_entailment": ["not entailment", "no", "false", "not supported"]}  # fmt: skip


def _document(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


SET_FILES: list[Form] = [
    of("TriviaQA's own file", "a.json",
       _document({"Data": [{"Answer": {"Aliases": [a, "Other."], "NormalizedAliases": ["other"],
                                       "Value": a, "NormalizedValue": "other", "Type": "Wiki"},
                            "EntityPages": [], "Question": t, "QuestionId": f"tc_{n}",
                            "QuestionSource": "http://x"} for n, (t, a) in enumerate(PAIRS)],
                  "Domain": "Web", "VerifiedEval": False, "Version": 1.0})),
    of("NarrativeQA as the hub has it", "a.jsonl",
       lines_of(lambda n, t, a: {"document": {"id": f"d{n}", "kind": "movie", "summary": {
           "text": "A long story.", "tokens": ["A"]}}, "question": {"text": t, "tokens": ["x"]},
           "answers": [{"text": a, "tokens": ["x"]}]}), shows="A long story."),
    of("ELI5 as the hub has it", "a.jsonl",
       lines_of(lambda n, t, a: {"q_id": f"q{n}", "title": t, "selftext": "", "document": "",
                                 "subreddit": "explainlikeimfive", "answers": {
                                     "a_id": ["x"], "text": [a], "score": [5]}})),
    of("ARC's own file: the stem within the question", "a.jsonl",
       lines_of(lambda n, t, a: {"id": f"M{n}", "question": {"stem": t, "choices": [
           {"text": o, "label": m} for m, o in zip("ABCD", _FOUR, strict=True)]},
           "answerKey": "ABCD"[n % 4]}), _FOURTH),
    of("Natural Questions, open: several answers", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "answer": [a]})),
    named("MultiRC's own file: answers with labels in lists of questions", "a.jsonl",
          lines_of(lambda n, t, a: {"idx": n, "version": 1.1, "passage": {
              "text": "A long story.", "questions": [{"idx": 0, "question": t, "answers": [
                  {"text": a, "idx": 0, "label": 1}, {"text": "Wrong.", "idx": 1, "label": 0}]}]}}),
          "no task can be seen"),
    named("TruthfulQA with marked choices", "a.json",
          _document([{"question": t, "mc1_targets": {"choices": [a, "Wrong."], "labels": [1, 0]},
                      "mc2_targets": {"choices": [a, "Wrong."], "labels": [1, 0]}}
                     for t, a in PAIRS]), "one-hot"),
    of("MRPC's own table", "msr_paraphrase_train.txt",
       table([["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"],
              *([n % 2, 100 + n, 200 + n, t, f"Another {n}."] for n, t in enumerate(TEXTS))],
             delimiter="\t", quoting=3), ["no", "yes"] * 5, words=SAME, shows="Another "),
    of("PAWS' own table", "train.tsv",
       table([["id", "sentence1", "sentence2", "label"],
              *([n, t, f"Another {n}.", n % 2] for n, t in enumerate(TEXTS))], delimiter="\t"),
       # Nothing says what 0 and 1 mean: `init` asks.
       ["label 0", "label 1"] * 5, shows="Another "),
    of("RTE's table", "train.tsv",
       table([["index", "sentence1", "sentence2", "label"],
              *([n, t, f"Another {n}.", ["entailment", "not_entailment"][n % 2]]
                for n, t in enumerate(TEXTS))], delimiter="\t"),
       [["entailment", "not_entailment"][n % 2] for n in range(10)], words=_GIVEN,
       shows="Another "),
    of("SICK's own table", "SICK_train.txt",
       table([["pair_ID", "sentence_A", "sentence_B", "relatedness_score", "entailment_judgment"],
              *([n, t, f"Another {n}.", f"{1 + n % 4}.{n}", _GRADES[n]]
                for n, t in enumerate(TEXTS))], delimiter="\t"), _GRADES, words={word.upper(): [word, *others] for word, others in FOLLOWS.items()},
       shows="Another "),
    of("SNLI's own table", "snli_1.0_train.txt",
       table([["gold_label", "sentence1_binary_parse", "sentence2_binary_parse",
               "sentence1_parse", "sentence2_parse", "sentence1", "sentence2", "captionID",
               "pairID", "label1", "label2"],
              *([_GRADES[n].lower(), "( x )", "( y )", "(ROOT x)", "(ROOT y)", t,
                 f"Another {n}.", f"c{n}", f"p{n}", _GRADES[(n + 1) % 3].lower(), ""]
                for n, t in enumerate(TEXTS))], delimiter="\t"),
       [g.lower() for g in _GRADES], words=FOLLOWS, shows="Another "),
    of("QNLI as the hub has it, without names", "a.jsonl",
       lines_of(lambda n, t, a: {"question": t, "sentence": f"Sentence {n}.", "label": n % 2,
                                 "idx": n}), ["label 0", "label 1"] * 5, shows="Sentence "),
    of("sentiments of aspects", "a.csv",
       csv_of(["text", "aspect", "sentiment"],
              lambda n, t, a: [t, f"price {n}", ["negative", "positive"][n % 2]]),
       ["negative", "positive"] * 5, words=SENTIMENT, shows="price "),
    of("SST-2's table", "train.tsv",
       table([["sentence", "label"], *([t, n % 2] for n, t in enumerate(TEXTS))], delimiter="\t"),
       ["label 0", "label 1"] * 5),
    of("Sentiment140: no header, 0 and 4", "a.csv",
       table([[n % 2 * 4, 1467810369 + n, "Mon Apr 06 22:19:45 PDT 2009", "NO_QUERY", f"user{n}", t]
              for n, t in enumerate(TEXTS)], quoting=1), ["label 0", "label 4"] * 5),
    of("airlines' tweets", "Tweets.csv",
       csv_of(["tweet_id", "airline_sentiment", "airline_sentiment_confidence", "negativereason",
               "airline", "name", "retweet_count", "text", "tweet_created", "user_timezone"],
              lambda n, t, a: [570306133677760513 + n, ["negative", "positive"][n % 2],
                               f"0.{n + 1}", "Late" if n % 2 == 0 else "", ["A", "B"][n % 3 % 2],
                               f"n{n}", 0, t, f"2015-02-24 11:35:5{n}", "Quito"]),
       ["negative", "positive"] * 5, words=SENTIMENT),
    named("Jigsaw's comments: six labels", "train.csv",
          csv_of(["id", "comment_text", "toxic", "severe_toxic", "obscene", "threat", "insult",
                  "identity_hate"],
                 lambda n, t, a: [f"{n:016x}", t, n % 2, 0, n % 2, 0, n % 3 % 2, 0]), "a column for each class"),
    named("GoEmotions: numbers of several labels", "train.tsv",
          table([[t, ["2", "2,15", "7"][n % 3], f"ed{n}x"] for n, t in enumerate(TEXTS)],
                delimiter="\t"), "labels"),
    of("Tatoeba's pairs with their license", "deu.txt",
       table([[t, a, f"CC-BY 2.0 (France) Attribution: tatoeba.org #{n} (x) & #{n + 9} (y)"]
              for n, (t, a) in enumerate(PAIRS)], delimiter="\t", quoting=3)),
    of("sentences in two languages under long names", "a.csv",
       csv_of(["English words/sentences", "French words/sentences"], lambda n, t, a: [t, a])),
    of("source and target with their languages", "a.jsonl",
       lines_of(lambda n, t, a: {"source": t, "target": a, "source_lang": "en",
                                 "target_lang": "de"})),
    of("arXiv: article and abstract", "a.jsonl",
       lines_of(lambda n, t, a: {"article": t, "abstract": a, "section_names": "intro"})),
    of("Magicoder's rows", "a.jsonl",
       lines_of(lambda n, t, a: {"lang": "python", "raw_index": n, "index": n, "seed": "x = 1",
                                 "openai_fingerprint": "fp", "problem": t, "solution": a})),
    named("EmpatheticDialogues' turns by number of the speaker", "train.csv",
          csv_of(["conv_id", "utterance_idx", "context", "prompt", "speaker_idx", "utterance",
                  "selfeval", "tags"],
                 lambda n, t, a: [f"hit:{n // 2}_conv:1", n % 2 + 1, ["sad", "proud"][n // 2 % 2],
                                  f"Situation {n // 2}.", n % 2, t, "5|5|5", ""]), ""),
    named("PersonaChat's candidates", "a.jsonl",
          json_lines([{"personality": ["I like tea."], "utterances": [
              {"candidates": ["Wrong.", a], "history": [t]}]} for t, a in PAIRS]), ""),
]  # fmt: skip
