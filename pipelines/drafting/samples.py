"""Sample the first rows of a file, and detect their form."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

from pipelines.drafting.encodings import encoding_of
from pipelines.drafting.key_names import ASKED, CONTEXTS, DOCUMENTS, TEXTS
from pipelines.drafting.kinds import is_named, kind_of
from tfrecords_schema.errors import DataError
from transforms.records.fields import is_missing
from transforms.sources.field_sources import look_up
from transforms.sources.files.delimited import header_of
from transforms.sources.files.dialects import detect_dialect
from transforms.sources.files.json_rows import first_values, load_json
from transforms.sources.files.label_names import label_names_in
from transforms.sources.files.options import FileOptions
from transforms.sources.files.row import BadRow
from transforms.sources.files.rows import TabularFormat, format_of, read_rows
from transforms.sources.files.streams import open_stream, plain_name
from transforms.sources.formats.conversations import MESSAGE_KEYS
from transforms.sources.messages import ROLE_KEYS
from transforms.sources.raw_answers import number_of
from transforms.sources.source import Piece, UnreadableFileError
from transforms.sources.splits import TRAIN, split_in

_ROWS = 400
_KNOWN_ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".arrow", ".feather")
_DISTINCT = 40
# How deep in a JSON document the rows may be.
_DEPTH = 4
_XML = (".xml", ".xml.gz")
_ROW_LISTS = ("rows", "data", "examples", "records", "utterances")
# Keys of a table with a row for each message.
_GROUPS = ("message_id", "conversation_id", "thread_id", "session_id")
_BINARY = {b"ORC": "an ORC file", b"Obj\x01": "an Avro file", b"\x89HDF": "an HDF5 file"}
_NO_ROWS = (".html", ".md", ".py", ".yaml", ".yml")
# Words that the name of a column has at most.
_LONGEST_NAME = 6
# Characters that the name of a role has at most.
_LONGEST_ROLE = 20
_SENTENCE_ENDS = ".!?"


@dataclass(kw_only=True)
class Sample:
    """Up to 400 rows of a file.

    Attributes:
      path: the file; `form` is the format of its rows.
      bad: rows that cannot be read, by reason; `first_bad` says what is wrong with the first.
      facts: what was found about the form, in words.
      stated: keys of a source that say how the file is read.
      label_names: of a column of class labels: their names, as the file's schema has them.
      held_out: whether the rows are of a test or validation split.
      problem: why no row can be read, if none can.
    """

    path: str
    form: TabularFormat
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    bad: Counter[str] = field(default_factory=Counter)
    first_bad: str = ""
    facts: list[str] = field(default_factory=list)
    stated: dict[str, Any] = field(default_factory=dict)
    label_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held_out: bool = False
    problem: str = ""

    @cached_property
    def keys(self) -> list[str]:
        """Return all keys, in order of first appearance."""
        return list(dict.fromkeys(key for row in self.rows for key in row))

    def values(self, key: str) -> list[Any]:
        """Return the values under a key, without missing ones."""
        values = [row.get(key) for row in self.rows]
        return [value for value in values if not is_missing(value) and value not in ("", [])]

    def share(self, key: str, kinds: type | tuple[type, ...]) -> float:
        """Return the share of rows whose value under `key` has one of the types."""
        of_kind = [isinstance(value, kinds) for value in self.values(key)]
        return sum(of_kind) / max(1, len(self.rows))

    def is_text(self, key: str) -> bool:
        """Return whether most values under a key are texts."""
        values = self.values(key)
        return bool(values) and sum(isinstance(v, str) for v in values) > len(values) / 2

    def is_list_of(self, key: str, kind: type | tuple[type, ...]) -> bool:
        """Return whether the values under a key are lists of a type."""
        values = self.values(key)
        return bool(values) and all(
            isinstance(value, list) and all(isinstance(item, kind) for item in value)
            for value in values
        )

    def distinct(self, key: str) -> list[Any] | None:
        """Return the values of a key, the most frequent first; None if there are many."""
        values = [
            value for value in self.values(key) if isinstance(value, (str, int, float, Decimal))
        ]
        values = [value.strip() if isinstance(value, str) else value for value in values]
        counts = Counter(values)
        if key in self.label_names and values:
            return [value for value, _ in counts.most_common()]
        few = len(counts) <= max(2, min(_DISTINCT, len(values) // 2)) and len(counts) < len(values)
        return [value for value, _ in counts.most_common()] if values and few else None

    def find(self, *names: str) -> str | None:
        """Return the first key that is one of `names`, ignoring case and underscores."""
        folded = {_folded(key): key for key in reversed(self.keys)}
        for name in names:
            key = folded.get(_folded(name))
            if key is not None and self.values(key):
                return key
        return None

    def flattened(self) -> "Sample | None":
        """Return the sample with the keys of objects in the place of the objects; None if alike.

        {"inputs": {"question": "Q"}} → {"inputs.question": "Q"}; `find("question")` finds it.
        """
        rows: list[Mapping[str, Any]] = [_flat(row) for row in self.rows]
        return None if rows == self.rows else replace(self, rows=rows)


def _folded(key: str) -> str:
    folded = key.rpartition(".")[2].casefold().replace("_", "").replace(" ", "")
    return _ENGLISH.get(folded, folded)


# Names of columns in other languages, by what they are called in English.
_ENGLISH = {
    foreign: english
    for english, words in {
        "question": "frage pregunta domanda pergunta vraag вопрос 问题 質問 질문",
        "answer": "antwort réponse reponse respuesta risposta resposta antwoord ответ 答案 回答",
        "text": "texte texto testo tekst текст 文本 テキスト",
        "category": "kategorie catégorie categorie categoría categoria rubrik thema тема 类别 分類",
        "label": "etikett klasse étiquette etiqueta etichetta метка 标签 ラベル",
        "title": "titel titre título titolo überschrift заголовок 标题",
        "summary": "zusammenfassung résumé resumen riassunto resumo samenvatting 摘要",
        "review": "bewertungstext rezension avis reseña recensione отзыв 评论",
        "rating": "bewertung sterne note valoración valutazione оценка 评分",
        "comment": "kommentar commentaire comentario commento comentário",
        "message": "nachricht mensaje messaggio mensagem bericht сообщение",
        "context": "kontext contexte contexto contesto контекст",
        "instruction": "anweisung consigne instrucción istruzione instrução 指令",
    }.items()
    for foreign in words.split()
}

# Names of columns of texts, without their underscores.
_OF_TEXTS = {
    name.replace("_", "")
    for name in (*TEXTS, *ASKED, *CONTEXTS, *DOCUMENTS, "input", "premise", "hypothesis", "claim")
}
_NAME = re.compile(r"[^\W\d]\w*(?:[ .-]\w+){0,2}")


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping) and "." not in key:
            flat |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            flat[key] = value
    return flat


def _form_of(path: str) -> TabularFormat | None:
    """Return the format of a file's rows, by its ending or its first bytes."""
    if path.lower().endswith(_XML):
        return None
    if plain_name(path).lower().endswith(_KNOWN_ENDINGS):
        return format_of(path)
    with open(path, "rb") as stream:
        magic = stream.read(8)
    if magic.startswith(b"PAR1"):
        return "parquet"
    if magic.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "arrow"
    for start, name in _BINARY.items():
        if magic.startswith(start):
            raise DataError(f"{name}: save it as Parquet or JSON Lines")
    with open_stream(path) as text:
        head = text.read(1 << 16).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"<") or is_named(path, head):
        return None
    if head.startswith((b"{", b"[")):
        return "json"
    first = head.split(b"\n", 1)[0]
    if b"\t" in first or first.lower().startswith(b"#separator:tab"):
        return "tsv"
    return "csv" if any(mark in first for mark in (b",", b";", b"|")) else None


