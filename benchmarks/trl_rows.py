"""What TRL's SFTTrainer makes of exported rows: `python -m benchmarks.trl_rows SNAPSHOT`.

Needs `pip install trl torch`. A tiny random Llama and a tokenizer trained on the rows stand for a
real model. The text that TRL puts the loss on is compared with the assistant turns of each row.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from pipelines.showing.export import export
from tfrecords_schema.snapshot import open_snapshot

_END = "<|end|>"
_TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}{% generation %}"
    "{{ m.content }}<|end|>{% endgeneration %}{% else %}{{ m.content }}<|end|>{% endif %}\n"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def _tokenizer(texts: list[str]) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    names = ["<pad>", _END, "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    raw.train_from_iterator(
        texts,
        trainers.BpeTrainer(vocab_size=1000, special_tokens=names, initial_alphabet=alphabet),
    )
    made = PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="<pad>", eos_token=_END)
    made.chat_template = _TEMPLATE
    return made


def main(path: str) -> None:
    """Train two steps on each form, and print in how many rows the loss is on other text."""
    from datasets import load_dataset
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl import SFTConfig, SFTTrainer

    snapshot = open_snapshot(path)
    with tempfile.TemporaryDirectory() as directory:
        export(snapshot, "text", f"{directory}/text.jsonl")
        lines = Path(f"{directory}/text.jsonl").read_text().splitlines()
        tokenizer = _tokenizer([json.loads(line)["text"] for line in lines])
        model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64,
                num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2,
            )
        )  # fmt: skip
        for form in ("messages", "prompt_completion"):
            file = f"{directory}/{form}.jsonl"
            export(snapshot, form, file)
            rows = load_dataset("json", data_files=file, split="train", cache_dir=directory)
            settings = SFTConfig(
                output_dir=f"{directory}/out", max_steps=2, per_device_train_batch_size=4,
                report_to=[], use_cpu=True, bf16=False, max_length=8192, save_strategy="no",
                assistant_only_loss=form == "messages",
            )  # fmt: skip
            trainer = SFTTrainer(
                model=model, args=settings, train_dataset=rows, processing_class=tokenizer
            )
            trainer.train()
            differ = sum(
                _text_of_loss(trainer, row) != _expected(raw, form)
                for row, raw in zip(trainer.train_dataset, rows, strict=True)
            )
            print(f"{form}: {len(rows)} rows, the loss is on other text in {differ}")


def _text_of_loss(trainer: Any, row: Any) -> str:
    labels = trainer.data_collator([row])["labels"][0]
    return trainer.processing_class.decode(labels[labels != -100])


def _expected(row: Any, form: str) -> str:
    turns = row["messages"] if form == "messages" else row["completion"]
    return "".join(turn["content"] + _END for turn in turns if turn["role"] == "assistant")


if __name__ == "__main__":
    main(sys.argv[1])
