"""Write the pages of the site: `python docs/make_site.py build/pages`.

The site has the files of docs alone, so links to files beside it become their names.
"""

import re
import shutil
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]+\)")


def write_pages(out: Path) -> list[Path]:
    """Write all pages below `out`, which is replaced, and return their paths."""
    shutil.rmtree(out, ignore_errors=True)
    written = []
    for page in sorted(_HERE.rglob("*")):
        if page.suffix not in (".md", ".png", ".svg"):
            continue
        target = out / page.relative_to(_HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        if page.suffix == ".md":
            # Pages of docs/reference link to those of docs by `../`, which stays.
            is_top = page.parent == _HERE
            text = page.read_text()
            target.write_text(_OUTSIDE.sub(r"`\1`", text) if is_top else text)
        else:
            shutil.copyfile(page, target)
        written.append(target)
    return written


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
