"""Read conversations in one text, with the marks of chat templates.

Known are ChatML, Llama 2 and Mistral, Llama 3 and 4, Gemma, Zephyr, Phi, Granite, Command R,
DeepSeek, Harmony, ChatGLM's rounds, Alpaca's and Vicuna's headings, Baize's, Koala's and OIG's
marks, and the "Human:" and "Assistant:" of Anthropic's sets. A text that is stated to be a whole
conversation may also have "User:" and "Assistant:" at the start of its lines.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from transforms.sources.chat import ASSISTANT, SYSTEM, USER, Turn
from transforms.sources.files.row import BadRow

RoleOf = Callable[[str], str | BadRow]
_START = re.compile(
    r"\A\s*(?:<s>|<bos>|<\|begin_of_text\|>|<\|endoftext\|>|<BOS_TOKEN>|<｜begin▁of▁sentence｜>)?\s*"
)
_END = re.compile(r"\s*(?:</s>|<eos>|<\|endoftext\|>|<\|end_of_text\|>)\s*\Z")


_END_OF_TURN = re.compile(
    r"\s*(?:<\|(?:im_end|eot_id|eom_id|eot|end|return|endoftext|end_of_text|END_OF_TURN_TOKEN)\|>|"
    r"<end_of_turn>|</s>|<eos>|<｜end▁of▁sentence｜>)\s*\Z"
)


@dataclass(frozen=True)
class _Style:
    """How a template marks turns: group 1 of `mark` is the role, `end` closes a turn."""

    mark: re.Pattern[str]
    end: re.Pattern[str]


_STYLES = (
    _Style(re.compile(r"<\|im_start\|>(\w+)\n?"), re.compile(r"<\|im_end\|>\s*\Z")),
    _Style(
        re.compile(
            r"<\|(?:start_header_id|header_start)\|>(\w+)<\|(?:end_header_id|header_end)\|>\s*"
        ),
        re.compile(r"<\|(?:eot_id|eom_id|eot|eom)\|>\s*\Z"),
    ),
    _Style(re.compile(r"<start_of_turn>(\w+)\n?"), re.compile(r"<end_of_turn>\s*\Z")),
    _Style(re.compile(r"<\|(system|user|assistant)\|>\n?"), re.compile(r"(?:</s>|<\|end\|>)\s*\Z")),
    _Style(re.compile(r"\s*###? ?(Human|User|Assistant|System): ?"), re.compile(r"\s+\Z")),
    _Style(re.compile(r"\n\n(Human|Assistant): ?"), re.compile(r"(?!)")),
    _Style(re.compile(r"\s*\[\|(Human|AI)\|\] ?"), re.compile(r"\s+\Z")),
    _Style(re.compile(r"\s*<(human|bot)>: ?"), re.compile(r"\s+\Z")),
    _Style(
        re.compile(r"<\|start_of_role\|>(\w+)<\|end_of_role\|>"),
        re.compile(r"<\|end_of_text\|>\s*\Z"),
    ),
    _Style(
        re.compile(r"<\|START_OF_TURN_TOKEN\|><\|(SYSTEM|USER|CHATBOT)_TOKEN\|>"),
        re.compile(r"<\|END_OF_TURN_TOKEN\|>\s*\Z"),
    ),
    _Style(re.compile(r"<｜(User|Assistant)｜>"), re.compile(r"<｜end▁of▁sentence｜>\s*\Z")),
    _Style(
        re.compile(r"\s*(?:\[Round \d+\]\s*(?=问)|(?<=\n))(问|答)[：:] ?"), re.compile(r"\s+\Z")
    ),
)
# gpt-oss: a role, and for the assistant a channel, of which "analysis" is its reasoning.
_HARMONY = re.compile(
    r"<\|start\|>(\w+)(?:<\|channel\|>(\w+)[^<]*)?<\|message\|>(.*?)"
    r"(?:<\|(?:end|return|call)\|>|\Z)",
    re.S,
)
# Common words, which mark turns only where a text is known to be a conversation.
_AT_LINES = _Style(
    re.compile(
        r"(?:\A|\n)[ \t]*(USER|ASSISTANT|SYSTEM|FUNCTION RESPONSE|User|Assistant|System|Human|AI|"
        r"Bot): ?"
    ),
    re.compile(r"\s*\Z"),
)
# What introduces a conversation in known sets, and is no part of it.
_OPENING = re.compile(
    r"\s*(?:BEGINNING OF CONVERSATION:|The conversation between human and AI assistant\.|"
    r"A chat between a curious (?:user|human) and an artificial intelligence assistant\. "
    r"The assistant gives [^.\n]*\.)\s*"
)
# Common words, which mark turns only after an opening.
_INTRODUCED = _Style(re.compile(r"\s*\b(USER|GPT|ASSISTANT): ?"), re.compile(r"\s*(?:</s>)?\s*\Z"))
_SECTIONS = re.compile(r"(?:\A|\n)\s*### (Instruction|Input|Response|Output):[ \t]*\n?")
# Reasoning may quote the conversation, with its marks.
_THOUGHT = re.compile(r"<think>(?:(?!<think>).)*?</think>", re.S)
_BOILERPLATE = "below is an instruction"
_INSTRUCTED = re.compile(r"\[INST\](.*?)\[/INST\](.*?)(?=<s>|\[INST\]|\Z)", re.S)
_SYSTEM = re.compile(r"\s*<<SYS>>\s*(.*?)\s*<</SYS>>\s*", re.S)


def turns_in(text: str, role_of: RoleOf, *, is_whole: bool = False) -> list[Turn] | BadRow | None:
    """Return the turns that a text marks; None where it marks none.

    "### Human: Hi### Assistant: Hello" → [Turn(user, "Hi"), Turn(assistant, "Hello")]

    Args:
      is_whole: whether the text is a whole conversation, in which common words may mark turns.
    """
    begins = text[_START.match(text).end() :]  # type: ignore[union-attr]
    if opening := _OPENING.match(begins):
        begins = begins[opening.end() :]
        if _INTRODUCED.mark.match(begins):
            return _of_style(begins, _INTRODUCED, role_of)
    if begins.startswith("[INST]"):
        return _of_instructions(begins)
    if _HARMONY.match(begins):
        return _of_channels(begins, role_of)
    for style in _STYLES:
        marked = text if style.mark.match(text) else begins
        if style.mark.match(marked):
            return _of_style(marked, style, role_of)
    if is_whole and _AT_LINES.mark.match(text):
        turns = _of_style(text, _AT_LINES, role_of)
        roles = [turn.role for turn in turns] if isinstance(turns, list) else []
        if {USER, ASSISTANT} <= {*roles}:
            return turns
    return _of_sections(text)


def without_end_of_turn(text: str) -> str:
    """Return a completion without the mark that ends a turn: "Inari.<|im_end|>" → "Inari."."""
    return _END_OF_TURN.sub("", text)


def _of_channels(text: str, role_of: RoleOf) -> list[Turn] | BadRow:
    """Return Harmony's turns, the analysis of an answer in <think> tags before it."""
    turns = []
    for name, channel, said in _HARMONY.findall(text):
        role = role_of(name)
        if isinstance(role, BadRow):
            return role
        turns.append(Turn(role, f"<think>\n{said}\n</think>\n" if channel == "analysis" else said))
    return turns


