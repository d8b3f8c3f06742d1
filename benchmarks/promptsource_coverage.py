"""How many of promptsource's templates parse, and how many render, each failure named.

Run from the repository: python -m benchmarks.promptsource_coverage [DATA]
DATA (or $FLANBEAM_DATA) holds `promptsource/templates`. A template that gives a prompt on no
made-up row (benchmarks/made_up_rows.py) is listed with its last error.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.made_up_rows import made_up_prompt
from transforms.sources.formats.promptsource import task_name
from transforms.templates.jinja import Prompted, TemplateFile, parse_templates, syntax_error


def template_files(data: Path) -> Iterator[TemplateFile]:
    """Yield all template files, sorted by path."""
    root = data / "promptsource" / "templates"
    for path in sorted(root.rglob("templates.yaml")):
        yield parse_templates(path.read_text(encoding="utf-8"), str(path.relative_to(root)))


def main() -> None:
    """Print the table and the failures."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["FLANBEAM_DATA"])
    counts: Counter[str] = Counter()
    for file in template_files(data):
        counts["files"] += 1
        for template in file.templates:
            counts["templates"] += 1
            if error := syntax_error(template):
                print(f"{task_name(file, template)}: syntax: {error}")
                continue
            counts["parse"] += 1
            result = made_up_prompt(template, file.dataset)
            if isinstance(result, Prompted):
                counts["render"] += 1
            else:
                print(f"{task_name(file, template)}: {result.reason}: {result.detail}")
    print(dict(counts))


if __name__ == "__main__":
    main()
