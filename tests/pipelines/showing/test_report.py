"""The page of a snapshot: its numbers are the manifest's, and strangers' texts stay texts."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.building.build import BuildResult
from pipelines.cli import main
from tests.pipelines.builds import build_recipe
from tfrecords_schema.prompt_parts import Part, Role, flatten
from transforms.report.sections import option_style

_PAGES = [
    *("Overview", "Flow", "Mixture", "Lengths", "Prompts", "Duplicates", "Contamination"),
    *("Sources", "Examples"),
]
_BAD = (
    '<script>alert(1)</script><img src=x onerror="alert(2)">\x1b[31m\u202eevil\u2066 &amp; </pre>'
)


class _Page(HTMLParser):
    """What a page holds: its elements, its texts, its numbers by key, its tables by caption."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.keys: dict[str, str] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self._key = ""
        self._caption = ""
        self._in = ""
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self._key = attributes.get("data-key") or ""
        if tag == "caption":
            self._caption, self._in = "", "caption"
        if tag == "tr":
            self.tables.setdefault(self._caption, []).append([])
        if tag in ("td", "th"):
            self.tables[self._caption][-1].append("")
            self._in = "cell"

    def handle_endtag(self, tag: str) -> None:
        """Leave a caption, a cell or a number."""
        self._key = ""
        if tag in ("caption", "td", "th"):
            self._in = ""

    def handle_data(self, data: str) -> None:
        """Note a text where it stands."""
        self.text += data
        if self._key:
            self.keys[self._key] = self.keys.get(self._key, "") + data
        if self._in == "caption":
            self._caption += data
        if self._in == "cell":
            self.tables[self._caption][-1][-1] += data


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_numbers_are_the_manifests(quickstart: BuildResult) -> None:
    page = _Page(Path(quickstart.path, "report.html"))
    manifest = json.loads(Path(quickstart.path, "manifest.json").read_text())
    shards = [shard for split in manifest["splits"].values() for shard in split["shards"]]
    assert _number(page.keys["examples"]) == sum(s["rows"] for s in manifest["splits"].values())
    assert _number(page.keys["input_tokens"]) == sum(shard["input_tokens"] for shard in shards)
    assert _number(page.keys["bytes"]) == sum(shard["bytes"] for shard in shards)
    entered: dict[str, list[int]] = {}
    for entry in manifest["ledger"]:
        counts = entered.setdefault(entry["stage"].replace("_", " "), [0, 0, 0, 0])
        counts[0] += entry["entered"]
        counts[1] += sum(entry["rejected"].values())
        counts[2] += sum(entry["undrawn"].values())
        counts[3] += entry["kept"]
    stages = {
        row[0]: list(map(_number, row[1:])) for row in page.tables["Stages, in their order"][1:]
    }
    assert stages == entered
    realised: dict[str, int] = {}
    for entry in manifest["mixture"]:
        realised[entry["task"]] = realised.get(entry["task"], 0) + entry["realised"]
    assert {row[0]: _number(row[4]) for row in page.tables["Tasks"][1:]} == realised
    assert [row[0] for row in page.tables["Sources that were read"][1:]] == [
        s["name"] for s in manifest["sources"]
    ]


def test_the_flow_by_source_adds_up(quickstart: BuildResult) -> None:
    page = _Page(Path(quickstart.path, "report.html"))
    headers, *rows = page.tables["From records to examples, by source"]
    assert headers[:2] == ["source", "records read"]
    numbers = {row[0]: dict(zip(headers[1:], map(_number, row[1:]), strict=True)) for row in rows}
    # Known from the files that ship: a line without an answer, two pairs of duplicates.
    assert numbers["passage_qa"]["records read"] == 45
    assert numbers["passage_qa"]["empty field"] == numbers["short_news"]["empty field"] == 1
    assert numbers["reasoning"]["exact duplicate"] == 2
    for of in numbers.values():
        lost = sum(
            count for name, count in of.items() if name not in (*headers[1:2], *headers[-2:])
        )
        assert of["records read"] - lost + of["repeated or inverted"] == of["examples"]
    manifest = quickstart.manifest
    assert sum(of["examples"] for of in numbers.values()) == manifest.splits["train"].rows
    read = sum(s.records for s in manifest.sources if s.collection != "held_out")
    lines = sum(of["records read"] - of["empty field"] for of in numbers.values())
    assert lines == read


