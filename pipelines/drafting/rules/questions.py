"""Guess questions and answers: with and without passages, with rationales and equations."""

from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess, folded_in, mapped, parsed
from pipelines.drafting.key_names import ANSWERS, CONTEXTS, OPTIONS, PASSAGES, QUESTIONS, WANTED
from pipelines.drafting.rules.labels import with_labels
from pipelines.drafting.samples import Sample
from transforms.sources.field_sources import look_up


def drop(sample: Sample) -> Guess | None:
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
    guess = mapped(sample, "reading_comprehension", fields, said)
    guess.keys |= {"explode": "qa_pairs", "id": "qa_pairs.query_id"}
    return guess


_SPANS = 12


def squad(sample: Sample) -> Guess | None:
    """Guess SQuAD: articles with paragraphs, which have questions."""
    items = [item for value in sample.values("paragraphs") for item in value]
    if sample.is_list_of("paragraphs", Mapping) and any("qas" in item for item in items):
        fields = {
            "context": "paragraphs.context",
            "question": "paragraphs.qas.question",
            "answer": "paragraphs.qas.answers.text",
        }
        guess = mapped(sample, "extractive_qa", fields, "SQuAD: each question is an example")
        guess.keys["explode"] = "paragraphs.qas"
        guess.keys["id"] = "paragraphs.qas.id"
        guess.unknown.append("what unanswerable questions should be answered: they are rejected")
        return guess
    return None


def questions_of_passages(sample: Sample) -> Guess | None:
    """Guess passages with lists of questions: RACE, CoQA."""
    context = sample.find(*CONTEXTS)
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
            guess = mapped(sample, "reading_comprehension", fields, said)
            guess.keys["explode"] = [questions, answers]
            return guess
        fields = {"context": context, "question": questions, "options": options, "answer": answers}
        guess = mapped(sample, "multiple_choice_qa", fields, said)
        guess.keys |= {"explode": [questions, options, answers]}
        marks = {str(mark) for value in sample.values(answers) for mark in value}
        are_texts = all(
            {*map(str, asked)} <= {str(option) for listed in offered for option in listed}
            for row in sample.rows
            if (asked := row.get(answers)) and (offered := row.get(options))
        )
        if are_texts:
            guess.keys["answer_is"] = "text"
        elif marks <= set("ABCDE"):
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
        guess = mapped(sample, "reading_comprehension", fields, said)
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
    guess = mapped(sample, "closed_book_qa", fields, said)
    guess.keys["explode"] = [questions, answers]
    guess.keys.pop("id", None)
    return guess


def math(sample: Sample) -> Guess | None:
    """Guess math word problems: a question with an equation."""
    question, answer = sample.find("question", "problem"), sample.find("answer", "ans", "solution")
    equation = sample.find("equation", "formula", "lEquations")
    if not question or not answer or not equation:
        return None
    body = sample.find("body", "context")
    first = str(sample.values(question)[0])
    has_body = bool(body) and str(sample.values(str(body))[0]).strip() not in first
    shown: Any = {"text": f"{{{body}}} {{{question}}}"} if has_body else question
    numbers = sample.find("numbers")
    guess = mapped(
        sample, "math_word_problem", {"question": shown, "answer": answer}, "math word problems"
    )
    if numbers and any("number0" in str(value) for value in sample.values(question)):
        guess.unknown.append(
            f"how to put {numbers!r} in the place of number0, number1, …: the questions keep them"
        )
    return guess


def rationales(sample: Sample) -> Guess | None:
    """Guess questions with a rationale and an answer."""
    question, answer = sample.find(*QUESTIONS), sample.find("answer", "final_answer", "target")
    rationale = sample.find("rationale", "reasoning", "chain_of_thought", "cot", "explanation")
    solution = sample.find("solution")
    if not rationale and answer and solution and _ends_at(sample, solution, answer):
        rationale = solution
    if not question or not answer or not rationale or not sample.is_text(rationale):
        return None
    fields = {"question": question, "rationale": rationale, "answer": answer}
    return mapped(sample, "chain_of_thought", fields)


def _ends_at(sample: Sample, solution: str, answer: str) -> bool:
    """Return whether most solutions are longer than the answers that they have in them (MATH)."""
    pairs = [(str(row.get(solution) or ""), str(row.get(answer) or "")) for row in sample.rows]
    longer = [said for said, short in pairs if short and short in said and len(said) > len(short)]
    return solution != answer and 2 * len(longer) > len(pairs)


