"""Chat templates in three shapes: tokens, and a mask over what the assistant says.

Expected texts are written by hand. With transformers installed, ids and masks are compared with
those of `apply_chat_template`, which masks by marks in the template and not by offsets.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.cli import main
from pipelines.showing.chat_template import ChatTemplate
from tfrecords_schema.chat_rows import Conversation
from tfrecords_schema.errors import ConfigurationError

_TEMPLATES = Path(__file__).parent / "templates"
_SPECIAL = ["<s>", "</s>", "<|open|>", "<|close|>", "<|head|>", "<|/head|>", "<|turn|>"]
_CHAT = Conversation(
    "Be brief.",
    "",
    [
        ("user", "Name a river."),
        ("assistant", "The Danube, é 🙂."),
        ("user", "assistant\nName a hill."),
        ("assistant", "Muttekopf"),
    ],
)
_LEARNED = {
    "framed": ["The Danube, é 🙂.<|close|>", "Muttekopf<|close|>"],
    "headers": ["The Danube, é 🙂.<|turn|>", "Muttekopf<|turn|>"],
    "bracketed": [" The Danube, é 🙂.</s>", " Muttekopf</s>"],
}
_WHOLE = {
    "framed": (
        "<|open|>system\nBe brief.<|close|>\n<|open|>user\nName a river.<|close|>\n"
        "<|open|>assistant\nThe Danube, é 🙂.<|close|>\n"
        "<|open|>user\nassistant\nName a hill.<|close|>\n<|open|>assistant\nMuttekopf<|close|>\n"
    ),
    "headers": (
        "<s><|head|>system<|/head|>\n\nBe brief.<|turn|><|head|>user<|/head|>\n\nName a river."
        "<|turn|><|head|>assistant<|/head|>\n\nThe Danube, é 🙂.<|turn|><|head|>user<|/head|>\n\n"
        "assistant\nName a hill.<|turn|><|head|>assistant<|/head|>\n\nMuttekopf<|turn|>"
    ),
    "bracketed": (
        "<s>[INST] Be brief.\n\nName a river. [/INST] The Danube, é 🙂.</s>"
        "[INST] assistant\nName a hill. [/INST] Muttekopf</s>"
    ),
}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a byte-level BPE tokenizer with special tokens; its file."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=_SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator([text for _, text in _CHAT.turns] * 4, trainer)
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    made.save(str(path))
    config = {"bos_token": "<s>", "eos_token": {"content": "</s>"}}
    path.with_name("tokenizer_config.json").write_text(json.dumps(config))
    return path


@pytest.mark.parametrize("name", sorted(_WHOLE))
def test_what_the_assistant_says_is_learned(tokenizer: Path, name: str) -> None:
    from tokenizers import Tokenizer

    template = ChatTemplate(str(_TEMPLATES / f"{name}.jinja"), str(tokenizer))
    whole, spans = template.learned(_CHAT)
    assert whole == _WHOLE[name]
    assert [whole[start:end] for start, end in spans] == _LEARNED[name]
    row = template.tokens(_CHAT)
    learned = [i for i, is_learned in zip(row.input_ids, row.loss_mask, strict=True) if is_learned]
    decode = Tokenizer.from_file(str(tokenizer)).decode
    assert decode(row.input_ids, skip_special_tokens=False) == whole
    assert decode(learned, skip_special_tokens=False) == "".join(_LEARNED[name])


def test_a_token_that_holds_the_first_characters_of_a_turn_is_learned(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    # White space before a word is part of its token, as in SentencePiece's vocabularies.
    words = ["▁<user>", "▁<assistant>", "▁Hi", "▁Bon", "jour", ".", "▁"]
    made = Tokenizer(models.Unigram([(word, -1.0) for word in ["<unk>", *words]], unk_id=0))
    made.normalizer = normalizers.Replace("\n", " ")
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.save(str(tmp_path / "tokenizer.json"))
    text = (
        "{% for m in messages %}<{{ m.role }}>\n{{ m.content }}\n{% endfor %}"
        "{% if add_generation_prompt %}<assistant>\n{% endif %}"
    )
    template = _template(tmp_path, tmp_path / "tokenizer.json", text)
    row = template.tokens(Conversation("", "", [("user", "Hi."), ("assistant", "Bonjour.")]))
    ids = {word: number for number, word in enumerate(words, start=1)}
    shown = ["▁<user>", "▁Hi", ".", "▁<assistant>", "▁Bon", "jour", "."]
    assert row.input_ids[: len(shown)] == [ids[word] for word in shown]
    assert row.loss_mask[: len(shown)] == [0, 0, 0, 0, 1, 1, 1]
    assert not any(row.loss_mask[len(shown) :])


def test_what_the_data_exclude_is_not_learned(tokenizer: Path) -> None:
    template = ChatTemplate(str(_TEMPLATES / "framed.jinja"), str(tokenizer))
    whole, spans = template.learned(replace(_CHAT, unlearned=frozenset({1})))
    assert whole == _WHOLE["framed"]
    assert [whole[start:end] for start, end in spans] == ["Muttekopf<|close|>"]


def _template(tmp_path: Path, tokenizer: Path, text: str) -> ChatTemplate:
    (tmp_path / "chat.jinja").write_text(text)
    return ChatTemplate(str(tmp_path / "chat.jinja"), str(tokenizer))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% for m in messages %}", "chat.jinja:1: "),
        ("{{ raise_exception('no system turn') }}", "no system turn"),
        ("{{ messages | length }} turns", "in another way once others follow"),
        ("{{ messages.__class__.__mro__ }}", "chat.jinja: "),
        ("{{ messages[9].content.x }}", "chat.jinja: "),
    ],
)
def test_templates_that_cannot_be_used(
    tmp_path: Path, tokenizer: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as failure:
        _template(tmp_path, tokenizer, text).learned(_CHAT)
    assert message in str(failure.value)


def test_files_that_are_not_there(tmp_path: Path, tokenizer: Path) -> None:
    with pytest.raises(ConfigurationError, match="no chat template"):
        ChatTemplate(str(tmp_path / "x.jinja"), str(tokenizer)).tokens(_CHAT)
    template = ChatTemplate(str(_TEMPLATES / "framed.jinja"), str(tmp_path / "tokenizer.json"))
    with pytest.raises(ConfigurationError, match=r"tokenizer\.json"):
        template.tokens(_CHAT)


def test_tools_reach_the_template(tmp_path: Path, tokenizer: Path) -> None:
    text = "{% for tool in tools or [] %}{{ tool | tojson }}{% endfor %}"
    template = _template(tmp_path, tokenizer, text)
    assert template.render([], [{"name": "é<"}]) == '{"name": "é<"}'


def test_an_export_has_ids_and_masks(
    quickstart: BuildResult, tokenizer: Path, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    template = str(_TEMPLATES / "bracketed.jinja")
    words = ["export", quickstart.path, "--format", "messages", "--to", str(file)]
    assert main([*words, "--chat-template", template]) == 2
    assert main([*words, "--chat-template", template, "--tokenizer", str(tokenizer)]) == 0
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(rows) == 480
    for row in rows:
        assert len(row["input_ids"]) == len(row["loss_mask"])
        assert set(row["loss_mask"]) == {0, 1}
        assert row["loss_mask"][-1] == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(_WHOLE))
def test_transformers_agrees(tokenizer: Path, name: str) -> None:
    transformers: Any = pytest.importorskip("transformers")
    template = _TEMPLATES / f"{name}.jinja"
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer), bos_token="<s>", eos_token="</s>"
    )
    theirs = fast.apply_chat_template(
        _CHAT.messages(),
        chat_template=template.read_text(),
        tokenize=True,
        return_dict=True,
        return_assistant_tokens_mask=True,
    )
    ours = ChatTemplate(str(template), str(tokenizer)).tokens(_CHAT)
    assert ours.input_ids == theirs["input_ids"]
    assert ours.loss_mask == theirs["assistant_masks"]
