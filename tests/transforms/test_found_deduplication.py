"""Found: of rows that agree in all but their place, the one that stays depends on the order."""

import numpy as np

from transforms.deduplication import find_duplicates
from transforms.key_rows import KEY_ROW


def test_the_place_of_the_kept_row_does_not_depend_on_the_order() -> None:
    # One raw line twice in a file: same key, id and content, other offset.
    rows = np.zeros(2, dtype=KEY_ROW)
    rows["offset"] = [0, 100]
    source_ranks = np.array([0])
    kept = [find_duplicates(rows[order], source_ranks)[0].tolist() for order in ([0, 1], [1, 0])]
    assert kept[0] == kept[1]
