"""Put labels into words: which forms of answer a record can take, and its words in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from transforms.templates.catalog import CATALOG, FORWARD
from transforms.templates.template import LABELS, LabelSet
from transforms.types import FieldValue

MAX_NAMED_LABELS = 3
# Of labels that nobody could guess; more of them are shown as options.
MAX_UNKNOWN_LABELS = 8
ANY_FORM = ""
_ANY_FORM = frozenset((ANY_FORM,))


def plain(label: str) -> str:
    """Return a label as labels are compared: "Not_Entailment" → "not entailment"."""
    return " ".join(label.casefold().replace("_", " ").replace("-", " ").split())


@lru_cache(maxsize=256)
def _label_sets(family: str) -> tuple[LabelSet, ...]:
    """Return the label sets of a family; an inverted family has its own, or those of its base."""
    return CATALOG[family].labels or CATALOG[FORWARD.get(family, family)].labels


@lru_cache(maxsize=4096)
def _label_set(family: str, options: tuple[str, ...]) -> LabelSet | None:
    given = {plain(option) for option in options}
    for known in _label_sets(family):
        if given == {plain(label) for label in known.labels}:
            return known
    return None


@lru_cache(maxsize=256)
def _names_labels(family: str) -> bool:
    """Return whether templates of a family name labels inside the question."""
    return any(LABELS in template.shown for template in CATALOG[family].templates)


@dataclass(frozen=True)
class Labels:
    """The labels of one record, and how forms of answer put them into words.

    Attributes:
      options: the record's options as it has them, empty where it has none.
      known: the label set of the family that they are, if they are one.
      is_of_labels: whether the family is one of labels, and not of choices of each record.
      names_labels: whether templates of the family name labels inside the question.
    """

    options: tuple[str, ...]
    known: LabelSet | None
    is_of_labels: bool = False
    names_labels: bool = False

    @property
    def forms(self) -> frozenset[str]:
        """The forms of answer that the record can take."""
        if self.known is None:
            return _ANY_FORM
        general = () if self.known.strict else (ANY_FORM,)
        return frozenset((*general, *self.known.wordings))

    def forms_worded_as(self, form: str) -> frozenset[str]:
        """Return the forms of answer in which the labels have the same words as in `form`."""
        if self.known is None:
            return self.forms
        wordings = self.known.wordings
        usual = next(iter(wordings.values()))
        words = wordings.get(form, usual)
        return frozenset(one for one in self.forms if wordings.get(one, usual) == words)

    @property
    def can_be_named(self) -> bool:
        """Whether the labels are few enough to be named inside a question."""
        count = len(self.known.labels if self.known else self.options)
        return 0 < count <= (MAX_UNKNOWN_LABELS if self.are_unknown else MAX_NAMED_LABELS)

    @property
    def are_unknown(self) -> bool:
        """Whether the record has a label set that no reader of the question could guess."""
        is_guessable = self.known is not None and self.known.guessable
        return self.is_of_labels and bool(self.options) and not is_guessable

    @property
    def must_be_shown(self) -> bool:
        """Whether a prompt must list the labels: nobody could guess them, nor are they named."""
        return self.are_unknown and not (self.can_be_named and self.names_labels)

    def words(self, label: str, form: str) -> str:
        """Return `label` in the words of a form; labels of no known set stay as they are."""
        if self.known is None:
            return label
        words = self.known.wordings[form or next(iter(self.known.wordings))]
        for known, worded in zip(self.known.labels, words, strict=True):
            if plain(known) == plain(label):
                return worded
        return label

    def named(self, form: str) -> str:
        """Return the labels in a phrase: "yes, no or maybe"."""
        labels = self.known.labels if self.known else self.options
        words = list(dict.fromkeys(self.words(label, form) for label in labels))
        return " or ".join([*([", ".join(words[:-1])] if words[1:] else []), words[-1]])


def labels_of(family: str, fields: Mapping[str, FieldValue], options: Sequence[str]) -> Labels:
    """Return the labels of a record: its options, or the set of the family that its answer is in.

    Args:
      options: the options that the record's answer is one of; empty where it has none.
    """
    answer = fields.get("answer")
    if options:
        known = _label_set(family, tuple(options))
        return Labels(tuple(options), known, bool(_label_sets(family)), _names_labels(family))
    return _labels_of_answer(family, answer) if isinstance(answer, str) else _NO_LABELS


_NO_LABELS = Labels((), None)


@lru_cache(maxsize=4096)
def _labels_of_answer(family: str, answer: str) -> Labels:
    """Return the label set of a family that an answer is in, if there is one."""
    for known in _label_sets(family):
        if plain(answer) in {plain(label) for label in known.labels}:
            return Labels((), known)
    return _NO_LABELS
