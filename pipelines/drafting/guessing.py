"""Guess the meaning of a file's rows: the format or family, and the mapping to canonical fields.

Rules begin with unambiguous signs (messages with roles, Alpaca's keys), continue with names of
columns, and end with the form of the values. Each guess states its assumptions.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.drafting.samples import Sample, message_key, role_key
from transforms.records.fields import is_missing
from transforms.sources.chat import ASSISTANT
from transforms.sources.files.json_documents import loads
from transforms.sources.formats.conversations import MESSAGE_KEYS
from transforms.sources.mapping import listed_in, look_up, number_of
from transforms.sources.messages import CONTENT_KEYS, ROLE_KEYS, ROLES, MessageKeys
from transforms.sources.transcripts import turns_in

_QUESTIONS = ("question", "query", "problem", "q", "prompt", "sentence_question", "instruction")
_ANSWERS = (
    *("answer", "answers", "final_answer", "best_answer", "accepted_answer", "final_decision", "a"),
    *("response", "output", "target", "solution"),
)
_CONTEXTS = ("context", "passage", "paragraph", "background", "story", "article", "support")
_PASSAGES = (*_CONTEXTS, "contexts", "passages", "documents", "paragraphs", "ctxs")
_TEXTS = (
    *("text", "sentence", "review", "review_text", "review_body", "content", "message", "tweet"),
    *("comment", "body", "title"),
)
_RATINGS = ("rating", "stars", "star_rating", "score", "overall")
_LABELS = (
    *("label", "labels", "class", "category", "topic", "sentiment", "intent", "target", "y"),
    *_RATINGS,
)
_OPTIONS = ("choices", "options", "endings", "candidates", "answer_choices")
_POLAR = {"positive", "negative", "neutral", "pos", "neg", "mixed", "very positive"}
_SUMMARIES = ("summary", "highlights", "headline", "abstract", "tldr")
_DOCUMENTS = ("document", "article", "dialogue", "text", "body", "content", "source")
# Besides those of questions: PIQA, HellaSwag, WinoGrande, SWAG, ARC.
_ASKED = (*_QUESTIONS, "question_stem", "stem", "goal", "ctx", "sentence", "startphrase")
_KEYED = (
    *("answer_key", "answer_idx", "correct_answer", "correct_option", "correct", "cop"),
    *_ANSWERS,
    "label",
)
_NUMBERED = re.compile(
    r"(?:choice|option|ending|answer|sol|distractor)_?\d|op[a-e]|(?:choice|option|answer)_?[A-Ea-e]"
)
_ENTAILMENT = {"entailment", "neutral", "contradiction", "not_entailment", "non-entailment"}
_MEDIA = ("image", "images", "img", "video", "videos", "audio", "audios")
_HTML = re.compile(r"</(?:p|div|li|ol|ul|code|pre|span)>")
_END_MARK = re.compile(r"<\|endoftext\|>|</s>|<\|im_end\|>")


# The text before a mark that ends it, in the place of {}.
_UNTIL_END = r"^([\s\S]*?)\s*(?:{})?\s*$"


@dataclass
class Guess:
    """A guessed source of the recipe, with its assumptions.

    Attributes:
      keys: the source's keys, without path, collection and task.
      assumed: assumptions, in words.
      unknown: facts that the file does not show.
      problem: the reason if no source could be guessed.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    problem: str = ""


def guess(sample: Sample, exports: Iterable["Rule"] = ()) -> Guess:
    """Return the best guess at a file's rows; keys within objects count where the others do not.

    `exports` are rules for the files of certain tools, which are tried first.
    """
    for rule in exports:
        if (guessed := rule(sample)) is not None:
            guessed.keys |= {} if guessed.problem else {**_id(sample), **sample.stated}
            return guessed
    unusable = None
    flattened = sample.flattened()
    for one in (sample, flattened) if flattened else (sample,):
        for rule in _RULES:
            guessed = rule(one)
            if guessed is not None and not guessed.problem:
                guessed.keys |= sample.stated
                _state_unused(one, guessed)
                return _without_media(sample, guessed)
            unusable = unusable or guessed
            if guessed is not None:
                break
    if unusable:
        return unusable
    keys = ", ".join(sample.keys[:12])
    return Guess(
        problem=f"no task can be seen in the keys {keys}; write the mapping by hand "
        "(docs/adding_a_task.md)"
    )


def _state_unused(sample: Sample, guessed: Guess) -> None:
    """State which keys a mapping leaves out: one of them may be what the user wants."""
    if "fields" not in guessed.keys:
        return
    used = str([guessed.keys.get(key) for key in ("fields", "id", "explode", "filters")])
    unused = [key for key in sample.keys if key not in used and key.lower() not in _BESIDES]
    if unused:
        guessed.assumed.append(
            f"{', '.join(unused[:_MOST_UNUSED])}{' …' if len(unused) > _MOST_UNUSED else ''} "
            f"{'is' if len(unused) == 1 else 'are'} not needed (a second source can make another "
            "task of the same file)"
        )


_MOST_UNUSED = 8


def _without_media(sample: Sample, guessed: Guess) -> Guess:
    """Refuse rows of which each has an image or the like; state it if some have one."""
    key = sample.find(*_MEDIA)
    if key is None or guessed.keys["format"] == "chat":
        return guessed
    if len(sample.values(key)) == len(sample.rows):
        return Guess(problem=f"each row has something under {key!r}, which is not text")
    guessed.unknown.append(f"whether rows make sense without what they have under {key!r}")
    return guessed


def _mapped(sample: Sample, family: str, fields: dict[str, Any], *assumed: str) -> Guess:
    keys = {"format": sample.form, "family": family, **_id(sample), "fields": fields}
    return Guess(keys, list(assumed))


def _id(sample: Sample) -> dict[str, str]:
    """Return the key of ids that are unique, if there is one."""
    key = sample.find("id", "uid", "uuid", "qid", "question_id", "message_id", "example_id", "guid")
    values = sample.values(key) if key else []
    is_unique = len(values) == len(sample.rows) and all(
        isinstance(value, (str, int)) for value in values
    )
    return {"id": key} if key and is_unique and len(set(values)) == len(values) else {}


def _super_ni(sample: Sample) -> Guess | None:
    if sample.find("Definition") and sample.find("Instances"):
        return Guess({"format": "super_ni"}, ["a task file of Super-Natural Instructions"])
    return None


def _ranked(sample: Sample) -> Guess | None:
    """Guess prompts with several answers, each with its rank."""
    prompt = sample.find("prompt", "question", "instruction")
    for key in ("answers", "responses", "completions"):
        if not prompt or not sample.is_list_of(key, Mapping):
            continue
        items = [item for value in sample.values(key) for item in value]
        text = next((n for n in ("answer", "response", "text", "content") if n in items[0]), None)
        if text and all("rank" in item for item in items):
            best = min(item["rank"] for item in items)
            columns = {"prompt": prompt, "completion": f"{key}.{text}"}
            filters = {f"{key}.rank": int(best)}
            keys = {"format": "chat", "explode": key, "columns": columns, "filters": filters}
            return Guess(keys, [f"of the {key} to a prompt, the one of rank {best} is learned"])
    return None


