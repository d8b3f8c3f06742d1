"""The parts that are stored of a prompt are the texts that they are taken for."""

from collections.abc import Mapping

import pytest

from tfrecords_schema.prompt_parts import Role
from transforms.prompts.exemplars import Exemplar
from transforms.prompts.parts import find_parts
from transforms.prompts.prompting import Draft
from transforms.prompts.turns import spoken_turns
from transforms.records.fields import DialogLayout
from transforms.templates.families import FAMILIES
from transforms.templates.template import Template
from transforms.types import FieldValue, Record, Task

DIALOG = FAMILIES["dialog_response"]
CHAT = FAMILIES["chat"]


def _record(fields: Mapping[str, FieldValue]) -> Record:
    return Record(id="0" * 32, source="s", collection="c", task="t", license="MIT", fields=fields)


def _task(family: str) -> Task:
    return Task(name="t", source="s", collection="c", family=family)


def _draft(template: Template, fields: dict[str, str], **changes: object) -> Draft:
    return Draft(
        **{  # type: ignore[arg-type]
            "family": FAMILIES["nli"],
            "template": template,
            "template_index": 0,
            "template_type": "zs_noopt",
            "fields": fields,
            "shown": None,
            **changes,
        }
    )


def _texts(draft: Draft) -> list[tuple[str, str]]:
    inputs = draft.compose().inputs
    return [(role.name, inputs[start:end]) for role, start, end in find_parts(draft)]


def test_an_instruction_and_options_are_found_though_their_texts_occur_twice() -> None:
    template = Template("{text}\n{options}\nAnswer:", "{answer}", instruction="Options: a")
    fields = {"text": "Options: a", "options": "Options: a", "answer": "a"}
    assert _texts(_draft(template, fields)) == [
        ("INSTRUCTION", "Options: a"),
        ("QUERY", "Options: a\nOptions: a\nAnswer:"),
        ("OPTIONS", "Options: a"),
    ]
    parts = find_parts(_draft(template, fields))
    assert [start for _, start, _ in parts] == [0, 12, 23]


def test_options_are_found_below_a_text_that_brings_its_period() -> None:
    template = Template("Say: {text}. Choose.\n{options}", "{answer}")
    fields = {"text": "Rain fell.", "options": "a or b", "answer": "a"}
    assert ("OPTIONS", "a or b") in _texts(_draft(template, fields))


def test_a_prompt_of_a_query_alone_has_no_parts() -> None:
    assert find_parts(_draft(Template("{text}?", "{answer}"), {"text": "a", "answer": "b"})) == []


def test_exemplars_and_their_answers_are_apart_whatever_separates_them() -> None:
    template = Template("Q: {text}\nA:", "{answer}", instruction="\n\nDo it.", is_layout=True)
    exemplars = (Exemplar("Q: 1\nA: x\nA: x", {}, "x\nA: x"), Exemplar("Q: 2\nBad: y", {}, ""))
    draft = _draft(
        template,
        {"text": "3", "answer": "z"},
        exemplars=exemplars,
        separator="\n###\n",
    )
    # The blank lines before the whole are left out of the prompt.
    assert draft.compose().inputs.startswith("Do it.\n###\nQ: 1")
    assert _texts(draft) == [
        ("INSTRUCTION", "Do it."),
        ("EXEMPLAR", "Q: 1\nA:"),
        ("EXEMPLAR_ANSWER", "x\nA: x"),
        ("EXEMPLAR", "Q: 2\nBad: y"),
        ("QUERY", "Q: 3\nA:"),
    ]


TURNS = ["Hi", "Hi", "Two, please", "At eight?", "Yes\n[B] no"]
LAYOUT = DialogLayout(("A", "B"), "[{speaker}] {turn}")


def _dialog(history: str, template: Template | None = None) -> Draft:
    record = Record(
        id="0" * 32, source="s", collection="c", task="t", license="MIT", fields={"turns": TURNS}
    )
    task = Task(name="t", source="s", collection="c", family="dialog_response")
    return _draft(
        template or Template("Dialog:\n{history}\n\nNext:", "{response}"),
        {"history": history, "response": "?"},
        family=DIALOG,
        turns=spoken_turns(task, record, LAYOUT),
    )


def test_a_dialog_keeps_its_turns() -> None:
    history = "[A] Hi\n[B] Hi\n[A] Two, please"
    assert _texts(_dialog(history))[1:] == [
        ("USER", "Hi"),
        ("ASSISTANT", "Hi"),
        ("USER", "Two, please"),
    ]
    whole = "\n".join(LAYOUT.line(number, turn) for number, turn in enumerate(TURNS))
    assert _texts(_dialog(whole))[-1] == ("USER", "Yes\n[B] no")


