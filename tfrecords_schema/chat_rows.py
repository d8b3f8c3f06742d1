"""Examples as the rows that trainers of chat models read: messages, ShareGPT, Alpaca and others.

The parts of a prompt decide the turns. What is said once before all exemplars is the system turn;
each exemplar is a turn of the user and one of the assistant; a conversation keeps its own turns in
their order, the system's among them, and its tools. Wording about a conversation ("Continue this
dialog.") is left out of rows that have turns, since the turns say it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from tfrecords_schema.features import INPUTS_TEXT, TARGETS_TEXT, Row
from tfrecords_schema.prompt_parts import TURNS, Part, Role, parts_of

Format = Literal["messages", "prompt_completion", "sharegpt", "alpaca", "text"]
FORMATS: tuple[Format, ...] = get_args(Format)
SYSTEM, USER, ASSISTANT, TOOL = "system", "user", "assistant", "tool"
_ROLES = {
    Role.SYSTEM: SYSTEM,
    Role.USER: USER,
    Role.ASSISTANT: ASSISTANT,
    Role.ASSISTANT_UNLEARNED: ASSISTANT,
    Role.TOOL: TOOL,
}
# The names of speakers in the rows that ShareGPT's readers know.
_SHAREGPT = {SYSTEM: "system", USER: "human", ASSISTANT: "gpt", TOOL: "observation"}

Message = dict[str, str | int]
# What a message has if it is not to be learned, as in OpenAI's format; others have no weight.
UNLEARNED = {"weight": 0}


@dataclass(frozen=True)
class Conversation:
    """An example as a conversation; the last turn is the answer to learn.

    Attributes:
      system: the system's turn that begins the conversation; empty if none does.
      tools: the tools that the conversation offers, as their source has them: JSON, mostly.
      turns: (role; what is said) of all other turns, also of later ones of the system.
      unlearned: positions in `turns` of the assistant's turns that the data exclude from learning.
    """

    system: str
    tools: str
    turns: list[tuple[str, str]]
    unlearned: frozenset[int] = frozenset()

    def messages(self) -> list[Message]:
        """Return all turns, beginning with the system's, if any."""
        system: list[Message] = [{"role": SYSTEM, "content": self.system}] if self.system else []
        return [*system, *self.named("role", "content")]

    def named(
        self, role_key: str, text_key: str, names: Mapping[str, str] | None = None
    ) -> list[Message]:
        """Return the turns as objects with these keys, and with their weight if it is 0."""
        return [
            {
                role_key: names[role] if names else role,
                text_key: text,
                **(UNLEARNED if position in self.unlearned else {}),
            }
            for position, (role, text) in enumerate(self.turns)
        ]


def conversation_of(row: Row) -> Conversation:
    """Return an example as a conversation.

    Raises:
      DataError: the row states parts that its prompt cannot have.
    """
    prompt, answer = str(row[INPUTS_TEXT]), (ASSISTANT, str(row[TARGETS_TEXT]))
    parts = parts_of(row)
    texts = [(part.role, prompt[part.start : part.end]) for part in parts]
    if any(role in TURNS for role, _ in texts):
        said = [(role, text) for role, text in texts if role in _ROLES]
        system = said.pop(0)[1] if said and said[0][0] == Role.SYSTEM else ""
        tools = next((text for role, text in texts if role == Role.TOOLS), "")
        turns = [(_ROLES[role], text) for role, text in said]
        unlearned = {n for n, (role, _) in enumerate(said) if role == Role.ASSISTANT_UNLEARNED}
        return Conversation(system, tools, [*turns, answer], frozenset(unlearned))
    instruction = "\n\n".join(text for role, text in texts if role == Role.INSTRUCTION)
    return Conversation(instruction, "", [*_exemplar_turns(prompt, parts), answer])


def _exemplar_turns(prompt: str, parts: list[Part]) -> Iterator[tuple[str, str]]:
    """Yield the turns of exemplars, and the query.

    An exemplar without an answer, which shows what would be wrong, belongs to the turn after it.
    """
    start = None
    for part in parts:
        if part.role in (Role.EXEMPLAR, Role.QUERY) and start is None:
            start = part.start
        if part.role == Role.EXEMPLAR:
            end = part.end
        elif part.role == Role.EXEMPLAR_ANSWER:
            yield USER, prompt[start:end]
            yield ASSISTANT, prompt[part.start : part.end]
            start = None
        elif part.role == Role.QUERY:
            yield USER, prompt[start : part.end]


def chat_row(row: Row, form: Format) -> Mapping[str, object]:
    """Return the columns of an example in one format; facts about it are not among them.

    `text` is the prompt and its answer as one text; `alpaca` and `text` keep the prompt whole.
    """
    if form == "text":
        return {"text": f"{row[INPUTS_TEXT]}\n{row[TARGETS_TEXT]}"}
    conversation = conversation_of(row)
    # Null, and not an empty text, where there are none: readers parse what is there.
    tools = conversation.tools or None
    if form == "messages":
        return {"messages": conversation.messages(), "tools": tools}
    if form == "prompt_completion":
        # Of these, a trainer learns the completion alone.
        *prompt, completion = replace(conversation, unlearned=frozenset()).messages()
        return {"prompt": prompt, "completion": [completion], "tools": tools}
    if form == "sharegpt":
        turns = conversation.named("from", "value", _SHAREGPT)
        return {"conversations": turns, "system": conversation.system, "tools": tools}
    return _alpaca(row, conversation)


def _alpaca(row: Row, conversation: Conversation) -> Mapping[str, object]:
    """Return instruction, input and output; the input is empty unless the two are separate."""
    asked = [role for role, _ in conversation.turns[:-1]]
    is_single = asked == [USER] and not conversation.tools
    if is_single and conversation.system:
        instruction, material = conversation.system, conversation.turns[0][1]
    else:
        instruction, material = str(row[INPUTS_TEXT]), ""
    return {"instruction": instruction, "input": material, "output": row[TARGETS_TEXT]}
