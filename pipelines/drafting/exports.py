"""Guess what the exports of annotation tools and logs of model calls hold.

Layouts: Prodigy's JSON Lines (prodi.gy/docs/api-interfaces), Label Studio's JSON
(labelstud.io/guide/export), Argilla's records, OpenAI's batch files and logs of its API.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.attributes import classified
from pipelines.drafting.guess import Guess, Rule
from pipelines.drafting.samples import Sample
from transforms.sources.field_sources import look_up

_VERDICTS = {"accept", "reject", "ignore"}
_TASK_FIELDS = ("instruction", "prompt", "question", "query", "text", "input")
_CONTEXT_FIELDS = ("input", "context", "passage", "background")
_NO_SPANS = "no family of templates has spans of a text as answers"
_FEW = 40


def _prodigy(sample: Sample) -> Guess | None:
    """Guess Prodigy's rows: what was accepted is right."""
    verdicts = sample.values("answer")
    if not verdicts or not all(isinstance(v, str) and v in _VERDICTS for v in verdicts):
        return None
    if not sample.find("_input_hash", "_task_hash", "spans", "accept", "options", "relations"):
        return None
    if sample.find("relations"):
        return Guess(problem="Prodigy's relations between spans: no family of templates has them")
    if sample.find("image", "html", "audio", "video") and not sample.is_text("text"):
        return Guess(problem="Prodigy's annotations of images, audio or HTML, which are not text")
    if sample.is_list_of("options", Mapping):
        return _choice(sample)
    if sample.find("spans"):
        return Guess(problem=f"Prodigy's spans: {_NO_SPANS}")
    if not sample.is_text("text") or not sample.is_text("label"):
        return None
    return _binary(sample)


def _choice(sample: Sample) -> Guess:
    accepted = [value for value in sample.values("accept") if isinstance(value, list)]
    if any(len(value) > 1 for value in accepted):
        detail = "no family of templates has several answers at a time"
        return Guess(problem=f"Prodigy's `accept` has several options in a row: {detail}")
    asked = sample.find("text", "question", "prompt")
    if asked is None:
        return Guess(problem="Prodigy's options without a text that they are about")
    lists = [[(one.get("id"), one.get("text")) for one in row] for row in sample.values("options")]
    said = ["Prodigy: the one option under 'accept' is the answer; other verdicts are left out"]
    keys: dict[str, Any] = {"format": sample.form, "filters": {"answer": "accept"}}
    if all(one == lists[0] for one in lists):
        names = {str(identifier): str(text or identifier) for identifier, text in lists[0]}
        keys |= {**classified(asked, "accept.0", "label"), "label_of": names}
        return Guess(keys, said)
    fields = {"question": asked, "options": "options.text", "answer": "accept.0"}
    family = "multiple_choice_qa"
    return Guess({**keys, "family": family, "fields": fields, "marks": "options.id"}, said)


def _binary(sample: Sample) -> Guess:
    labels = sorted({str(value) for value in sample.values("label")})
    keys: dict[str, Any] = {"format": sample.form}
    if len(labels) == 1:
        (label,) = labels
        names = {"accept": label, "reject": f"not {label}"}
        keys |= {**classified("text", "answer"), "label_of": names}
        keys["filters"] = {"answer": list(names)}
        return Guess(keys, [f"Prodigy: rejected rows are not {label!r}; ignored ones are left out"])
    keys |= {**classified("text", "label"), "labels": labels}
    keys["filters"] = {"answer": "accept"}
    said = ["Prodigy: the label of an accepted row is right; other rows are left out"]
    return Guess(keys, said)


