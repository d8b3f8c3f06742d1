"""Examples as chat rows, from parts written by hand."""

import pytest

from tfrecords_schema.chat_rows import chat_row, conversation_of
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import Value

FEW_SHOT = "Say it in French.\n\nIn: one\nOut: un\n\nIn: two\nOut:"


def _row(inputs: str, targets: str, *parts: tuple[int, str]) -> dict[str, Value]:
    """Return a row whose parts are found by their texts, in order."""
    numbers, position = [], 0
    for role, text in parts:
        start = inputs.index(text, position)
        numbers += [role, start, start + len(text)]
        # Options and turns lie inside a query.
        position = start if role == 3 else start + len(text)
    return {
        "inputs_pretokenized": inputs,
        "targets_pretokenized": targets,
        "prompt_parts": numbers,
    }


def _few_shot() -> dict[str, Value]:
    return _row(
        FEW_SHOT,
        "deux",
        (0, "Say it in French."),
        (1, "In: one\nOut:"),
        (2, "un"),
        (3, "In: two\nOut:"),
    )


def test_exemplars_are_earlier_turns_and_the_instruction_is_the_system_turn() -> None:
    assert chat_row(_few_shot(), "messages") == {
        "messages": [
            {"role": "system", "content": "Say it in French."},
            {"role": "user", "content": "In: one\nOut:"},
            {"role": "assistant", "content": "un"},
            {"role": "user", "content": "In: two\nOut:"},
            {"role": "assistant", "content": "deux"},
        ],
        "tools": None,
    }


def test_the_completion_is_the_answer_alone() -> None:
    row = chat_row(_few_shot(), "prompt_completion")
    assert row["completion"] == [{"role": "assistant", "content": "deux"}]
    assert [turn["role"] for turn in row["prompt"]] == [  # type: ignore[attr-defined]
        *("system", "user", "assistant", "user")
    ]


def test_sharegpt_has_its_own_names_and_the_system_turn_apart() -> None:
    assert chat_row(_few_shot(), "sharegpt") == {
        "conversations": [
            {"from": "human", "value": "In: one\nOut:"},
            {"from": "gpt", "value": "un"},
            {"from": "human", "value": "In: two\nOut:"},
            {"from": "gpt", "value": "deux"},
        ],
        "system": "Say it in French.",
        "tools": None,
    }


def test_alpaca_keeps_a_few_shot_prompt_whole_and_parts_a_zero_shot_one() -> None:
    assert chat_row(_few_shot(), "alpaca") == {
        "instruction": FEW_SHOT,
        "input": "",
        "output": "deux",
    }
    zero_shot = _row("Say it in French.\n\ntwo", "deux", (0, "Say it in French."), (3, "two"))
    assert chat_row(zero_shot, "alpaca") == {
        "instruction": "Say it in French.",
        "input": "two",
        "output": "deux",
    }


def test_text_is_prompt_and_answer() -> None:
    assert chat_row(_few_shot(), "text") == {"text": f"{FEW_SHOT}\ndeux"}


def test_a_conversation_keeps_its_turns_tools_and_system_prompt() -> None:
    inputs = (
        'Chat so far:\nSystem: Be brief.\nTools: [{"name": "clock"}]\nUser: Time?\n'
        "Assistant: clock()\nTool: 12:00\n\nReply:"
    )
    row = _row(
        inputs,
        "Noon.",
        (3, inputs),
        (5, "Be brief."),
        (6, '[{"name": "clock"}]'),
        (7, "Time?"),
        (8, "clock()"),
        (9, "12:00"),
    )
    conversation = conversation_of(row)
    assert conversation.system == "Be brief."
    assert conversation.tools == '[{"name": "clock"}]'
    assert conversation.turns == [
        ("user", "Time?"),
        ("assistant", "clock()"),
        ("tool", "12:00"),
        ("assistant", "Noon."),
    ]
    assert chat_row(row, "sharegpt")["conversations"][2] == {  # type: ignore[index]
        "from": "observation",
        "value": "12:00",
    }


def test_a_system_turn_in_the_middle_stays_there() -> None:
    inputs = "System: Be kind.\nUser: Hi\nAssistant: Hello\nSystem: In French.\nUser: Bye"
    turns = [(7, "Hi"), (8, "Hello"), (5, "In French."), (7, "Bye")]
    later = [("user", "Hi"), ("assistant", "Hello"), ("system", "In French."), ("user", "Bye")]
    row = _row(inputs, "Au revoir", (3, inputs), (5, "Be kind."), *turns)
    assert chat_row(row, "messages")["messages"] == [
        {"role": "system", "content": "Be kind."},
        *({"role": role, "content": text} for role, text in later),
        {"role": "assistant", "content": "Au revoir"},
    ]
    alone = _row(inputs, "Au revoir", (3, inputs), *turns)
    conversation = conversation_of(alone)
    assert (conversation.system, conversation.turns[:-1]) == ("", later)
    sharegpt = chat_row(alone, "sharegpt")
    assert sharegpt["system"] == ""
    assert sharegpt["conversations"][2] == {  # type: ignore[index]
        "from": "system",
        "value": "In French.",
    }
    assert chat_row(alone, "alpaca") == {"instruction": inputs, "input": "", "output": "Au revoir"}


def test_a_turn_that_is_not_to_be_learned_has_the_weight_0() -> None:
    inputs = "System: s\nUser: Name a lake.\nAssistant: The Moon.\nUser: No."
    said = [(5, "s"), (7, "Name a lake."), (10, "The Moon."), (7, "No.")]
    row = _row(inputs, "Inari.", (3, inputs), *said)
    assert chat_row(row, "messages")["messages"] == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "Name a lake."},
        {"role": "assistant", "content": "The Moon.", "weight": 0},
        {"role": "user", "content": "No."},
        {"role": "assistant", "content": "Inari."},
    ]
    assert chat_row(row, "sharegpt")["conversations"] == [
        {"from": "human", "value": "Name a lake."},
        {"from": "gpt", "value": "The Moon.", "weight": 0},
        {"from": "human", "value": "No."},
        {"from": "gpt", "value": "Inari."},
    ]
    # The prompt is not learned anyway.
    prompt = chat_row(row, "prompt_completion")["prompt"]
    assert prompt[2] == {"role": "assistant", "content": "The Moon."}  # type: ignore[index]


def test_an_example_of_what_is_wrong_is_no_turn_of_the_assistant() -> None:
    row = _row("Wrong output: x\n\nIn: a", "b", (1, "Wrong output: x"), (3, "In: a"))
    assert conversation_of(row).turns == [
        ("user", "Wrong output: x\n\nIn: a"),
        ("assistant", "b"),
    ]


@pytest.mark.parametrize("parts", [{}, {"prompt_parts": []}])
def test_rows_without_parts_are_one_turn(parts: dict[str, Value]) -> None:
    row = {"inputs_pretokenized": "What?", "targets_pretokenized": "That.", **parts}
    conversation = conversation_of(row)
    assert (conversation.system, conversation.turns) == (
        "",
        [("user", "What?"), ("assistant", "That.")],
    )


@pytest.mark.parametrize("numbers", [[3, 0], [42, 0, 1], [3, 2, 1], [3, 0, 99], [3, -1, 2]])
def test_parts_that_a_prompt_cannot_have_are_refused(numbers: list[int]) -> None:
    row = {
        "inputs_pretokenized": "What?",
        "targets_pretokenized": "That.",
        "prompt_parts": numbers,
    }
    with pytest.raises(DataError, match="prompt_parts"):
        conversation_of(row)
