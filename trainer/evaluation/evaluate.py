"""Ask a checkpoint the questions of a suite, score the answers, write tables: `flanbeam eval`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfrecords_schema import filesystem
from tfrecords_schema.answers import parse_answer
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import VALIDATION
from tfrecords_schema.snapshot import open_snapshot
from trainer.batches.held_in import held_in, number_asked
from trainer.checkpointing.vocabulary import check_vocabulary
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.evaluation.kept_out import held_in_note
from trainer.evaluation.predictor import Predictor, Score, open_predictor
from trainer.evaluation.result_files import directory_of, has_other_questions, write
from trainer.evaluation.results import Answer, SuiteResult, summarize
from trainer.evaluation.suites.bbh import bbh
from trainer.evaluation.suites.held_in import held_in_questions, snapshot_questions
from trainer.evaluation.suites.jsonl import jsonl
from trainer.evaluation.suites.mmlu import mmlu, mmlu_cot
from trainer.evaluation.suites.names import HELD_IN, needs_data
from trainer.evaluation.suites.published import PUBLISHED
from trainer.evaluation.suites.question import Fitted, Question, fit, limited
from trainer.evaluation.suites.superni import superni
from trainer.store_copies import local_copy, local_output


@dataclass(frozen=True, kw_only=True)
class EvalRequest:
    """A checkpoint to evaluate, and the suites to evaluate it on."""

    checkpoint: str
    suites: tuple[str, ...]
    out: str
    data: str | None = None  # directory with mmlu/, bbh/, superni/
    snapshot: str | None = None  # for held_in
    limit: int | None = None  # questions per task


def evaluate(
    config: TrainConfig,
    request: EvalRequest,
    progress: Callable[[str], None] | None = None,
) -> list[SuiteResult]:
    """Evaluate each suite; write its results.json, results.md and predictions.jsonl.

    Each suite has a directory below `request.out`; see `directory_of`.

    Raises:
        TrainerError: a suite, its data or the checkpoint is missing.
        OSError: an object store cannot be read or written.
    """
    loaded = {name: load_questions(name, config, request) for name in request.suites}
    say = progress or _say_nothing

    def say_named(line: str) -> None:
        say(line.replace(checkpoint, request.checkpoint))

    with (
        local_copy(request.checkpoint, say) as checkpoint,
        local_output(request.out) as out,
    ):
        predictor = open_predictor(config, checkpoint, say_named)
        if request.snapshot is not None:
            snapshot = open_snapshot(request.snapshot)
            check_vocabulary(predictor.stored_vocabulary, snapshot, request.checkpoint)
        results = []
        for name, (questions, note) in loaded.items():
            chosen = list(limited(questions, request.limit))
            say(f"{name}: {len(chosen)} questions")
            if name == HELD_IN and request.snapshot is not None:
                lengths = config.input_length, config.target_length
                row_format = predictor.model.row_format(*lengths)
                note = held_in_note(config, snapshot, row_format, Path(checkpoint))
            answers = ask(predictor, chosen, config.input_length)
            result = summarize(name, note, request.checkpoint, answers)
            below = directory_of(name, request.suites, request.out)
            place = filesystem.join(request.out, below)
            if has_other_questions(place, answers):
                say(f"warning: {name}: replaces the results of other questions in {place}")
            write(Path(out) / below, result, answers)
            results.append(result)
    return results


def _say_nothing(_: str) -> None:
    """Discard a message; used as `say` if its output is not shown."""


def ask(predictor: Predictor, questions: Sequence[Question], input_length: int) -> list[Answer]:
    """Answer questions: rank the options, or generate an answer where there are none.

    Args:
        predictor: the model.
        questions: the questions of a suite.
        input_length: limit of an input in tokens, EOS included.
    """

    def encode(text: str) -> list[int]:
        ids: list[int] = predictor.vocabulary.encode(text).tolist()
        return ids

    fitted = [fit(question, encode, input_length - 1) for question in questions]
    inputs = [one.ids for one in fitted]
    texts = [question.options or question.targets[:1] for question in questions]
    scores = predictor.score(inputs, [[encode(text) for text in group] for group in texts])
    free = [place for place, question in enumerate(questions) if not question.options]
    generated = predictor.generate([inputs[place] for place in free]) if free else []
    written = dict(zip(free, generated, strict=True))
    return [
        _answer(question, one, texts[place], scores[place], written.get(place))
        for place, (question, one) in enumerate(zip(questions, fitted, strict=True))
    ]


def _answer(
    question: Question,
    fitted: Fitted,
    texts: Sequence[str],
    scores: Sequence[Score],
    generated: str | None,
) -> Answer:
    """Take the most likely option, or the generated text; score the first target."""
    if generated is None:
        best = max(range(len(texts)), key=lambda place: scores[place][0])
        right = next(place for place, text in enumerate(texts) if text in question.targets)
        generated = prediction = texts[best]
    else:
        right = 0
        prediction = (parse_answer(generated) if question.parses_answer else generated) or ""
    log_likelihood, target_tokens = scores[right]
    return Answer(
        question=question,
        shots=fitted.shots,
        is_cut=fitted.is_cut,
        generated=generated,
        prediction=prediction,
        log_likelihood=log_likelihood,
        target_tokens=target_tokens,
    )


def load_questions(
    name: str, config: TrainConfig, request: EvalRequest
) -> tuple[list[Question], str]:
    """Load the questions of a suite, and describe where they come from.

    Raises:
        TrainerError: its data are missing or damaged.
        ConfigurationError: there is no such suite.
    """
    kind, _, path = name.partition("=")
    if kind == "jsonl" and path:
        questions, note = jsonl(Path(path))
        return questions, f"{path}; {note}" if note else path
    if kind == "snapshot" and path:
        return snapshot_questions(open_snapshot(path)), path
    if name == "held_in":
        return _held_in(config, request)
    loaders: dict[str, tuple[str, Callable[[Path], list[Question]]]] = {
        "mmlu": ("mmlu", lambda directory: mmlu(directory, 0)),
        "mmlu_5shot": ("mmlu", lambda directory: mmlu(directory, 5)),
        "mmlu_cot": ("mmlu", mmlu_cot),
        "bbh": ("bbh", lambda directory: bbh(directory, chain_of_thought=False)),
        "bbh_cot": ("bbh", lambda directory: bbh(directory, chain_of_thought=True)),
        "superni": ("superni", superni),
    }
    if not needs_data(name) or request.data is None:
        raise ConfigurationError(
            f"suite {name} needs --data, the directory that has the folders of the suites"
        )
    if name in PUBLISHED:
        questions = list(PUBLISHED[name](Path(request.data)))
        if not questions:
            raise TrainerError(f"suite {name}: its file in {request.data} has no question")
        return questions, request.data
    folder, load = loaders[name]
    return load(Path(request.data) / folder), str(Path(request.data) / folder)


def _held_in(config: TrainConfig, request: EvalRequest) -> tuple[list[Question], str]:
    if request.snapshot is None:
        raise ConfigurationError(
            "suite held_in needs --snapshot, the snapshot that the run trained on"
        )
    snapshot = open_snapshot(request.snapshot)
    held = held_in(snapshot, number_asked(config.held_in_examples))
    kept_out = held.split == VALIDATION or config.held_in_examples > 0
    warning = "" if kept_out else "; held_in_examples is 0, so the run trained on them"
    return held_in_questions(snapshot, held), held.description + warning