def _label_studio(sample: Sample) -> Guess | None:
    """Guess Label Studio's tasks with annotations: choices, or texts that were written."""
    if not sample.is_list_of("annotations", Mapping) or not sample.find("data"):
        return None
    annotations = [one for value in sample.values("annotations") for one in value[:1]]
    if not any("result" in one for one in annotations):
        return None
    results = [one.get("result") or [] for one in annotations]
    kinds = Counter(str(one.get("type")) for result in results for one in result)
    key = {"choices": "choices", "textarea": "text"}.get(next(iter(kinds), ""))
    if len(kinds) != 1 or key is None:
        detail = ", ".join(kinds) or "none"
        return Guess(problem=f"Label Studio's annotations of type {detail}: only rows with one "
                     "choice or one written text are read")  # fmt: skip
    if any(len(result) > 1 or len(_at(result, key)) > 1 for result in results):
        return Guess(problem="Label Studio's annotations with several answers in a row")
    data = [value for value in sample.values("data") if isinstance(value, Mapping)]
    texts = [k for k in (data or [{}])[0] if all(_is_text(value, k) for value in data)]
    shown = next((name for name in _TASK_FIELDS if name in texts), texts[0] if texts else None)
    if shown is None:
        return Guess(problem="Label Studio's annotations of images or audio, which are not text")
    answers = [_at(result, key)[0] for result in results if _at(result, key)]
    answer = f"annotations.0.result.0.value.{key}.0"
    name = next(str(one.get("from_name", "")) for result in results for one in result)
    guess = _answers(sample.form, f"data.{shown}", answer, answers, name)
    guess.assumed.append(f"Label Studio: the first annotation of a task answers {shown!r}")
    if any(len(value) > 1 for value in sample.values("annotations")):
        guess.unknown.append("which of several annotations is right: the first one is read")
    if all("was_cancelled" in one for one in annotations):
        guess.keys["filters"] = {"annotations.0.was_cancelled": False}
    return guess


def _at(result: Any, key: str) -> list[Any]:
    value = look_up(result[0], f"value.{key}") if result else None
    return value if isinstance(value, list) else [value] if value else []


def _is_text(row: Any, key: str) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get(key), str)