def _tree(sample: Sample) -> Guess | None:
    if not sample.is_list_of("replies", Mapping) and not any(
        isinstance(value, Mapping) and "replies" in value for value in sample.values("prompt")
    ):
        return None
    said = "trees of messages; each assistant reply is a target, the messages above it its history"
    return Guess({"format": "chat"}, [said], ["which replies are good: all of them are learned"])


def _table_of_messages(sample: Sample) -> Guess | None:
    """Guess a table with a row for each message: Open Assistant's, or exports of chats."""
    role = sample.find(*ROLE_KEYS)
    content = sample.find("content", "text", "value", "message")
    if not role or not content or not sample.is_text(content):
        return None
    known = {name for names in ROLES.values() for name in names}
    if not all(str(value).strip().lower() in known for value in sample.values(role)):
        return None
    columns = {"role": role} if role not in ROLE_KEYS else {}
    columns |= {"content": content} if content not in CONTENT_KEYS else {}
    keys: dict[str, Any] = {"format": "chat", "rows_are": "messages"}
    parent, own = sample.find("parent_id", "parent"), sample.find("message_id", "id")
    if parent and own:
        columns |= {n: k for n, k in (("parent_id", parent), ("message_id", own)) if n != k}
        said = "a row is a message, and its parent the one that it answers"
        guess = Guess(keys, [said], ["which replies are good: all of them are learned"])
        if sample.find("rank"):
            guess.unknown = ["whether only the best replies are meant: `replies: best`, by `rank`"]
    else:
        names = ("conversation", "chat", "thread", "dialog", "dialogue", "session")
        group = sample.find(*(f"{name}_id" for name in names), *names)
        if not group:
            return None
        columns |= {"conversation_id": group} if group != "conversation_id" else {}
        order = sample.find(*_POSITIONS)
        columns |= {"position": order} if order and order != "position" else {}
        by = f"in the order of {order!r}" if order else "in the order of the file"
        guess = Guess(keys, [f"a row is a message of the conversation {group!r}, {by}"])
    if columns:
        keys["columns"] = columns
    return guess


_POSITIONS = (
    *("position", "turn", "turn_id", "turn_index", "message_index", "index", "order", "step"),
    *("timestamp", "created_at", "created_date", "date"),
)


def _transcripts(sample: Sample) -> Guess | None:
    """Guess texts that hold a whole conversation, marked as chat templates do."""
    keys = MessageKeys()
    for key in sample.keys:
        values = sample.values(key)
        turns = [
            turns_in(v, lambda n: keys.role_of({"role": n}), is_whole=True)
            for v in values
            if is_text(v)
        ]
        whole = [t for t in turns if isinstance(t, list) and any(x.role == ASSISTANT for x in t)]
        if len(whole) > len(sample.rows) // 2 and not sample.find("chosen"):
            said = f"{key!r} holds conversations, marked as a chat template does"
            return Guess({"format": "chat", "columns": {"messages": key}}, [said])
    return None


def is_text(value: object) -> bool:
    """Return whether a value is a text."""
    return isinstance(value, str)


def _exported_chats(sample: Sample) -> Guess | None:
    if sample.find("mapping") and sample.find("current_node"):
        said = "ChatGPT's export: of each conversation the branch that was looked at last"
        return Guess({"format": "chat"}, [said])
    return None


def _conversations(sample: Sample) -> Guess | None:
    """Guess messages with roles, under a known key or any other."""
    key = next((key for key in MESSAGE_KEYS if _are_messages(sample, key)), None)
    guessed = (
        key
        or message_key(sample)
        or next((k for k in sample.keys if _are_messages(sample, k)), None)
    )
    if guessed is None:
        return _preference(sample)
    guess = Guess({"format": "chat"}, [f"conversations under {guessed!r}"])
    columns: dict[str, str] = {}
    if key is None:
        columns["messages"] = guessed
    if isinstance(sample.values(guessed)[0], list):
        _add_roles(sample, guessed, columns, guess)
    if columns:
        guess.keys["columns"] = columns
    if any(_HTML.search(str(value)) for value in sample.values(guessed)[:20]):
        guess.unknown.append("whether the HTML tags in the messages are meant: they are kept")
    others = [k for k in sample.keys if k != guessed and _are_messages(sample, k)]
    is_prompt = "." in guessed or guessed in ("input", "inputs", "request", "prompt")
    answers = others[0] if is_prompt and others else None
    if answers:
        columns |= {"prompt": guessed, "completion": answers}
        columns.pop("messages", None)
        guess.keys["columns"] = columns
        guess.assumed.append(f"{answers!r} is the answer to {guessed!r}")
    if sample.find("chosen", "rejected", "chosen_messages"):
        guess.assumed.append("preference pairs: what was chosen is learned, `rejected` is not")
    if any(value is False for value in sample.values("label")):
        guess.assumed.append("rows with `label: false` are not learned")
    if sample.find("images", "videos", "audios"):
        guess.assumed.append("rows with images, audio or video are rejected")
    if sample.find("tools", "functions"):
        guess.assumed.append("tools are shown at the top of the history")
    return guess


def _are_messages(sample: Sample, key: str) -> bool:
    values = sample.values(key)
    if values and all(isinstance(value, str) and value.startswith("[") for value in values):
        values = [_parsed(value) for value in values]
    if values and all(isinstance(value, Mapping) and _holds_lists(value) for value in values):
        return True
    items = [item for value in values if isinstance(value, list) for item in value]
    return (
        bool(items)
        and all(isinstance(item, Mapping) for item in items)
        and (role_key(items) is not None)
    )


def _holds_lists(value: Mapping[str, Any]) -> bool:
    """Return whether an object has lists of roles and contents: {"role": […], "content": […]}."""
    lists = [name for name, inner in value.items() if isinstance(inner, list)]
    return any(n in ROLE_KEYS for n in lists) and any(n in CONTENT_KEYS for n in lists)