def read_samples(path: str) -> list[Sample]:
    """Return the first rows of a file: one sample, or one for each split in a JSON document."""
    sample = read_sample(path)
    if document := _super_ni_task(path, sample) or _conversation(path, sample):
        return [replace(sample, rows=[document], bad=Counter(), problem="")]
    is_one = len(sample.rows) == 1 and not set(MESSAGE_KEYS) & set(sample.keys)
    if not (sample.problem or is_one) or sample.bad or format_of(path) != "json":
        return [sample]
    samples = []
    for key in _lists_in(path):
        of_key = replace(
            read_sample(path, {"rows_at": key}), held_out=split_in(key) not in (None, TRAIN)
        )
        samples += [] if of_key.problem else [of_key]
    return samples or [sample]


def _super_ni_task(path: str, sample: Sample) -> Mapping[str, Any] | None:
    """Return the document of a Super-Natural Instructions task, None for other files."""
    are_instances = {"input", "output"} <= set(sample.keys)
    if not (sample.problem or are_instances) or format_of(path) != "json":
        return None
    try:
        document = load_json(path)
    except (UnreadableFileError, OSError):
        return None
    is_task = isinstance(document, Mapping) and {"Definition", "Instances"} <= set(document)
    return document if is_task else None


def _conversation(path: str, sample: Sample) -> Mapping[str, Any] | None:
    """Return the document that is one conversation, and whose rows would be its turns."""
    are_turns = bool(sample.rows) and role_key(sample.rows) in ROLE_KEYS
    if not are_turns or sample.find(*_GROUPS) or format_of(path) != "json":
        return None
    try:
        document = load_json(path)
    except (UnreadableFileError, OSError):
        return None
    return document if isinstance(document, Mapping) and {*MESSAGE_KEYS} & {*document} else None