def _answers(form: str, shown: str, answer: str, answers: list[Any], name: str) -> Guess:
    """Return a classification where answers repeat, otherwise prompts and answers in words.

    Args:
      name: what the labels are of.
    """
    labels = sorted({str(value) for value in answers})
    if 1 < len(labels) <= min(_FEW, max(2, len(answers) // 2)):
        keys = {**classified(shown, answer, name), "labels": labels}
        unknown = ["labels that only later rows have: they would be rejected"]
        return Guess({"format": form, **keys}, [], unknown)
    fields = {"input": shown, "answer": answer}
    return Guess({"format": form, "family": "prompted", "fields": fields})


def _argilla(sample: Sample) -> Guess | None:
    """Guess Argilla's records: fields, and the responses of annotators to questions."""
    fields, responses = sample.values("fields"), sample.values("responses")
    both = [*fields, *responses]
    if not fields or not responses or not all(one and isinstance(one, Mapping) for one in both):
        return None
    questions = {
        name: [look_up(one, f"{name}.0.value") for one in responses] for name in responses[0]
    }
    texts = {
        name: [value for value in values if isinstance(value, str)]
        for name, values in questions.items()
    }
    answered = [name for name, values in texts.items() if values]
    if not answered:
        return Guess(
            problem=f"Argilla's responses ({', '.join(questions)}) are not texts or labels"
        )
    name = max(answered, key=lambda one: sum(map(len, texts[one])))
    known = list(fields[0])
    shown = next((one for one in _TASK_FIELDS if one in known), known[0])
    guess = _answers(sample.form, f"fields.{shown}", f"responses.{name}.0.value", texts[name], name)
    guess.assumed.append(f"Argilla: the first response to {name!r} answers the field {shown!r}")
    context = next((one for one in _CONTEXT_FIELDS if one in known and one != shown), None)
    if context and guess.keys["family"] == "prompted":
        guess.keys["fields"]["input"] = {"text": f"{{fields.{shown}}}\n\n{{fields.{context}}}"}
    if len(questions) > 1:
        others = ", ".join(one for one in questions if one != name)
        guess.unknown.append(f"what the other questions ({others}) are for: they are not used")
    return guess


def _argilla_flat(sample: Sample) -> Guess | None:
    """Guess records that Argilla 2 exported flat: `label.responses` beside `label.suggestion`."""
    answered = [
        key.removesuffix(".responses")
        for key in sample.keys
        if key.endswith(".responses") and f"{key}.status" in sample.keys and sample.values(key)
    ]
    if not answered:
        return None
    name = answered[0]
    key = f"{name}.responses"
    responses = [value for value in sample.values(key) if isinstance(value, list) and value]
    if not all(isinstance(value[0], str) for value in responses):
        return Guess(problem=f"Argilla's responses to {name!r} are no texts: {_NO_SPANS}")
    besides = (f"{one}." for one in answered)
    texts = [
        k
        for k in sample.keys
        if sample.is_text(k) and not k.startswith(tuple(besides)) and k not in _ARGILLA_KEYS
    ]
    shown = next((one for one in _TASK_FIELDS if one in texts), texts[0] if texts else None)
    if shown is None:
        return Guess(problem="Argilla's records without a field that is text")
    source = f"{key}.0"
    guess = _answers(sample.form, shown, source, [value[0] for value in responses], name)
    guess.assumed.append(f"Argilla: the first response to {name!r} answers the field {shown!r}")
    if len(answered) > 1:
        guess.unknown.append(
            f"what the other questions ({', '.join(answered[1:])}) are for: they are not used"
        )
    return guess


_ARGILLA_KEYS = {"id", "status", "_server_id", "inserted_at", "updated_at"}


def _ground_truth(sample: Sample) -> Guess | None:
    """Guess SageMaker Ground Truth's manifests: a text, and the name of its class."""
    named = [
        f"{key}.class-name"
        for key in sample.keys
        if key.endswith("-metadata") and _has(sample, key, "class-name")
    ]
    if len(named) != 1 or not sample.is_text("source"):
        return None
    (key,) = named
    name = key.removesuffix("-metadata.class-name")
    guess = _answers(sample.form, "source", key, [look_up(r, key) for r in sample.rows], name)
    guess.assumed.append("SageMaker Ground Truth: the name of its class is the label of a text")
    return guess


def _model_calls(sample: Sample) -> Guess | None:
    """Guess requests to a model's API with or without the responses."""
    requests = next((k for k in ("request", "body", "input") if _has(sample, k, "messages")), None)
    if requests and sample.find("preferred_output"):
        columns = {"prompt": f"{requests}.messages", "chosen": "preferred_output"}
        said = "preference pairs of OpenAI: `preferred_output` is the target"
        return Guess({"format": "chat", "columns": columns}, [said])
    chosen = "choices.0.message"
    responses = next(
        (
            f"{key}.{path}{chosen}"
            for key in ("response", "output", "completion")
            for path in ("", "body.")
            if _has(sample, key, f"{path}{chosen}")
        ),
        next((key for key in ("response", "output", "completion") if sample.is_text(key)), None),
    )
    messages = (k for k in ("response", "output") if _has(sample, k, "role"))
    responses = responses or next((k for k in messages if _has(sample, k, "content")), None)
    if requests and responses:
        columns = {"prompt": f"{requests}.messages", "completion": responses}
        if _has(sample, requests, "tools"):
            columns["tools"] = f"{requests}.tools"
        if _has(sample, requests, "system"):
            columns["system"] = f"{requests}.system"
        said = f"calls of a model: {responses!r} is learned"
        return Guess({"format": "chat", "columns": columns}, [said])
    if responses and chosen in responses:
        problem = "responses of a model without the requests: join the two files by their ids first"
        return Guess(problem=problem)
    roles = {
        one.get("role")
        for row in sample.rows
        for one in look_up(row, f"{requests}.messages") or []
        if isinstance(one, Mapping)
    }
    others = sample.find("response", "output", "outputs", "completion")
    if requests and not others and "assistant" not in roles:
        problem = "requests to a model without its responses: join the two files by their ids first"
        return Guess(problem=problem)
    return None


def _has(sample: Sample, key: str, path: str) -> bool:
    values = [look_up(row, f"{key}.{path}") for row in sample.rows[:20]]
    return bool(values) and all(
        any(item is not None for item in value) if isinstance(value, list) else bool(value)
        for value in values
    )


EXPORTS: tuple[Rule, ...] = (
    _prodigy,
    _label_studio,
    _argilla,
    _argilla_flat,
    _ground_truth,
    _model_calls,
)
