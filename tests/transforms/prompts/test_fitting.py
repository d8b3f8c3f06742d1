"""Fitting: exemplars go first, then the context, never the question; the rest is refused."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.vocabulary import ByteVocabulary
from transforms.prompts.answer_options import PLAIN_STYLE, show_options
from transforms.prompts.exemplars import Exemplar, Prompting
from transforms.prompts.fitting import (
    EMPTY_PROMPT,
    INPUT_TOO_LONG,
    TARGET_TOO_LONG,
    Fitted,
    fit,
    shorten,
)
from transforms.prompts.prompting import Draft, draft_prompt
from transforms.settings import FewShot, Limits, Options
from transforms.stable_random import Draws
from transforms.templates.template import Family, Template
from transforms.types import FieldValue, Record, Task

VOCABULARY = ByteVocabulary()
FAMILY = Family(
    name="made_up",
    targets=("answer",),
    context="context",
    templates=(
        Template("{context}\nQ: {question}", "{answer}", instruction="Answer."),
        Template("{context}\nQ: {question}\n{options}", "{answer}"),
        Template("Q: {question}", "{answer}"),
    ),
)
CONTEXT = "The quick brown fox jumps over the lazy dog"
QUESTION = "Who jumps?"


def _draft(
    exemplars: int = 0, template: int = 0, context: str = CONTEXT, answer: str = "A fox"
) -> Draft:
    shown = show_options(["A fox", "A dog"], "A fox", PLAIN_STYLE, Draws(0))
    return Draft(
        family=FAMILY,
        template=FAMILY.templates[template],
        template_index=template,
        template_type="fs_opt" if exemplars else "zs_opt",
        fields={
            "context": context,
            "question": QUESTION,
            "answer": answer,
            "options": shown.block,
        },
        shown=shown if template == 1 else None,
        exemplars=tuple(
            Exemplar(f"context {i}\nQ: question {i}\nAnswer: answer {i}", {})
            for i in range(exemplars)
        ),
        cue="Answer:",
        separator="\n\n",
        zero_shot=_draft(0, template, context, answer) if exemplars else None,
    )


def _limits(inputs: int, targets: int = 100) -> Limits:
    return Limits(max_input_tokens=inputs, max_target_tokens=targets)


def _length(draft: Draft) -> int:
    """Count the tokens of the inputs, EOS included."""
    return len(VOCABULARY.encode(draft.compose().inputs)) + 1


def _fit(draft: Draft, limits: Limits) -> Fitted:
    fitted = fit(draft, VOCABULARY, limits)
    assert isinstance(fitted, Fitted)
    return fitted


@pytest.mark.parametrize("exemplars", [0, 3])
def test_what_fits_stays_whole(exemplars: int) -> None:
    draft = _draft(exemplars)
    fitted = _fit(draft, _limits(_length(draft), len("A fox") + 1))
    assert fitted.prompt == draft.compose()
    assert fitted.inputs.tolist() == VOCABULARY.encode(fitted.prompt.inputs).tolist()
    assert fitted.targets.tolist() == VOCABULARY.encode("A fox").tolist()
    assert (fitted.exemplars_dropped, fitted.context_shortened) == (0, False)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_exemplars_go_from_the_last(kept: int) -> None:
    draft = smaller = _draft(3)
    for _ in range(3 - kept):
        smaller = smaller.without_last_exemplar()
    fitted = _fit(draft, _limits(_length(smaller)))
    assert fitted.prompt == smaller.compose()
    assert (fitted.exemplars_dropped, fitted.context_shortened) == (3 - kept, False)
    for number in range(3):
        assert (f"question {number}" in fitted.prompt.inputs) is (number < kept)
    assert fitted.prompt.template_type == ("fs_opt" if kept else "zs_opt")


def test_one_token_less_costs_an_exemplar() -> None:
    draft = _draft(3)
    assert _fit(draft, _limits(_length(draft) - 1)).exemplars_dropped == 1


@pytest.mark.parametrize("template", [0, 1])
def test_the_context_is_shortened_at_a_word_and_the_rest_stays(template: int) -> None:
    draft = _draft(2, template)
    # At least half of the passage stays, "The quick brown fox jumps" of its 43 characters.
    shortest = _length(_draft(0, template, context="The quick brown fox jumps"))
    whole = _length(_draft(0, template))
    for limit in range(shortest, whole):
        fitted = _fit(draft, _limits(limit))
        assert (fitted.exemplars_dropped, fitted.context_shortened) == (2, True)
        assert len(fitted.inputs) < limit
        assert QUESTION in fitted.prompt.inputs
        if template == 0:
            assert fitted.prompt.inputs.startswith("Answer.\n\n")
        else:
            assert draft.shown
            assert fitted.prompt.inputs.endswith(draft.shown.block)
        words = _context_of(fitted).split(" ")
        assert words == CONTEXT.split(" ")[: len(words)]
        # It is the longest: one word more does not fit.
        longer = _draft(0, template, context=" ".join(CONTEXT.split(" ")[: len(words) + 1]))
        assert _length(longer) > limit


def _context_of(fitted: Fitted) -> str:
    text = fitted.prompt.inputs.removeprefix("Answer.\n\n")
    return text.split("\nQ: ")[0]


@given(
    st.lists(st.sampled_from(["a", "bb", "longer", "漢字", "é"]), min_size=1, max_size=60),
    st.integers(20, 120),
)
def test_the_limit_always_holds(words: list[str], limit: int) -> None:
    draft = _draft(1, context=" ".join(words))
    fitted = fit(draft, VOCABULARY, _limits(limit))
    context = " ".join(words)
    if isinstance(fitted, str):
        assert fitted == INPUT_TOO_LONG
        # A word more than half of the passage would not fit.
        half = context[: len(context) // 2 + 1 + max(map(len, words))]
        assert _length(_draft(0, context=half)) > limit
    else:
        assert len(fitted.inputs) < limit
        assert QUESTION in fitted.prompt.inputs
        if not fitted.prompt.num_shots:
            assert len(_context_of(fitted)) >= len(context) / 2
            kept = _context_of(fitted).split(" ")
            # A word is cut where characters are words, or where not even the first fits whole.
            assert " ".join(words).startswith(" ".join(kept))
            is_cut = kept != words[: len(kept)]
            assert not is_cut or len(kept) == 1 or kept[-1] == "漢"


@pytest.mark.parametrize(
    ("draft", "limits", "reason"),
    [
        (_draft(answer=""), _limits(1000), EMPTY_PROMPT),
        (_draft(answer=" \n"), _limits(1000), EMPTY_PROMPT),
        (_draft(answer="much too long"), _limits(1000, 13), TARGET_TOO_LONG),
        (_draft(template=2), _limits(10), INPUT_TOO_LONG),
        (_draft(), _limits(15), INPUT_TOO_LONG),
        # Less than half of the passage would be left, and less than 200 tokens of it.
        (_draft(context="word " * 40), _limits(125), INPUT_TOO_LONG),
        (_draft(3), _limits(15), INPUT_TOO_LONG),
    ],
)
def test_what_cannot_fit_is_refused(draft: Draft, limits: Limits, reason: str) -> None:
    assert fit(draft, VOCABULARY, limits) == reason


def test_targets_are_never_shortened() -> None:
    draft = _draft(answer="much too long")
    fitted = _fit(draft, _limits(1000, 14))
    assert fitted.prompt.targets == "much too long"


def test_a_draft_is_left_as_it_was() -> None:
    draft = _draft(3)
    before = draft.compose()
    fit(draft, VOCABULARY, _limits(50))
    assert draft.compose() == before


def test_the_vocabulary_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    class Words:
        size = 100

        def encode(self, text: str) -> list[int]:
            return [7] * len(text.split())

        def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
            return [self.encode(text) for text in texts]

        def decode(self, ids: list[int]) -> str:
            raise NotImplementedError

    measure: Callable[..., Fitted | str] = fit
    fitted = measure(_draft(), Words(), _limits(10))
    assert isinstance(fitted, Fitted)
    assert fitted.prompt.inputs == "Answer.\n\nThe quick brown fox jumps\nQ: Who jumps?"


def _fit_shorter(family: str, fields: dict[str, FieldValue], shorter_by: int, seed: int) -> Fitted:
    record = Record(id="1" * 32, source="s", collection="c", task="t", license="MIT", fields=fields)
    task = Task(name="t", source="s", collection="c", family=family)
    context = Prompting(task, [], FewShot().variants, Options())  # type: ignore[call-arg]
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
    fitted = _fit_shorter("extractive_qa", fields, shorter_by=5, seed=0)
    assert "cartographer" in fitted.prompt.inputs
    assert "dicti" not in fitted.prompt.inputs


def test_a_dialog_is_cut_between_turns_if_enough_of_it_is_left() -> None:
    turns = ["Anna: Good morning.", "Ben: A nice day.", "Anna: It is.", "Ben: Let us go."]
    family = replace(FAMILY, context_keeps="end")
    draft = replace(_draft(context="\n".join(turns)), family=family)

    def kept(shorter_by: int) -> FieldValue:
        limits = _limits(_length(draft) - shorter_by)
        return _fit(draft, limits).draft.fields["context"]

    assert {kept(by) for by in range(1, 21)} == {"\n".join(turns[1:])}
    # Two turns would be less than half of it.
    assert kept(31) == "day.\nAnna: It is.\nBen: Let us go."


def test_a_dialog_keeps_its_latest_turn() -> None:
    # The reply answers the last turn; cut from its end, the history no longer holds it.
    turns = ["First words of a chat. " * 5, "Second words, a reply. " * 5, "And your name?", "Ann."]
    for seed in range(50):
        fields: dict[str, FieldValue] = {"turns": turns}
        fitted = _fit_shorter("dialog_response", fields, shorter_by=30, seed=seed)
        if fitted.prompt.targets == "Ann.":
            assert "And your name?" in fitted.prompt.inputs


@pytest.mark.parametrize(
    ("context", "least"),
    [
        # One line without a space after a title: it is not cut to the title.
        ("小镇\n" + "春天的风吹过河边小镇上人们在桥头聊天" * 20, 150),
        ("เมือง\n" + "ผู้คนคุยกันที่หัวสะพานใกล้แม่น้ำ" * 20, 150),
        ("Log: https://example.org/" + "a1b2c3d4e5/" * 60, 400),
        ("Code: " + "function(e,t){return e[t]};" * 30, 400),
    ],
)
def test_a_text_without_spaces_keeps_what_fits(context: str, least: int) -> None:
    fitted = _fit(_draft(context=context), _limits(600))
    assert len(fitted.inputs) > 580 if context.isascii() else 560
    assert context.startswith(_context_of(fitted))
    assert len(_context_of(fitted)) >= least


def test_a_mark_stays_with_its_letter() -> None:
    context = "น้ำ" * 100
    for limit in range(300, 330):
        kept = _context_of(_fit(_draft(context=context), _limits(limit)))
        rest = context[len(kept) :]
        assert unicodedata.category(rest[0])[0] != "M"


# Where a script has no spaces, at "bb漢字", a cut is between characters, and else at white space.
_MIXED = "aa bb漢字 cc dd"


@pytest.mark.parametrize(
    ("text", "size", "end", "kept"),
    [
        (_MIXED, 0, "start", ""),
        (_MIXED, 1, "start", "a"),
        (_MIXED, 4, "start", "aa"),
        (_MIXED, 5, "start", "aa bb"),
        (_MIXED, 6, "start", "aa bb漢"),
        (_MIXED, 7, "start", "aa bb漢字"),
        (_MIXED, 9, "start", "aa bb漢字"),
        (_MIXED, 12, "start", "aa bb漢字 cc"),
        (_MIXED, 9, "end", "cc dd"),
        (_MIXED, 8, "end", "漢字 cc dd"),
        (_MIXED, 7, "end", "字 cc dd"),
        (_MIXED, 6, "end", "cc dd"),
        (_MIXED, 4, "end", "dd"),
        (_MIXED, 1, "end", "d"),
        ("aa 漢ccc", 5, "start", "aa"),
        ("漢ab cd", 5, "end", "ab cd"),
        ("漢aab cd", 6, "end", "aab cd"),
        ("漢aab cd", 5, "end", "cd"),
        # Marks, of which a letter may have two.
        ("น้ำ", 1, "start", ""),
        ("น้ำ", 2, "start", "น้"),
        ("e\u0301\u0302xyz", 2, "start", ""),
        ("e\u0301\u0302xyz", 3, "start", "e\u0301\u0302"),
        ("e\u0301xyz", 4, "end", "xyz"),
        ("e\u0301\u0302xyz", 5, "end", "xyz"),
        # What is cut of a word goes, and what is longer than a word stays.
        ("a " + "b" * 50, 2 + 40, "start", "a"),
        ("a " + "b" * 50, 2 + 41, "start", "a " + "b" * 41),
        ("b" * 50 + " a", 40 + 2, "end", "a"),
        ("b" * 50 + " a", 41 + 2, "end", "b" * 41 + " a"),
    ],
)
def test_where_a_text_is_cut(text: str, size: int, end: str, kept: str) -> None:
    assert shorten(text, (size + 0.5) / len(text), end) == kept


def test_less_than_half_of_a_context_stays_if_it_has_200_tokens() -> None:
    draft = _draft(context="a" * 1000)
    limit = _length(_draft(context="a" * 200))
    assert _context_of(_fit(draft, _limits(limit))) == "a" * 200
    assert fit(draft, VOCABULARY, _limits(limit - 1)) == INPUT_TOO_LONG


def test_half_of_a_context_is_enough() -> None:
    draft = _draft(context="a" * 100)
    limit = _length(_draft(context="a" * 50))
    assert _context_of(_fit(draft, _limits(limit))) == "a" * 50
    assert fit(draft, VOCABULARY, _limits(limit - 1)) == INPUT_TOO_LONG


@pytest.mark.parametrize("head", [[], ["System: Be kind."]])
def test_a_label_without_its_turn_is_not_shown(head: list[str]) -> None:
    task = Task(name="t", source="s", collection="c", family="chat")
    context = Prompting(task, [], FewShot(), Options())

    def draft(history: list[str]) -> Draft:
        fields: dict[str, FieldValue] = {"history": history, "input": "?", "output": "!"}
        record = Record(
            id="0" * 32, source="s", collection="c", task="t", license="MIT", fields=fields
        )
        made = draft_prompt(record, "zs_noopt", context, Draws(1))
        assert made is not None
        return made

    long = draft([*head, "User: " + "w" * 200])
    # There is room for "User: ", and for none of its 200 letters; then for one.
    limit = _length(draft([*head, "User: w"])) - 1
    fitted = fit(long, VOCABULARY, _limits(limit))
    if head:
        assert isinstance(fitted, Fitted)
        assert fitted.prompt == draft(head).compose()
    else:
        assert fitted == INPUT_TOO_LONG
    more = _fit(long, _limits(limit + 1))
    assert more.prompt == draft([*head, "User: w"]).compose()


def test_a_conversation_loses_its_oldest_turns_and_keeps_its_system_prompt() -> None:
    turns = [f"User: question {n}" for n in range(40)]
    head = ["System: Be kind.", 'Tools: [{"name":"w"}]']
    record = Record(
        id="0" * 32,
        source="s",
        collection="c",
        task="t",
        license="MIT",
        fields={"history": [*head, *turns], "input": "And now?", "output": "This."},
    )
    context = Prompting(
        Task(name="t", source="s", collection="c", family="chat"), [], FewShot(), Options()
    )
    for number in range(20):
        draft = draft_prompt(record, "zs_noopt", context, Draws(number))
        assert draft is not None
        limits = Limits(max_input_tokens=400, max_target_tokens=20)
        fitted = fit(draft, VOCABULARY, limits)
        assert isinstance(fitted, Fitted)
        assert fitted.context_shortened
        shown = fitted.prompt.inputs
        assert "\n".join([*head, "User: question 3"])[:40] in shown
        kept = [turn for turn in turns if f"{turn}\n" in shown or shown.endswith(turn)]
        assert kept == turns[-len(kept) :]
        assert len(kept) > 5
        # One turn more would not have fit.
        assert len(shown.encode()) + len("User: question 9\n") + 5 > 400
    small = fit(draft, VOCABULARY, Limits(max_input_tokens=40, max_target_tokens=20))
    assert small == INPUT_TOO_LONG


def test_a_turn_that_is_too_long_alone_keeps_its_end() -> None:
    history = ["System: Be kind.", "User: " + "word " * 200 + "end"]
    fields: dict[str, FieldValue] = {"history": history, "input": "?", "output": "!"}
    record = Record(id="0" * 32, source="s", collection="c", task="t", license="MIT", fields=fields)
    context = Prompting(
        Task(name="t", source="s", collection="c", family="chat"), [], FewShot(), Options()
    )
    draft = draft_prompt(record, "zs_noopt", context, Draws(1))
    assert draft is not None
    fitted = fit(draft, VOCABULARY, Limits(max_input_tokens=400, max_target_tokens=20))
    assert isinstance(fitted, Fitted)
    assert "System: Be kind.\nUser: word" in fitted.prompt.inputs
    assert "word end" in fitted.prompt.inputs
