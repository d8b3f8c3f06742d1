"""Counts of rendered examples, for the manifest."""

from collections import Counter
from dataclasses import dataclass, field

from tfrecords_schema.manifest import SPLITS
from transforms.prompts.kept_prompts import Made
from transforms.types import Task


@dataclass(kw_only=True)
class RenderNotes:
    """Examples rendered.

    Attributes:
      by_type: {split: {task: {template type: examples}}}.
      fitting: how often prompts lost something to fit, by what they lost.
      audit: {family: {what was audited: examples}}, see transforms/prompts/audit.py.
      missing: {family: {field: examples that do not show it}}.
      bytes: of encoded examples, by split.
      lost: {task: what its texts lost in encoding}, see `count_losses`.
    """

    by_type: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {split: {} for split in SPLITS}
    )
    fitting: Counter[str] = field(default_factory=Counter)
    audit: dict[str, Counter[str]] = field(default_factory=dict)
    missing: dict[str, Counter[str]] = field(default_factory=dict)
    bytes: Counter[str] = field(default_factory=Counter)
    lost: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, task: Task, split: str, asked_type: str, made: Made) -> None:
        """Count one example of a task, which was asked for as `asked_type`."""
        self.bytes[split] += len(made.data)
        self.by_type[split].setdefault(task.name, Counter())[made.template_type] += 1
        self.fitting["exemplars_dropped"] += made.exemplars_dropped
        self.fitting["context_shortened"] += made.context_shortened
        shots, _, options = asked_type.partition("_")
        got_shots, _, got_options = made.template_type.partition("_")
        self.fitting["fell_back_to_zero_shot"] += shots != got_shots
        self.fitting["options_needed"] += (options, got_options) == ("noopt", "opt")
        self._count_audit(made, task.family)

    def _count_audit(self, made: Made, family: str) -> None:
        counts = self.audit.setdefault(family, Counter())
        counts["examples"] += 1
        counts["shows_all"] += not made.missing
        counts["one_cue"] += made.one_cue
        if made.missing:
            self.missing.setdefault(family, Counter()).update({*made.missing})
        if made.read_back is not None:
            counts["parsed"] += 1
            counts["read_back"] += made.read_back

    def count_lost(self, task: str, made: Made) -> None:
        """Count what the vocabulary cannot express of one example of a task."""
        lost = self.lost.setdefault(task, Counter())
        lost["tokens"] += made.input_tokens + made.target_tokens
        lost["unknown_tokens"] += made.unknown_tokens
        lost["newlines"] += made.newlines
        lost["lost_newlines"] += made.lost_newlines