@pytest.mark.parametrize(
    ("block", "style"),
    [
        ("Options:\n- yes\n- no", ("on lines", "-")),
        ("Choices: (a) yes (b) no", ("on one line", "(a)")),
        # A word of the header, and a marker after a line's end.
        ("Say yes or no:\nOption i: yes;\nOption ii: no", ("on lines", "Option i:")),
        ("OPTIONS:\nI | yes\nII | no", ("on lines", "I |")),
        ("Pick one: yes / no", ("on one line", "/")),
        ("Options:\n[1] yes\n[2] no", ("on lines", "[1]")),
    ],
)
def test_the_style_of_options_is_read_from_the_text(block: str, style: tuple[str, str]) -> None:
    inputs = f"Is it? yes\n{block}"
    spans = flatten([Part(Role.OPTIONS, len("Is it? yes\n"), len(inputs))])
    row = {"inputs_pretokenized": inputs, "options": ["yes", "no"], "prompt_parts": spans}
    assert option_style(row) == style
    assert option_style({**row, "prompt_parts": []}) is None


def test_the_page_is_listed_whole_and_loads_nothing(quickstart: BuildResult) -> None:
    path = Path(quickstart.path, "report.html")
    page = _Page(path)
    assert "report.html" in {file.path for file in quickstart.manifest.metadata}
    assert path.stat().st_size < 5_000_000
    headings = re.findall(r"<h2 id=[^>]*>([^<]*)", path.read_text())
    assert headings == _PAGES
    for tag, attributes in page.tags:
        assert tag not in ("img", "link", "iframe", "object", "embed", "base")
        assert not {"src", "style"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
        assert str(attributes.get("href", "#")).startswith("#")
    (policy,) = [a["content"] for _, a in page.tags if a.get("http-equiv")]
    assert str(policy).startswith("default-src 'none';")
    assert "unsafe" not in str(policy)


def test_the_command_writes_the_same_page(quickstart: BuildResult, tmp_path: Path) -> None:
    pages = [tmp_path / "1.html", tmp_path / "2.html"]
    for page in pages:
        assert main(["report", quickstart.path, "--to", str(page)]) == 0
    written = Path(quickstart.path, "report.html").read_bytes()
    assert pages[0].read_bytes() == pages[1].read_bytes() == written


def test_a_key_turns_it_off(tmp_path: Path) -> None:
    built = build_recipe("quickstart", tmp_path, "output.report=false")
    assert not Path(built.path, "report.html").exists()
    assert "report.html" not in {file.path for file in built.manifest.metadata}


def _hostile(tmp_path: Path, name: str, rows: list[dict[str, str]]) -> BuildResult:
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    recipe = tmp_path / "hostile.yaml"
    recipe.write_text(
        "name: hostile\nvocabulary: {kind: bytes}\ndescription: '<b>bold</b>'\n"
        "sources:\n  '" + "rows" + f"': {{format: jsonl, path: {tmp_path}/rows.jsonl, "
        "collection: c, license: '<i>', task: t, family: closed_book_qa, id: id, "
        "fields: {question: q, answer: a}}\n"
        "limits: {max_input_tokens: 4096, max_target_tokens: 2048}\n"
    )
    return build_recipe(recipe, tmp_path / name)


def test_hostile_texts_are_shown_as_texts(tmp_path: Path) -> None:
    rows = [{"id": f"{n}", "q": f"{n} {_BAD}", "a": f"{_BAD} {n}"} for n in range(8)]
    rows += [{"id": "long", "q": "x" * 1_000_000, "a": "y"}, {"id": "d", "q": f"0 {_BAD}", "a": ""}]
    path = Path(_hostile(tmp_path, "store", rows).path, "report.html")
    page = _Page(path)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 1
    assert not {"img", "b", "i"} & set(tags)
    assert page.text.count("<script>alert(1)</script>") >= 8
    assert "onerror=" in page.text
    assert not set("\x1b\u202e\u2066") & set(path.read_text())
    assert path.stat().st_size < 1_000_000


def test_a_difference_shows_examples(tmp_path: Path) -> None:
    rows = [{"id": f"{n}", "q": f"What is {n}?", "a": f"number {n}"} for n in range(8)]
    old = _hostile(tmp_path, "store", rows)
    new = _hostile(tmp_path, "store", [*rows[1:], {"id": "9", "q": "What is 99?", "a": "ninety"}])
    page_path = tmp_path / "difference.html"
    words = ["report", new.path, "--against", old.path, "--to", str(page_path)]
    assert main(words) == 0
    page = _Page(page_path)
    (total,) = [row for row in page.tables["Examples that differ"] if row[0] == "all examples"]
    assert total[1:3] == ["1", "1"]
    assert "ninety" in page.text.partition("Against")[2]
    assert "number 0" in page.text.partition("Against")[2]
    assert "number 0" not in page.text.partition("Against")[0]


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_directory_that_is_no_snapshot(name: str, tmp_path: Path) -> None:
    assert main(["report", str(tmp_path / name), "--to", str(tmp_path / "x.html")]) == 3
