"""Render conversations by a chat template (Jinja), as token ids with a mask of what is learned.

For trainers of decoder-only models. The spans of the assistant's turns are found in the rendered
text: a turn is what a template adds to the turns before it, after its prompt for generation. Tokens
are masked by their offsets in that text, so no template needs marks of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tfrecords_schema.chat_rows import ASSISTANT, Conversation, Message
from tfrecords_schema.errors import ConfigurationError

# Names of special tokens that templates use, and what tokenizers call them in their files.
_SPECIAL = ("bos_token", "eos_token", "unk_token", "pad_token")


class _Generation(Extension):
    """`{% generation %}` … `{% endgeneration %}`, which some templates put around what is learned.

    Offsets say the same, so the body is rendered as it is.
    """

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[Node]:
        """Return the nodes of the body."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


@dataclass(frozen=True)
class TokenRow:
    """A conversation as tokens: ids, and 1 where a token is to be learned, else 0."""

    input_ids: list[int]
    loss_mask: list[int]


@dataclass(frozen=True)
class ChatTemplate:
    """A template and the tokenizer whose model it is for.

    Attributes:
      path: the template, a Jinja file.
      tokenizer_path: `tokenizer.json`; `tokenizer_config.json` beside it names special tokens.
    """

    path: str
    tokenizer_path: str

    @cached_property
    def _template(self) -> jinja2.Template:
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
        )
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _raise
        try:
            return environment.from_string(Path(self.path).read_text(encoding="utf-8"))
        except jinja2.TemplateSyntaxError as error:
            raise ConfigurationError(f"{self.path}:{error.lineno}: {error.message}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{self.path}: no chat template: {error}") from error

    @cached_property
    def _tokenizer(self) -> Any:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ConfigurationError(
                "a chat template needs the library tokenizers: pip install 'flanbeam[chat]'"
            ) from error
        try:
            return Tokenizer.from_file(self.tokenizer_path)
        # The library raises plain exceptions for what it cannot read.
        except Exception as error:
            raise ConfigurationError(
                f"{self.tokenizer_path}: no tokenizer.json of a fast tokenizer: {error}"
            ) from error

    @cached_property
    def _special(self) -> dict[str, str]:
        """The special tokens that the tokenizer's configuration names."""
        path = Path(self.tokenizer_path).with_name("tokenizer_config.json")
        if not path.exists():
            return {}
        try:
            stated = json.loads(path.read_text(encoding="utf-8"))
            named = {name: stated[name] for name in _SPECIAL if stated.get(name)}
        except (OSError, ValueError, AttributeError) as error:
            raise ConfigurationError(f"{path}: no JSON object: {error}") from error
        return {n: t["content"] if isinstance(t, dict) else str(t) for n, t in named.items()}

    def render(self, messages: Sequence[Message], tools: Any, asks: bool = False) -> str:
        """Return messages as one text; `asks` adds the prompt for the assistant's next turn.

        Raises:
          ConfigurationError: the template cannot be rendered, or refuses the messages.
        """
        try:
            return self._template.render(
                messages=messages, tools=tools, add_generation_prompt=asks, **self._special
            )
        except (jinja2.TemplateError, TypeError, ValueError, KeyError) as error:
            roles = ", ".join(str(message["role"]) for message in messages)
            raise ConfigurationError(
                f"{self.path}: {error} (in a conversation of {roles}); change the template, or "
                "leave such rows out with --filter"
            ) from error

    def learned(self, conversation: Conversation) -> tuple[str, list[tuple[int, int]]]:
        """Return a conversation as text, and the spans [start, end) of what is to be learned.

        These are the assistant's turns without those that the data exclude from learning.

        Raises:
          ConfigurationError: the template cannot be rendered, or changes a turn by what follows it.
        """
        messages = conversation.messages()
        tools = _tools(conversation.tools)
        whole = self.render(messages, tools)
        spans = []
        for number, message in enumerate(messages):
            if message["role"] != ASSISTANT or message.get("weight") == 0:
                continue
            before = self.render(messages[:number], tools, asks=True)
            after = self.render(messages[: number + 1], tools).rstrip()
            if not (after.startswith(before) and whole.startswith(after)):
                raise ConfigurationError(
                    f"{self.path}: message {number + 1} is rendered in another way once others "
                    "follow, so what the assistant said has no place of its own in the text"
                )
            spans.append((len(before), len(after)))
        return whole, spans

    def tokens(self, conversation: Conversation) -> TokenRow:
        """Return a conversation as token ids; a token is learned if it holds some of what is.

        Tokenizers join the first word of a turn with the white space before it.

        Raises:
          ConfigurationError: as for `learned`, or there is no such tokenizer.
        """
        text, spans = self.learned(conversation)
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        mask = [
            int(any(max(start, first) < min(end, last) for first, last in spans))
            for start, end in encoded.offsets
        ]
        return TokenRow(list(encoded.ids), mask)


def _tools(stated: str) -> Any:
    """Return the tools of a conversation as templates expect them; None if there are none."""
    try:
        return json.loads(stated) if stated else None
    except ValueError:
        return stated


def _to_json(value: Any, indent: int | None = None, **_: Any) -> str:
    """Return JSON as models were shown it in training: without Jinja's escapes for HTML."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _raise(message: str) -> None:
    raise jinja2.TemplateError(message)