def _add_roles(sample: Sample, key: str, columns: dict[str, str], guess: Guess) -> None:
    """Add the keys and roles of messages in an unknown form."""
    items = [item for value in sample.values(key) if isinstance(value, list) for item in value]
    role = role_key(items) or ""
    if role not in ROLE_KEYS:
        columns["role"] = role
    if not any(name in items[0] for name in CONTENT_KEYS):
        texts: Counter[str] = Counter()
        for item in items:
            texts.update({path: len(text) for path, text in _texts_of(item) if path != role})
        columns["content"] = max(texts, key=lambda path: texts[path]) if texts else "content"
    known = {name for names in ROLES.values() for name in names}
    spelled = list(dict.fromkeys(str(look_up(item, role)) for item in items))
    unknown = [name for name in spelled if name.lower() not in known]
    if not unknown:
        return
    firsts = [
        look_up(value[0], role) for value in sample.values(key) if isinstance(value, list) and value
    ]
    user = max(unknown, key=firsts.count)
    others = [name for name in unknown if name != user]
    guess.keys["roles"] = {"user": [user], **({"assistant": others} if others else {})}
    guess.assumed.append(f"{user!r} is the user, since it speaks first; {others} the assistant")


def _texts_of(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, text) of a message and of the objects in it: ("data.content", "Hello")."""
    for key, value in message.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{k}", text) for k, text in value.items() if isinstance(text, str))
        elif not is_missing(value):
            yield key, str(value)


def _preference(sample: Sample) -> Guess | None:
    """Guess preference data: a prompt and the chosen answer."""
    if sample.find("chosen"):
        prompt = sample.find("prompt", "question", "instruction", "input", "query")
        columns = {"prompt": prompt} if prompt and prompt != "prompt" else {}
        keys = {"format": "chat", **({"columns": columns} if columns else {})}
        return Guess(keys, ["preference pairs: `chosen` is the target, `rejected` is not used"])
    question, better = sample.find("question", "prompt"), sample.find("response_j")
    if question and better and sample.find("response_k"):
        keys = {"format": "chat", "columns": {"prompt": question, "chosen": better}}
        return Guess(keys, ["`response_j` is the better answer, as in paired Stack Exchange sets"])
    prompt, completion = sample.find("prompt"), sample.find("completion")
    if prompt and completion and sample.is_list_of(prompt, Mapping):
        return Guess({"format": "chat"}, ["a prompt of messages and its completion"])
    return None


def _alpaca(sample: Sample) -> Guess | None:
    instruction = sample.find("instruction")
    if not instruction:
        return None
    nested = sample.find("instances")
    if nested and sample.is_list_of(nested, Mapping):
        items = [item for value in sample.values(nested) for item in value]
        if all("output" in item for item in items):
            columns = {"input": f"{nested}.input", "output": f"{nested}.output"}
            keys = {"format": "alpaca", "explode": nested, "columns": columns}
            return Guess(keys, [f"each item of {nested!r} is an example of its instruction"])
    output = sample.find("output", "response", "answer", "completion", "target")
    if not output:
        return None
    given = sample.find("input", "context", "inputs")
    system = sample.find("system", "system_prompt")
    pairs = (("instruction", instruction), ("input", given), ("output", output), ("system", system))
    columns = {name: key for name, key in pairs if key and key != name}
    keys = {"format": "alpaca", **_id(sample), **({"columns": columns} if columns else {})}
    guess = Guess(keys, ["an instruction, where there is one its input, and the output"])
    if any("{{" in str(value) for value in sample.values(output)):
        guess.unknown.append("what stands for the {{placeholders}} in the output: they are kept")
    return guess


# Formats of published collections: keys that all of their rows have, and what it is.
_SIGNS: dict[str, tuple[tuple[str, ...], str]] = {
    "unified_skg": (("text_in", "struct_in", "seq_out"), "UnifiedSKG"),
    "qrecc": (("Conversation_no", "Turn_no", "Rewrite"), "QReCC"),
    "metaicl": (("task", "input", "output", "options"), "MetaICL"),
    "taskmaster": (("conversation_id", "utterances", "instruction_id"), "Taskmaster"),
    "wiki_dialog": (("pid", "passage", "utterances"), "WikiDialog"),
    "dr_repair": (("code_lines", "err_line", "gold_linenos"), "DrRepair"),
    "code_contests": (("description", "solutions", "incorrect_solutions"), "CodeContests"),
}


def _published(sample: Sample) -> Guess | None:
    """Guess files of published collections that have a reader of their own."""
    for form, (signs, name) in _SIGNS.items():
        if all(sign in row for row in sample.rows for sign in signs):
            return Guess({"format": form}, [f"rows of {name}"])
    if sample.find("dialogue_id") and sample.is_list_of("turns", Mapping):
        turns = [turn for value in sample.values("turns") for turn in value]
        speakers = {str(turn.get("speaker")) for turn in turns if "utterance" in turn}
        if speakers and speakers <= {"USER", "SYSTEM"}:
            return Guess({"format": "sgd"}, ["Schema-Guided Dialogue"])
    topics = sample.values("turn") if sample.is_list_of("turn", Mapping) else []
    if sample.find("number") and any("raw_utterance" in turn for turns in topics for turn in turns):
        return Guess({"format": "cast"}, ["TREC CAsT: follow-up questions and their rewrites"])
    if sample.path.endswith("_train.tsv") and len(sample.keys) == 3 and "columns" in sample.stated:
        answers, rationales = (
            sum(len(str(row[key])) for row in sample.rows) for key in sample.keys[1:]
        )
        if 2 * answers < rationales:
            del sample.stated["columns"]
            said = "chains of thought as Flan publishes them: question, answer and rationale"
            return Guess({"format": "cot_tsv"}, [said])
    return None


def _known_benchmarks(sample: Sample) -> Guess | None:
    answers = sample.values("answer")
    if sample.find("question") and answers and all("####" in str(value) for value in answers):
        return Guess({"format": "gsm8k"}, ["GSM8K: the reasoning ends with `#### answer`"])
    if sample.find("canonical_solution") and sample.find("prompt") and sample.find("test"):
        return Guess({"format": "humaneval"}, ["HumanEval"])
    if sample.find("input_output") and (found := sample.find("solutions")):
        fields = {"question": str(sample.find("question", "problem")), "code": f"{found}.0"}
        guess = _mapped(sample, "program_synthesis", fields, "APPS: the first of the solutions")
        guess.unknown.append("answers to problems without solutions: they are rejected")
        return guess if sample.find("question", "problem") else None
    if sample.find("test_list") and sample.find("code"):
        return Guess({"format": "mbpp"}, ["MBPP"])
    if sample.find("inputs_pretokenized") and sample.find("targets_pretokenized"):
        return Guess({"format": "p3"}, ["rows of P3 as seqio writes them"])
    return None


def _segments(sample: Sample) -> Guess | None:
    """Guess axolotl's segments, texts of which some are learned: a prompt and what follows it."""
    if not sample.is_list_of("segments", Mapping):
        return None
    learned = {tuple(bool(s.get("label")) for s in v) for v in sample.values("segments")}
    if learned != {(False, True)}:
        return Guess(
            problem="axolotl's segments in other numbers than a prompt and its answer: write them "
            "as messages, with `weight: 0` for what is not learned"
        )
    shown = {"extract": "segments.0.text", "pattern": r"^(?:<s>|<\|begin_of_text\|>)?([\s\S]*)$"}
    learned_text = {"extract": "segments.1.text", "pattern": _UNTIL_END.format(_END_MARK.pattern)}
    return _mapped(
        sample,
        "prompted",
        {"input": shown, "answer": learned_text},
        "axolotl's segments: a prompt and the text with `label: true` after it",
    )