def _of_style(text: str, style: _Style, role_of: RoleOf) -> list[Turn] | BadRow:
    thoughts = [thought.span() for thought in _THOUGHT.finditer(text)]
    marks = [
        mark
        for mark in style.mark.finditer(text)
        if not any(start < mark.start(1) < end for start, end in thoughts)
    ]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    turns = []
    for name, said in ((m[1], text[m.end() : end]) for m, end in zip(marks, ends, strict=True)):
        role = role_of(name)
        if isinstance(role, BadRow):
            return role
        turns.append(Turn(role, style.end.sub("", _END.sub("", said), count=1)))
    return turns


def _of_instructions(text: str) -> list[Turn]:
    """Return the turns of Llama 2 and Mistral: <s>[INST] question [/INST] answer </s>."""
    turns: list[Turn] = []
    for asked, answered in _INSTRUCTED.findall(text):
        if system := _SYSTEM.match(asked):
            turns += [Turn(SYSTEM, system[1])] if system[1] else []
            asked = asked[system.end() :]
        turns += [Turn(USER, asked.strip()), Turn(ASSISTANT, _END.sub("", answered).strip(" "))]
    return turns


def _of_sections(text: str) -> list[Turn] | None:
    """Return the turns under Alpaca's headings; its opening sentence is no system prompt."""
    head, *parts = _SECTIONS.split(text)
    names = parts[::2]
    if not names or names[0] != "Instruction" or not {"Response", "Output"} & set(names):
        return None
    head = head.strip()
    turns = [Turn(SYSTEM, head)] if head and not head.lower().startswith(_BOILERPLATE) else []
    for name, said in zip(names, parts[1::2], strict=True):
        role = USER if name in ("Instruction", "Input") else ASSISTANT
        turns.append(Turn(role, _END.sub("", said).strip("\n")))
    return turns