@pytest.mark.parametrize(
    ("history", "oldest"),
    [
        ("[B] Hi\n[A] Two, please", ("ASSISTANT", "Hi")),
        ("i\n[A] Two, please", ("ASSISTANT", "i")),
        ("please", ("USER", "please")),
    ],
)
def test_a_dialog_that_lost_its_beginning_keeps_the_rest(
    history: str, oldest: tuple[str, str]
) -> None:
    turns = _texts(_dialog(history))[1:]
    assert turns[0] == oldest
    assert turns[-1][0] == "USER"
    assert turns[-1][1].endswith("please")


def test_an_inverted_dialog_is_no_conversation() -> None:
    template = Template("{history}", "{response}", inversion="response → history")
    assert find_parts(_dialog("[A] Hi", template)) == []


def _chat(
    history: list[str],
    shown: str,
    last: str,
    family: str = "chat",
    unlearned: tuple[int, ...] = (),
) -> Draft:
    record = Record(
        id="0" * 32,
        source="s",
        collection="c",
        task="t",
        license="MIT",
        fields={"history": history},
        unlearned=unlearned,
    )
    return _draft(
        Template("{history}\n\nNow:\n{input}\n\nReply:", "{output}"),
        {"history": shown, "input": last, "output": "?"},
        family=FAMILIES[family],
        turns=spoken_turns(Task(name="t", source="s", collection="c", family=family), record, None),
    )


def test_a_chat_keeps_system_prompt_tools_and_turns() -> None:
    history = ["System: Be\nbrief.", "Tools: [1]", "User: a\nUser: b", "Assistant: c"]
    assert _texts(_chat(history, "\n".join(history), "d"))[1:] == [
        ("SYSTEM", "Be\nbrief."),
        ("TOOLS", "[1]"),
        ("USER", "a\nUser: b"),
        ("ASSISTANT", "c"),
        ("USER", "d"),
    ]


def test_a_chat_that_lost_turns_keeps_its_system_prompt() -> None:
    history = ["System: s", "User: a", "Assistant: b", "User: c", "Assistant: dd ee"]
    cut = "System: s\nAssistant: ee"
    assert _texts(_chat(history, cut, "f"))[1:] == [
        ("SYSTEM", "s"),
        ("ASSISTANT", "ee"),
        ("USER", "f"),
    ]
    assert _texts(_chat(history, "System: s", "f"))[1:] == [("SYSTEM", "s"), ("USER", "f")]


def test_what_a_tool_returned_is_a_turn_of_the_tool() -> None:
    draft = _chat(["User: a", "Assistant: f()"], "User: a\nAssistant: f()", "Tool: 3", CHAT.name)
    assert _texts(draft)[-1] == ("USER", "Tool: 3")
    after = _chat(["User: a"], "User: a", "Tool: 3", "chat_after_tool")
    assert _texts(after)[-1] == ("TOOL", "3")


def test_a_system_turn_may_be_the_last_one() -> None:
    assert _texts(_chat(["User: a"], "User: a", "System: b"))[1:] == [
        ("USER", "a"),
        ("SYSTEM", "b"),
    ]
    said = _chat(["User: a"], "User: a", "User: System: b")
    assert _texts(said)[-1] == ("USER", "System: b")
    assert _texts(_chat(["User: a"], "User: a", "User: b"))[-1] == ("USER", "User: b")


def test_turns_that_are_not_to_be_learned_are_marked_also_after_a_cut() -> None:
    history = ["User: a", "Assistant: b", "User: c", "Assistant: d"]
    draft = _chat(history, "\n".join(history), "e", unlearned=(1,))
    assert _texts(draft)[1:] == [
        ("USER", "a"),
        ("ASSISTANT_UNLEARNED", "b"),
        ("USER", "c"),
        ("ASSISTANT", "d"),
        ("USER", "e"),
    ]
    cut = _chat(history, "Assistant: b\nUser: c\nAssistant: d", "e", unlearned=(1,))
    assert _texts(cut)[1] == ("ASSISTANT_UNLEARNED", "b")


def test_numbers_of_roles_never_change() -> None:
    assert {role.name: int(role) for role in Role} == {
        "INSTRUCTION": 0,
        "EXEMPLAR": 1,
        "EXEMPLAR_ANSWER": 2,
        "QUERY": 3,
        "OPTIONS": 4,
        "SYSTEM": 5,
        "TOOLS": 6,
        "USER": 7,
        "ASSISTANT": 8,
        "TOOL": 9,
        "ASSISTANT_UNLEARNED": 10,
    }
