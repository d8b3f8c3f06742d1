"""Found: shortening cuts words of texts without blanks, and a dialog's latest turns."""

from tfrecords_schema.vocabulary import ByteVocabulary
from transforms.fitting import Fitted, fit
from transforms.prompting import Draft, Prompting, draft_prompt
from transforms.settings import FewShot, Limits, Options
from transforms.stable_random import Draws
from transforms.types import FieldValue, Record, Task


def _fit(family: str, fields: dict[str, FieldValue], shorter_by: int, seed: int) -> Fitted:
    record = Record("1" * 32, "s", "c", "t", "train", "MIT", fields)
    context = Prompting(Task("t", "s", "c", family), [], FewShot(), Options())
    draft = draft_prompt(record, "zs_noopt", context, Draws(seed))
    assert isinstance(draft, Draft)
    vocabulary = ByteVocabulary()
    limit = len(vocabulary.encode(draft.compose().inputs)) + 1 - shorter_by
    fitted = fit(draft, vocabulary, Limits(max_input_tokens=limit))
    assert isinstance(fitted, Fitted)
    return fitted


def test_a_context_of_lines_is_cut_between_words() -> None:
    # "cut at white space", says the code; only blanks count.
    context = "alphabetical\nbibliography\ncartographer\ndictionaries"
    fields: dict[str, FieldValue] = {"context": context, "question": "Who?", "answer": "Nobody"}
    fitted = _fit("extractive_qa", fields, shorter_by=5, seed=0)
    assert "cartographer" in fitted.prompt.inputs
    assert "dicti" not in fitted.prompt.inputs


def test_a_dialog_keeps_its_latest_turn() -> None:
    # The reply answers the last turn; cut from its end, the history no longer holds it.
    turns = ["First words of a chat. " * 5, "Second words, a reply. " * 5, "And your name?", "Ann."]
    for seed in range(50):
        fields: dict[str, FieldValue] = {"turns": turns}
        fitted = _fit("dialog_response", fields, shorter_by=30, seed=seed)
        if fitted.prompt.targets == "Ann.":
            assert "And your name?" in fitted.prompt.inputs