def _keywords(sample: Sample) -> Guess | None:
    """Guess CommonGen: concepts, and a sentence with all of them."""
    words = sample.find("concepts", "concept_set", "keywords")
    sentence = sample.find("target", "scene", "sentence", "targets")
    if not words or not sentence:
        return None
    are_one_text = sample.is_text(words) and all("#" in str(v) for v in sample.values(words))
    if not are_one_text and not sample.is_list_of(words, str):
        return None
    source: Any = {"extract": words, "pattern": "([^#]+)", "every": True} if are_one_text else words
    guess = _mapped(sample, "keywords_to_text", {"keywords": source, "answer": sentence})
    guess.assumed.append(f"{sentence!r} has all of the words under {words!r}")
    if sample.is_list_of(sentence, str):
        guess.keys["explode"] = sentence
        guess.assumed.append(f"each item of {sentence!r} is an example")
    return guess


def _drop(sample: Sample) -> Guess | None:
    """Guess DROP's own file: passages with questions, whose answers are numbers, spans or dates."""
    context = sample.find("passage")
    if not context or not sample.is_list_of("qa_pairs", Mapping):
        return None
    spans = ", ".join(f"{{qa_pairs.answer.spans.{number}}}" for number in range(_SPANS))
    date = " ".join(f"{{qa_pairs.answer.date.{part}}}" for part in ("day", "month", "year"))
    fields = {
        "context": context,
        "question": "qa_pairs.question",
        "answer": {"text": f"{{qa_pairs.answer.number}} {spans} {date}"},
    }
    said = "DROP: the answer is a number, a date, or its spans with commas between them"
    guess = _mapped(sample, "reading_comprehension", fields, said)
    guess.keys |= {"explode": "qa_pairs", "id": "qa_pairs.query_id"}
    return guess


_SPANS = 12


def _squad(sample: Sample) -> Guess | None:
    if sample.is_list_of("paragraphs", Mapping):
        fields = {
            "context": "paragraphs.context",
            "question": "paragraphs.qas.question",
            "answer": "paragraphs.qas.answers.text",
        }
        guess = _mapped(sample, "extractive_qa", fields, "SQuAD: each question is an example")
        guess.keys["explode"] = "paragraphs.qas"
        guess.keys["id"] = "paragraphs.qas.id"
        guess.unknown.append("what unanswerable questions should be answered: they are rejected")
        return guess
    return None


def _questions_of_passages(sample: Sample) -> Guess | None:
    """Guess passages with lists of questions: RACE, CoQA."""
    context = sample.find(*_CONTEXTS)
    questions, answers = sample.find("questions"), sample.find("answers")
    if not questions or not answers or (context and not sample.is_text(context)):
        return None
    if not context:
        return _side_by_side(sample, questions, answers)
    said = f"each of the {questions!r} of a row is an example"
    answers = _list_of_answers(sample, answers)
    if sample.is_list_of(questions, str) and _are_lists_of_texts(sample, answers):
        options = sample.find("options", "choices")
        if not options or not sample.is_list_of(options, list):
            fields = {"context": context, "question": questions, "answer": answers}
            guess = _mapped(sample, "reading_comprehension", fields, said)
            guess.keys["explode"] = [questions, answers]
            return guess
        fields = {"context": context, "question": questions, "options": options, "answer": answers}
        guess = _mapped(sample, "multiple_choice_qa", fields, said)
        guess.keys |= {"explode": [questions, options, answers]}
        marks = {str(mark) for value in sample.values(answers) for mark in value}
        if marks <= set("ABCDE"):
            guess.keys["marks"] = list("ABCDE")
    else:
        text = "input_text"
        lists = [value for key in (questions, answers) for value in sample.values(key)]
        items = [item for value in lists if isinstance(value, list) for item in value]
        if not items or not all(isinstance(item, Mapping) and text in item for item in items):
            return None
        fields = {
            "context": context,
            "question": f"{questions}.{text}",
            "answer": f"{answers}.{text}",
        }
        guess = _mapped(sample, "reading_comprehension", fields, said)
        guess.keys["explode"] = [questions, answers]
        guess.unknown.append("what was said before a question: it is not shown")
    # The id is that of the passage.
    guess.keys.pop("id", None)
    return guess


def _list_of_answers(sample: Sample, answers: str) -> str:
    """Return the key of the list of answers: in an object of lists (CoQA, QuAC), or as it is."""
    if not all(isinstance(value, Mapping) for value in sample.values(answers)):
        return answers
    originals = sample.find("orig_answers")
    names = [f"{originals}.texts"] if originals else []
    names += [f"{answers}.input_text", f"{answers}.texts"]
    return next((name for name in names if _are_lists_of_texts(sample, name)), answers)


def _are_lists_of_texts(sample: Sample, key: str) -> bool:
    values = [look_up(row, key) for row in sample.rows]
    return bool(values) and all(
        isinstance(value, list) and all(isinstance(item, str) for item in value) for value in values
    )


def _side_by_side(sample: Sample, questions: str, answers: str) -> Guess | None:
    """Guess lists of questions and of answers that have one length in each row."""
    pairs = list(zip(sample.values(questions), sample.values(answers), strict=True))
    are_lists = sample.is_list_of(questions, str) and sample.is_list_of(answers, str)
    if not are_lists or any(len(asked) != len(said) for asked, said in pairs):
        return None
    fields = {"question": questions, "answer": answers}
    said = f"each of the {questions!r} of a row is an example"
    guess = _mapped(sample, "closed_book_qa", fields, said)
    guess.keys["explode"] = [questions, answers]
    guess.keys.pop("id", None)
    return guess