def evaluations(sample: Sample) -> Guess | None:
    """Guess files of evaluations: an input, what is wanted, and what a model said, which is not.

    Braintrust, DeepEval, Langfuse, Ragas.
    """
    shown = sample.find("input", "question", "query", "user_input", "prompt", "instruction")
    passages = sample.find("retrieved_contexts", "retrieval_context", *PASSAGES)
    wanted = sample.find(*WANTED)
    if not wanted and sample.find("user_input"):
        wanted = sample.find("reference")
    if not shown or not wanted or not sample.is_text(shown) or sample.find(*OPTIONS):
        return None
    if not sample.is_text(wanted) and not sample.is_list_of(wanted, str):
        return None
    context = _shown_passages(sample, passages)
    if passages and sample.is_text(passages):
        context = passages
    if context:
        fields = {"context": context, "question": shown, "answer": wanted}
        guess = mapped(sample, "reading_comprehension", fields)
    else:
        guess = mapped(sample, "prompted", {"input": shown, "answer": wanted})
    guess.assumed.append(f"{wanted!r} is what is wanted; what a model said is not learned")
    return guess


def questions(sample: Sample) -> Guess | None:
    """Guess questions and answers, with a passage or without."""
    question = sample.find("question", "query", "q")
    answer = sample.find(*ANSWERS, "right_answer", "answers_spans", "label")
    asked: Any = question
    if not question and "Question" in {str(value) for value in sample.values("@type")}:
        asked = question = sample.find("name")
    elif not question and "selftext" in sample.keys:
        question = sample.find("title")
        asked = {"text": f"{{{question}}}\n{{selftext}}"}
    if not question or not answer:
        return None
    if _have_text(sample, question):
        asked = f"{question}.text"
    context = sample.find(*CONTEXTS)
    lists = sample.find(*PASSAGES)
    few = {str(value).lower() for value in sample.distinct(answer) or ()}
    if few and few <= {"true", "false"}:
        passage: dict[str, Any] = (
            {"context": context} if context and sample.is_text(context) else {}
        )
        fields = {**passage, "question": asked, "answer": answer}
        return with_labels(sample, answer, mapped(sample, "yes_no_qa", fields))
    if folded_in(answer, ("label",)):
        return None
    source: Any = answer
    values = [parsed(value) for value in sample.values(answer)]
    if all(isinstance(value, Mapping) and "text" in value for value in values) or all(
        isinstance(value, list) and value and isinstance(value[0], Mapping) for value in values
    ):
        source = f"{answer}.text"
    elif value := _key_of_all(values, "value"):
        source = f"{answer}.{value}"
    elif all(isinstance(value, Mapping) and "spans" in value for value in values):
        source = f"{answer}.spans"
    is_text = context is not None and sample.is_text(context)
    shown = context if is_text else _shown_passages(sample, lists)
    if not shown and all(look_up(row, "document.summary.text") for row in sample.rows):
        shown, is_text = "document.summary.text", True
    if shown:
        fields = {"context": shown, "question": asked, "answer": source}
        guess = mapped(sample, "reading_comprehension", fields)
        if not is_text:
            guess.assumed.append(f"the passages under {lists!r} are shown, a line for each")
        if source == f"{answer}.spans":
            guess.unknown.append("whether several spans are one answer: one of them is drawn")
        return guess
    guess = mapped(sample, "closed_book_qa", {"question": asked, "answer": source})
    if lists:
        guess.unknown.append(
            f"how {lists!r}, which is no text, belongs to a question: it is not shown"
        )
    return guess


def _have_text(sample: Sample, key: str) -> bool:
    """Return whether a key has objects with a text each: {"text": "Why?", "tokens": […]}."""
    values = sample.values(key)
    return all(isinstance(v, Mapping) and isinstance(v.get("text"), str) for v in values)


def _key_of_all(values: list[Any], name: str) -> str | None:
    """Return a key of all objects, in the spelling that they have; None where one lacks it."""
    if not values or not all(isinstance(value, Mapping) for value in values):
        return None
    spelled = {key for key in values[0] if key.casefold() == name}
    return next((key for key in spelled if all(key in value for value in values)), None)


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
    text = next((name for name in (*_PASSAGE_TEXTS, *PASSAGES) if parts.get(name)), None)
    if text is None or not isinstance(parts[text], (str, list)):
        return None
    title = next((name for name in ("title", "titles") if parts.get(name)), None)
    titles = {"titles": f"{key}.{title}"} if title else {}
    return {"passages": f"{key}.{text}", **titles}


_PASSAGE_TEXTS = ("passage_text", "sentences", "text", "paragraph_text", "contents", "content")