def _lists_in(path: str) -> list[str]:
    """Return the keys of a JSON document that hold rows: named after a split, or `rows`, `data`.

    {"corpus": {"train": {"rows": [{…}, …]}}} → ["corpus.train.rows"]
    """
    try:
        document = load_json(path)
    except (UnreadableFileError, OSError):
        return []
    lists, open_values = [], [("", document)]
    while open_values:
        above, value = open_values.pop()
        for key, inner in value.items() if isinstance(value, Mapping) else ():
            is_list = isinstance(inner, list) and inner and isinstance(inner[0], (Mapping, list))
            if is_list and (split_in(key) or key in _ROW_LISTS):
                lists.append(f"{above}{key}")
            elif isinstance(inner, Mapping) and above.count(".") < _DEPTH:
                open_values.append((f"{above}{key}.", inner))
    return lists


def _missing_header(sample: Sample) -> list[str] | None:
    """Return names for the columns of a table whose first line is a row, None if it is a header.

    It is one where a cell of it is among the few values of its column, or where each cell is a
    sentence or a number as those below it are. A label may be called as its column: "text,spam".
    """
    names = sample.keys
    if any(_names_texts(sample, name) for name in names) and all(map(_NAME.fullmatch, names)):
        return None
    is_row = any(name.strip() and name in _values_of(sample, name) for name in names)
    is_row = is_row or all(_is_alike(name, sample.values(name)) for name in names)
    if not is_row or not sample.rows:
        return None
    last = {str(value).strip() for value in sample.values(names[-1])}
    letters = "ABCDE"[: len(names) - 2]
    if len(letters) >= 2 and len(names) <= 7 and names[-1] in letters and last <= set(letters):
        return ["question", *letters, "answer"]
    return [f"column{number}" for number in range(1, len(names) + 1)]


def _names_texts(sample: Sample, name: str) -> bool:
    """Return whether a first cell is a known name of texts, above a column that has texts."""
    values = sample.values(name)
    texts = [value for value in values if isinstance(value, str) and " " in value.strip()]
    return _folded(name) in _OF_TEXTS and 2 * len(texts) > len(values)


def _is_alike(name: str, values: list[Any]) -> bool:
    """Return whether the first cell of a column is a sentence or a number as the others are."""
    texts = [str(value).strip() for value in values]
    if not texts or not name.strip():
        return False
    if number_of(name) is not None:
        return all(number_of(text) is not None for text in texts)
    if name.strip()[-1] in _SENTENCE_ENDS:
        return sum(text.endswith(name.strip()[-1]) for text in texts) * 2 > len(texts)
    is_long = len(name.split()) > _LONGEST_NAME
    return is_long and sum(len(t.split()) > _LONGEST_NAME for t in texts) * 2 > len(texts)


def _values_of(sample: Sample, key: str) -> list[str]:
    """Return the values of a column that has few."""
    values = sample.distinct(key)
    return [str(value) for value in values] if values else []