def _alternating(sample: Sample) -> Guess | None:
    """Guess lists of what two speakers said by turns, as in UltraChat."""
    for name in ("data", "dialog", "dialogue", "conversation", "conversations", "turns", "chat"):
        key = sample.find(name)
        if not key or not sample.is_list_of(key, (str, list)) or sample.find("reference"):
            continue
        if sample.is_list_of(key, str) and all(len(value) > 1 for value in sample.values(key)):
            said = f"{key!r} has what a user and an assistant said by turns, the user first"
            return Guess({"format": "chat", "columns": {"messages": key}}, [said])
        pairs = [pair for value in sample.values(key) for pair in value]
        if all(isinstance(p, list) and [type(t) for t in p] == [str, str] for p in pairs):
            said = f"{key!r} has pairs of what a user said and an assistant answered"
            return Guess({"format": "chat", "columns": {"messages": key}}, [said])
    known = {name for names in ROLES.values() for name in names}
    for key in sample.keys:
        items = [i for value in sample.values(key) if isinstance(value, list) for i in value]
        if not items or not all(isinstance(item, Mapping) for item in items):
            continue
        # Elsewhere, inputs and outputs are examples rather than turns.
        are_turns = key in MESSAGE_KEYS or not any({"input", "output"} & {*i} for i in items)
        if are_turns and all({*map(str.lower, item)} <= known for item in items):
            columns = {} if key in MESSAGE_KEYS else {"columns": {"messages": key}}
            said = f"each object of {key!r} has turns under the names of who says them"
            return Guess({"format": "chat", **columns}, [said])
    return None


def _turns_with_references(sample: Sample) -> Guess | None:
    """Guess MT-Bench: questions of the user alone, some with reference answers."""
    if not sample.is_list_of("turns", str):
        return None
    if not sample.find("reference"):
        return Guess(problem="turns of one speaker without answers: nothing to learn from")
    fields = {"instruction": "turns.0", "output": "reference.0"}
    guess = _mapped(sample, "instruction_only", fields, "first turns whose reference is the answer")
    guess.unknown.append(
        "answers to questions without a reference: these rows are rejected as `empty_field`. As "
        "an evaluation set it belongs under `held_out`"
    )
    return guess


def _multiple_choice(sample: Sample) -> Guess | None:
    question, answer = sample.find(*_ASKED), sample.find(*_KEYED)
    listed = sample.find(*_OPTIONS)
    if not question or not sample.is_text(question) or not (answer or listed):
        return None
    if answer is None:
        return Guess(
            problem=f"questions with {listed!r} and no answers: nothing to learn from; as a set to "
            "keep apart it belongs under `held_out`"
        )
    options: Any = None
    lettered = [key for key in ("A", "B", "C", "D", "E") if key in sample.keys]
    numbered = [key for key in sample.keys if _NUMBERED.fullmatch(key)]
    if numbered and numbered[0].startswith("distractor"):
        numbered.append(answer)
    values = sample.values(listed) if listed else []
    marks: Any = None
    if values and all(isinstance(value, list) for value in values):
        items = [item for value in values for item in value]
        if all(isinstance(item, Mapping) and "text" in item for item in items):
            options, marks = f"{listed}.text", f"{listed}.label" if "label" in items[0] else None
        elif not any(isinstance(item, (list, Mapping)) for item in items):
            options = listed
    elif values and all(listed_in(value) for value in values):
        options = listed
    elif values and all(isinstance(value, Mapping) and "text" in value for value in values):
        options, marks = f"{listed}.text", f"{listed}.label"
    elif values and all(isinstance(value, Mapping) and _is_lettered(value) for value in values):
        marks = max((list(value) for value in values), key=lambda letters: len(letters))
        options = {"keys": [f"{listed}.{mark}" for mark in marks]}
    elif pattern := _pattern_in(values):
        options, marks = {"extract": listed, "pattern": pattern, "every": True}, list("ABCDE")
        if all(str(value).islower() for value in sample.values(answer)):
            marks = list("abcde")
    elif len(lettered) > 2:
        options, marks = {"keys": lettered}, lettered
    elif len(numbered) > 1:
        options = {"keys": numbered}
    if options is None:
        return None
    fields = {"question": question, "options": options, "answer": answer}
    guess = _mapped(sample, "multiple_choice_qa", fields, f"{answer!r} is the right option")
    premise = sample.find("premise")
    if premise and {str(value) for value in sample.values(question)} <= {"cause", "effect"}:
        fields["question"] = {"text": f"{{{premise}}} What is the {{{question}}}?"}
    context = sample.find(*_CONTEXTS)
    if context and sample.is_text(context):
        fields["context"] = context
    answers = [str(value).strip() for value in sample.values(answer)]
    if marks is None and all(len(value) == 1 and value in "ABCDE" for value in answers):
        marks = list("ABCDE")
    if marks is not None and not all(number_of(value) is not None for value in answers):
        guess.keys["marks"] = marks
    elif all(number_of(value) is not None for value in answers):
        numbers = {number_of(value) for value in answers}
        counts = [len(numbered)] * len(answers) if len(numbered) > 1 else map(len, values)
        from_one = 0 not in numbers and any(
            number == count for number, count in zip(map(number_of, answers), counts, strict=False)
        )
        if from_one:
            guess.keys["marks"] = [str(number) for number in range(1, max(map(int, answers)) + 1)]
            guess.assumed.append("answers are positions from 1 on")
        else:
            guess.keys["answer_is"] = "position"
            guess.assumed.append("answers are positions from 0 on")
    return guess


# Options in one text: "(A) red (B) blue"; "a ) red , b ) blue" (MathQA).
_MARK = r"\([A-E]\)"
_IN_TEXT = {
    r"\(A\) .* \(B\) ": rf"{_MARK} (.*?)(?= {_MARK} |$)",
    r"a \) .* , b \) ": r"[a-e] \) (.*?)(?= , [a-e] \) |$)",
}


def _pattern_in(values: list[Any]) -> str | None:
    """Return the pattern of the options in texts that each have all of them."""
    for sign, pattern in _IN_TEXT.items():
        compiled = re.compile(sign, re.S)
        if values and all(isinstance(v, str) and compiled.match(v) for v in values):
            return pattern
    return None


def _is_lettered(options: Mapping[str, Any]) -> bool:
    """Return whether options are under letters: {"A": "red", "B": "blue"}."""
    return len(options) > 1 and all(len(mark) == 1 and mark.isalpha() for mark in options)


def _pairs_of_texts(sample: Sample) -> Guess | None:
    """Guess inference and paraphrase: two texts and a label."""
    label = sample.find(*_LABELS, "gold_label", "answer", "is_duplicate", "score")
    if not label:
        return None
    one = sample.find("sentence1", "question1", "sentence_a", "text1")
    two = sample.find("sentence2", "question2", "sentence_b", "text2")
    premise, hypothesis = sample.find("premise"), sample.find("hypothesis")
    if hypothesis and not premise:
        premise = sample.find("context", "passage", "text")
    if {str(value).lower() for value in sample.distinct(label) or ()} & _ENTAILMENT:
        premise, hypothesis = premise or one, hypothesis or two
    if premise and hypothesis:
        fields = {"premise": premise, "hypothesis": hypothesis, "answer": label}
        guess = _mapped(sample, "nli", fields)
        names = ["entailment", "neutral", "contradiction"]
        letters = {name[0]: name for name in names}
        if {str(value).lower() for value in sample.distinct(label) or ("",)} <= {*letters}:
            guess.keys["label_of"] = letters
            guess.assumed.append(f"e, n and c under {label!r} are {', '.join(names)}")
            return guess
        return _labeled(sample, label, guess, names)
    word = sample.find("word")
    if word and one and two and sample.distinct(label):
        fields = {"word": word, "sentence1": one, "sentence2": two, "answer": label}
        return _labeled(sample, label, _mapped(sample, "word_sense", fields), ["no", "yes"])
    if one and two and _are_grades(sample, label):
        fields = {"sentence1": one, "sentence2": two, "answer": label}
        said = f"{label!r} grades from 0 to 5 how alike two sentences are"
        return _mapped(sample, "similarity", fields, said)
    if one and two and sample.distinct(label):
        fields = {"sentence1": one, "sentence2": two, "answer": label}
        return _labeled(sample, label, _mapped(sample, "paraphrase", fields), ["no", "yes"])
    return None


