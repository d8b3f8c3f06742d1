"""The recipe of docs/adding_a_task.md for two tasks from one German table, as printed there."""

import json
import re
from pathlib import Path

import pytest

from pipelines.cli import main

_PAGE = Path(__file__).parents[1] / "docs" / "adding_a_task.md"
_GROUPS = ("Rechnung", "Lieferung", "Technik")


def test_the_printed_recipe_makes_german_prompts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (recipe,) = re.findall(r"```yaml\n(name: kundenservice.*?)```", _PAGE.read_text(), re.S)
    (tmp_path / "kundenservice.yaml").write_text(recipe)
    rows = [
        f'Frage {n};"Wo bleibt mein Gerät {n}? Ich warte schon ""ewig"" darauf.";'
        f"{_GROUPS[n % 3]};{f'Es kommt am Dienstag, Herr Müller {n}.' if n % 4 else ''}"
        for n in range(24)
    ]
    rows.append("Kurz;Zu kurz.;Technik;Bitte mehr Text.")
    table = "\r\n".join(["Betreff;Text;Kategorie;Antwort", *rows])
    (tmp_path / "anfragen.csv").write_bytes(table.encode("cp1252"))
    assert main(["preview", str(tmp_path / "kundenservice.yaml"), "--json", "-n", "40"]) == 0
    shown = json.loads(capsys.readouterr().out)
    by_task = {task: [x for x in shown if x["task"] == task] for task in ("kategorie", "antwort")}
    assert {x["targets"] for x in by_task["kategorie"]} == set(_GROUPS)
    assert all("Herr Müller" in x["targets"] for x in by_task["antwort"])
    assert all('Ich warte schon "ewig" darauf.' in x["inputs"] for x in shown)
    assert not any(re.search(r"Options|Answer|Choose|Zu kurz", x["inputs"]) for x in shown)
    assert any("Auswahl:\n- " in x["inputs"] for x in by_task["kategorie"])