def read_sample(path: str, stated: Mapping[str, Any] | None = None) -> Sample:
    """Return the first rows of a file, or why there are none.

    Args:
      stated: `rows_at` or `columns`, where the file needs one of them.
    """
    try:
        form = _form_of(path)
        if form is None or path.lower().endswith(_NO_ROWS):
            return Sample(path=path, form="json", problem=kind_of(path))
        sample = Sample(path=path, form=form, stated=dict(stated or {}))
        piece = Piece(path=path, relative=os.path.basename(path))
        names = sample.stated.get("columns")
        options = FileOptions.model_validate(
            {key: value for key, value in sample.stated.items() if key != "columns"}
        )
        for where, row in islice(read_rows(form, piece, names, options=options), _ROWS):
            if isinstance(row, BadRow):
                sample.bad[row.reason] += 1
                sample.first_bad = sample.first_bad or f"{where}: {row.detail}"
            else:
                sample.rows.append(row)
        if form in ("csv", "tsv"):
            sample.facts += _dialect_facts(path, form, options)
        if options.encoding:
            sample.facts.append(f"assumed: encoding {options.encoding}, by its commonest letters")
        if form in ("parquet", "arrow"):
            sample.label_names = label_names_in(path, form)
        is_foreign = 2 * sample.bad["invalid_utf8"] > sample.bad.total()
        if is_foreign and not options.encoding and (encoding := encoding_of(path)):
            return read_sample(path, {**sample.stated, "encoding": encoding})
        cells = _first_list(piece, options) if form in ("json", "jsonl") else None
        if names is None and (form in ("csv", "tsv") or cells):
            columns = _missing_header(sample)
            if cells and not sample.rows:
                columns = [f"column{number}" for number in range(1, len(cells) + 1)]
            if columns:
                return read_sample(path, {**sample.stated, "columns": columns})
    except UnreadableFileError as error:
        return Sample(path=path, form="json", problem=str(error).removeprefix(f"{path}: "))
    except (OSError, DataError) as error:
        return Sample(path=path, form="json", problem=str(error))
    if not sample.rows:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sample.bad.items())
        sample.problem = f"no row can be read ({reasons}; {sample.first_bad})"
        if not reasons and form in ("csv", "tsv") and os.path.getsize(path):
            sample.problem = "no rows below its first line, which would name columns"
        elif not reasons:
            sample.problem = "it is empty"
    elif form == "csv" and str(sample.keys[0]).startswith("# "):
        sample.problem = "a comment above the header of its columns: remove the lines that begin "
        sample.problem += "with '#'"
    elif form in ("csv", "tsv") and names is None:
        sample.problem = _equal_names(path, is_tsv=form == "tsv")
    return sample


def _first_list(piece: Piece, options: FileOptions) -> list[Any] | None:
    """Return the first row of a JSON file whose rows are lists of cells, None for others."""
    first = next(first_values(piece, options), None)
    is_row = isinstance(first, list) and first and not isinstance(first[0], (Mapping, list))
    return first if is_row else None


def _equal_names(path: str, *, is_tsv: bool) -> str:
    """Return a message about columns with one name, "" if there are none."""
    for name, count in Counter(header_of(path, is_tsv=is_tsv)).items():
        if name and count > 1:
            return f"{count} columns {name!r}: give them different names in the header"
    return ""


def _dialect_facts(path: str, form: str, options: FileOptions) -> Iterator[str]:
    is_tsv = form == "tsv"
    dialect = detect_dialect(path, options, is_tsv=is_tsv, columns=None, needed=())
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "^": "carets"}
    yield f"cells separated by {names.get(dialect.delimiter, ascii(dialect.delimiter))}"
    if dialect.encoding and not options.encoding:
        yield f"encoding {dialect.encoding}"
    if dialect.skipped_lines:
        yield f"lines above the header that are skipped: {dialect.skipped_lines}"
    if dialect.escapechar:
        yield f"quotes escaped by {dialect.escapechar}"
    if is_tsv and dialect.quotes:
        yield "quoted cells"


def message_key(sample: Sample) -> str | None:
    """Return the key of lists of messages with a role, under any name."""
    for key in sample.keys:
        values = sample.values(key)
        items = [item for value in values if isinstance(value, list) for item in value]
        are_objects = bool(items) and all(isinstance(item, Mapping) for item in items)
        if are_objects and role_key(items) is not None:
            return key
    return None


def role_key(messages: list[Mapping[str, Any]]) -> str | None:
    """Return the key of messages that has few short values, fewer than another key has."""
    named = [key for key in ROLE_KEYS if all(isinstance(m.get(key), str) for m in messages)]
    # {"from": {"role": "user", "name": "Ann"}, …}
    named += [
        f"{key}.role"
        for key in ROLE_KEYS
        if all(isinstance(look_up(m, f"{key}.role"), str) for m in messages)
    ]
    if named:
        return named[0]
    for key in messages[0]:
        values = [message.get(key) for message in messages]
        texts = [value for value in values if isinstance(value, str)]
        are_few = len(texts) == len(values) > 3 and 2 <= len(set(texts)) <= 4
        # Letters and numbers are marks of options.
        if not are_few or min(map(len, texts)) < 2 or max(map(len, texts)) > _LONGEST_ROLE:
            continue
        # What is said differs more than who says it.
        others = {other for message in messages for other in message if other != key}
        if any(len({str(m.get(other)) for m in messages}) > len(set(texts)) for other in others):
            return key
    return None