def _are_grades(sample: Sample, key: str) -> bool:
    """Return whether a key has numbers from 0 to 5 with fractions, as STS-B has them."""
    texts = [str(value).strip() for value in sample.values(key)]
    if not all(_GRADE.fullmatch(text) for text in texts):
        return False
    return any(not float(text).is_integer() for text in texts) and max(map(float, texts)) > 1


_GRADE = re.compile(r"[0-4](?:\.\d+)?|5(?:\.0+)?")


def _labeled(sample: Sample, key: str, guess: Guess, names: list[str] | None = None) -> Guess:
    """Add the labels of a classification task."""
    values = sample.distinct(key) or []
    values_of = [number_of(value) for value in sample.values(key)]
    guess.keys["fields"]["answer"] = key
    if stated := sample.label_names.get(key):
        guess.keys["label_of"] = {str(number): name for number, name in enumerate(stated)}
        guess.assumed.append(f"labels of {key!r} are called as the file's own schema says")
        return guess
    booleans = {"false": "no", "true": "yes"}
    if values and {str(value).lower() for value in values} <= set(booleans):
        guess.keys["label_of"] = booleans
        guess.assumed.append(f"true under {key!r} means yes")
        return guess
    if values and all(number_of(value) is not None for value in values):
        numbers = sorted({number for value in values if (number := number_of(value)) is not None})
        if numbers == [-1, 0, 1] and _folded_in(key, ("sentiment", "polarity")):
            guess.keys |= {"family": "sentiment", "label_of": _SIGNED}
            guess.assumed.append(f"-1, 0, 1 under {key!r} are {', '.join(_SIGNED.values())}")
            return guess
        if numbers == [-1, 0, 1] and _share_of(values_of, -1) > _MOST_UNLABELED:
            guess.unknown.append(f"whether -1 under {key!r} is a label: it is read as one")
        elif numbers[0] == -1 and len(numbers) > 2:
            numbers = numbers[1:]
            guess.assumed.append(f"-1 under {key!r} is no label: those rows are rejected")
        if names and numbers == list(range(len(names))):
            guess.keys["labels"] = names
            guess.assumed.append(f"labels 0, 1, … of {key!r} are {', '.join(names)}, in this order")
        else:
            guess.keys["label_of"] = {str(number): f"label {number}" for number in numbers}
            guess.unknown.append(f"what the numbers under {key!r} mean: name them in `label_of`")
            if _folded_in(key, _RATINGS) and set(numbers) <= set(range(6)):
                stars = {str(n): f"{n} star{'' if n == 1 else 's'}" for n in numbers}
                guess.keys["label_of"] = stars
                guess.assumed.append(f"{key!r} is a number of stars")
                guess.unknown.pop()
    else:
        labels = sorted({str(value) for value in values if isinstance(value, str)})
        if "-" in labels and len(labels) > 2:
            labels.remove("-")
            guess.assumed.append(f"'-' under {key!r} is no label: those rows are rejected")
        guess.keys["labels"] = labels
        folded = Counter(label.casefold() for label in labels)
        if alike := [label for label in labels if folded[label.casefold()] > 1]:
            guess.unknown.append(f"whether {', '.join(alike)} are one label: unite by `label_of`")
        guess.unknown.append(f"labels of {key!r} that only later rows have: they would be rejected")
    return guess


_SIGNED = {"-1": "negative", "0": "neutral", "1": "positive"}
# The share of rows without a label that a set for training has at most.
_MOST_UNLABELED = 0.05


def _share_of(values: list[int | None], value: int) -> float:
    return values.count(value) / max(1, len(values))


def _math(sample: Sample) -> Guess | None:
    question, answer = sample.find("question", "problem"), sample.find("answer", "ans", "solution")
    equation = sample.find("equation", "formula", "lEquations")
    if not question or not answer or not equation:
        return None
    body = sample.find("body", "context")
    first = str(sample.values(question)[0])
    has_body = bool(body) and str(sample.values(str(body))[0]).strip() not in first
    shown: Any = {"text": f"{{{body}}} {{{question}}}"} if has_body else question
    numbers = sample.find("numbers")
    guess = _mapped(
        sample, "math_word_problem", {"question": shown, "answer": answer}, "math word problems"
    )
    if numbers and any("number0" in str(value) for value in sample.values(question)):
        guess.unknown.append(
            f"how to put {numbers!r} in the place of number0, number1, …: the questions keep them"
        )
    return guess


def _summaries(sample: Sample) -> Guess | None:
    summary, document = sample.find(*_SUMMARIES), sample.find(*_DOCUMENTS)
    if not summary or not document or summary == document:
        return None
    return _mapped(sample, "summarization", {"text": document, "answer": summary})


def _translations(sample: Sample) -> Guess | None:
    values = sample.values("translation")
    if values and all(isinstance(value, Mapping) and len(value) == 2 for value in values):
        source, target = list(values[0])
        text, answer = f"translation.{source}", f"translation.{target}"
    else:
        pair = [key for key in sample.keys if key.lower() in _LANGUAGES and sample.is_text(key)]
        if len(pair) != 2:
            return None
        (source, target), (text, answer) = pair, pair
    fields = {
        "text": text,
        "answer": answer,
        "source_language": {"constant": _LANGUAGES.get(source.lower(), source)},
        "target_language": {"constant": _LANGUAGES.get(target.lower(), target)},
    }
    return _mapped(sample, "translation", fields, f"translated from {source} to {target}")


_LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "ru": "Russian",
    "cs": "Czech",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
    "ar": "Arabic",
    "fi": "Finnish",
    "ro": "Romanian",
    "tr": "Turkish",
    "hi": "Hindi",
    "sv": "Swedish",
    "uk": "Ukrainian",
}
_LANGUAGES |= {name.lower(): name for name in _LANGUAGES.values()}


def _rationales(sample: Sample) -> Guess | None:
    question, answer = sample.find(*_QUESTIONS), sample.find("answer", "final_answer", "target")
    rationale = sample.find("rationale", "reasoning", "chain_of_thought", "cot", "explanation")
    if not question or not answer or not rationale or not sample.is_text(rationale):
        return None
    fields = {"question": question, "rationale": rationale, "answer": answer}
    return _mapped(sample, "chain_of_thought", fields)


def _questions(sample: Sample) -> Guess | None:
    question = sample.find("question", "query", "q")
    answer = sample.find(*_ANSWERS, "answers_spans", "label")
    if not question or not answer:
        return None
    context = sample.find(*_CONTEXTS)
    lists = sample.find(*_PASSAGES)
    few = {str(value).lower() for value in sample.distinct(answer) or ()}
    if few and few <= {"true", "false"}:
        passage = {"context": context} if context and sample.is_text(context) else {}
        asked = {**passage, "question": question, "answer": answer}
        return _labeled(sample, answer, _mapped(sample, "yes_no_qa", asked))
    if _folded_in(answer, ("label",)):
        return None
    source: Any = answer
    values = [_parsed(value) for value in sample.values(answer)]
    if all(isinstance(value, Mapping) and "text" in value for value in values) or all(
        isinstance(value, list) and value and isinstance(value[0], Mapping) for value in values
    ):
        source = f"{answer}.text"
    elif all(isinstance(value, Mapping) and "value" in value for value in values):
        source = f"{answer}.value"
    elif all(isinstance(value, Mapping) and "spans" in value for value in values):
        source = f"{answer}.spans"
    is_text = context is not None and sample.is_text(context)
    shown = context if is_text else _shown_passages(sample, lists)
    if shown:
        fields: dict[str, Any] = {"context": shown, "question": question, "answer": source}
        guess = _mapped(sample, "reading_comprehension", fields)
        if not is_text:
            guess.assumed.append(f"the passages under {lists!r} are shown, a line for each")
        if source == f"{answer}.spans":
            guess.unknown.append("whether several spans are one answer: one of them is drawn")
        return guess
    guess = _mapped(sample, "closed_book_qa", {"question": question, "answer": source})
    if lists:
        guess.unknown.append(
            f"how {lists!r}, which is no text, belongs to a question: it is not shown"
        )
    return guess


def _parsed(value: Any) -> Any:
    """Return the object or list that the text of a cell spells, any other value as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return loads(value)
    except ValueError:
        return value


def _shown_passages(sample: Sample, key: str | None) -> Any:
    """Return the source of a text with the passages under a key, None where it has none.

    They are texts (`{"contexts": […]}` too), pairs of a title and sentences (HotpotQA), objects
    (DPR), or an object of lists of their parts (MS MARCO).
    """
    values = sample.values(key) if key else []
    if not key or not values:
        return None
    if sample.is_list_of(key, (str, list)):
        return {"passages": key}
    parts = values[0][0] if isinstance(values[0], list) else values[0]
    are_objects = all(isinstance(value, Mapping) for value in values)
    if not isinstance(parts, Mapping) or not (are_objects or sample.is_list_of(key, Mapping)):
        return None
    text = next((name for name in (*_PASSAGE_TEXTS, *_PASSAGES) if parts.get(name)), None)
    if text is None or not isinstance(parts[text], (str, list)):
        return None
    title = next((name for name in ("title", "titles") if parts.get(name)), None)
    titles = {"titles": f"{key}.{title}"} if title else {}
    return {"passages": f"{key}.{text}", **titles}


_PASSAGE_TEXTS = ("passage_text", "sentences", "text", "paragraph_text", "contents", "content")


def _answered(sample: Sample) -> Guess | None:
    """Guess prompts and completions with a system prompt, or with a verdict on the completion."""
    prompt = sample.find("prompt", "question", "query", "instruction", "user", "human")
    answer = sample.find(
        *("completion", "response", "output", "answer", "answers", "assistant", "gpt", "bot")
    )
    system = sample.find("system", "system_prompt", "system_message")
    tools = sample.find("tools", "functions")
    verdicts = sample.values("label")
    is_judged = bool(verdicts) and all(isinstance(value, bool) for value in verdicts)
    if not prompt or not answer or not (system or is_judged or tools):
        return None
    if not sample.is_text(answer) and not is_judged and not system:
        return None
    pairs = (("prompt", prompt), ("completion", answer), ("system", system), ("tools", tools))
    columns = {name: key for name, key in pairs if key and key != name}
    guess = Guess({"format": "chat", **({"columns": columns} if columns else {})})
    if system:
        guess.assumed.append(f"{system!r} is the system prompt of its row")
    if tools:
        guess.assumed.append(f"{tools!r} are the tools that an answer may call, shown above it")
    if is_judged:
        guess.assumed.append("rows with `label: false` are not learned")
    return guess


def _prompted(sample: Sample) -> Guess | None:
    """Guess prompts that are already in words, and their completions."""
    names = (
        *(("prompt", "completion"), ("prompt", "response"), ("prompt", "output")),
        *(("inputs", "targets"), ("input", "output"), ("input", "target"), ("source", "target")),
        *(("prompt", "target"), ("query", "response"), ("problem", "solution")),
    )
    for one, two in names:
        shown, answer = sample.find(one), sample.find(two)
        if not shown or not answer or not (sample.is_text(shown) and sample.is_text(answer)):
            continue
        source: Any = answer
        marks = {m[0] for value in sample.values(answer) for m in _END_MARK.finditer(str(value))}
        if marks:
            mark = "|".join(re.escape(mark) for mark in sorted(marks))
            source = {"extract": answer, "pattern": _UNTIL_END.format(mark)}
        guess = _mapped(
            sample, "prompted", {"input": shown, "answer": source}, "prompts already in words"
        )
        if marks:
            guess.assumed.append(f"{', '.join(sorted(marks))} ends an answer and is no part of it")
        return guess
    return None


_SQL = re.compile(r"\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b", re.I)


def _programs(sample: Sample) -> Guess | None:
    code = sample.find("code", "solution", "program")
    question = sample.find("question", "problem", "description", "docstring", "nl", "intent")
    sql = sample.find("query", "sql", "human_readable")
    if question and sql and all(_SQL.match(str(value)) for value in sample.values(sql)):
        guess = _mapped(sample, "program_synthesis", {"question": question, "code": sql})
        guess.unknown.append("the tables that a query is about: they are not shown")
        return guess
    if code and question and sample.is_text(code):
        return _mapped(sample, "program_synthesis", {"question": question, "code": code})
    return None


def _classification(sample: Sample) -> Guess | None:
    text = sample.find(*_TEXTS)
    label = next(
        (
            key
            for name in _LABELS
            if (key := sample.find(name))
            and key != text
            and len(sample.distinct(key) or ()) > 1
            and not _is_object(sample, key)
        ),
        None,
    )
    label = label or _listed_label(sample, text)
    if not text or not label or not sample.is_text(text):
        return None
    if sample.is_list_of(label, str):
        firsts = [value[0] for value in sample.values(label)]
        if len(set(firsts)) > max(2, len(firsts) // 2):
            fields = {"input": text, "answer": f"{label}.0"}
            said = f"the one item of {label!r} is the answer to {text!r}"
            return _mapped(sample, "prompted", fields, said)
        guess = _mapped(sample, "topic", {"text": text, "answer": label})
        guess.keys["labels"] = sorted({value[0] for value in sample.values(label)})
        guess.keys["fields"]["answer"] = f"{label}.0"
        guess.assumed.append(f"the one item of {label!r} is the label of {text!r}")
        return guess
    values = {str(value).lower() for value in sample.distinct(label) or ()}
    if label in sample.label_names:
        values = {name.lower() for name in sample.label_names[label]}
    numbers = {number_of(value) for value in values}
    is_polar = values <= _POLAR or (label.lower() == "sentiment" and numbers <= {0, 1})
    is_polar = is_polar or _folded_in(label, _RATINGS)
    guess = _mapped(sample, "sentiment" if is_polar else "topic", {"text": text, "answer": label})
    guess.assumed.append(f"{label!r} is one of a few labels for {text!r}")
    is_two = numbers == {0, 1}
    return _labeled(sample, label, guess, ["negative", "positive"] if is_polar and is_two else None)


def _folded_in(key: str, names: tuple[str, ...]) -> bool:
    return key.rpartition(".")[2].lower() in names


def _listed_label(sample: Sample, text: str | None) -> str | None:
    """Return a key of lists of one label each, as annotation tools write them."""
    for name in _LABELS:
        key = sample.find(name)
        if key and key != text and sample.is_list_of(key, str):
            values = sample.values(key)
            if all(len(value) == 1 for value in values):
                return key
    return None


def _is_object(sample: Sample, key: str) -> bool:
    return any(isinstance(value, (list, Mapping)) for value in sample.values(key))


def _two_columns(sample: Sample) -> Guess | None:
    """Guess a table without known names: a text and a few labels, or a text and its answer."""
    texts = [key for key in sample.keys if sample.is_text(key) and not _are_numbers(sample, key)]
    few = [
        key
        for key in sample.keys
        if len(sample.distinct(key) or ()) > 1
        and not _is_object(sample, key)
        and not _ORIGINS & {*key.lower().split(".")}
        and not (_are_numbers(sample, key) and len(sample.distinct(key) or ()) > _MOST_CLASSES)
    ]
    long = [key for key in texts if key not in few and len(set(sample.values(key))) > 1]
    if len(long) == 1 and len(few) == 1:
        guess = _mapped(sample, "topic", {"text": long[0], "answer": few[0]})
        guess.assumed.append(f"{few[0]!r} is one of a few labels for {long[0]!r}")
        return _labeled(sample, few[0], guess)
    is_first = bool(few) and few == sample.keys[:1] and all(map(_is_class, sample.values(few[0])))
    if len(long) == 2 and len(sample.keys) == 3 and is_first and "columns" in sample.stated:
        fields = {"text": {"text": f"{{{long[0]}}}\n{{{long[1]}}}"}, "answer": few[0]}
        guess = _mapped(sample, "topic", fields)
        guess.assumed.append(
            f"{few[0]!r} is the class of what is under {long[0]!r} and {long[1]!r}"
        )
        return _labeled(sample, few[0], guess)
    named = [key for key in sample.keys if not _are_numbers(sample, key)]
    if len(long) == 2 and len(named) <= 3 and long[1].lower() not in _QUESTIONS:
        one, two = long
        return _mapped(
            sample, "prompted", {"input": one, "answer": two}, f"{two!r} is the answer to {one!r}"
        )
    return None


def _is_class(value: Any) -> bool:
    number = number_of(value)
    return number is not None and 0 <= number < _MOST_CLASSES


# Who wrote a text, and where it is from, is no label of it.
_ORIGINS = {"user", "user_id", "userid", "username", "author", "author_id", "sender", "speaker"}
_ORIGINS |= {"from", "name", "annotator", "annotator_id", "completed_by"}
_ORIGINS |= {"source", "dataset", "split", "url", "lang", "language", "license", "version"}
# Numbers that are classes are few.
_MOST_CLASSES = 20
# What is about a row and not its content.
_BESIDES = _ORIGINS | {"id", "idx", "index", "uid", "uuid", "guid", "timestamp", "date", "meta"}


def _are_numbers(sample: Sample, key: str) -> bool:
    """Return whether a column of texts has numbers, dates or short codes alone, as of ids."""
    return all(_CODE.fullmatch(str(value).strip()) for value in sample.values(key))


_CODE = re.compile(r"[\w#.:/+-]*\d[\w#.:/+-]*")


def _several_labels(sample: Sample) -> Guess | None:
    key = next((k for n in _LABELS if (k := sample.find(n)) and sample.is_list_of(k, str)), None)
    if not key or not sample.find(*_TEXTS):
        return None
    detail = "no family of templates has several answers at a time"
    return Guess(problem=f"{key!r} has several labels in a row: {detail}")


def _only_texts(sample: Sample) -> Guess | None:
    texts = [key for key in sample.keys if sample.is_text(key) and not _are_numbers(sample, key)]
    others = [key for key in sample.keys if key not in texts]
    if "columns" in sample.stated and len(sample.keys) == 2 and len(others) == 1:
        # Without a header, the only other column has a reason: numbers of classes.
        classes = sample.values(others[0])
        if len(sample.distinct(others[0]) or ()) > 1 and all(map(_is_class, classes)):
            return None
    if len(texts) == 1 or (
        sample.find("text") and set(sample.keys) <= {"text", "meta", "id", "url"}
    ):
        key = sample.find("text") or texts[0]
        return Guess(
            problem=f"texts under {key!r} without answers: material for pretraining, not for "
            "instruction tuning"
        )
    return None


Rule = Callable[[Sample], Guess | None]
_RULES: tuple[Rule, ...] = (
    *(
        _super_ni,
        _published,
        _ranked,
        _questions_of_passages,
        _tree,
        _exported_chats,
        _table_of_messages,
        _alpaca,
        _alternating,
    ),
    *(_segments, _turns_with_references, _conversations, _transcripts, _known_benchmarks),
    *(
        _keywords,
        _drop,
        _squad,
        _multiple_choice,
        _pairs_of_texts,
        _math,
        _rationales,
        _summaries,
        _translations,
    ),
    *(
        _answered,
        _prompted,
        _questions,
        _programs,
        _classification,
        _several_labels,
        _only_texts,
        _two_columns,
    ),
)
