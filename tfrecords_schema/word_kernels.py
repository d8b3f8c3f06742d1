"""Kernels of the word-cached encoder (word_encoder.py): normalize, segment and look up words.

They do what sentencepiece's `Normalizer::Normalize` and `unigram::Model::EncodeOptimized` do, down
to the rounding of scores: a score is a 32-bit float that is added up from the start of the text, so
that the words before decide between segmentations of (nearly) the same score.
"""

from typing import Any

import numpy as np

from tfrecords_schema.compiled import compiled_alone

SEPARATOR = 1
# A slot of the table of words is a cache line. As 64-bit words 0–2 the bytes of a word; as 32-bit
# words 6 its length, how many ids it has and whether one is unknown, a byte each, 7 up to which
# score before it the ids hold, 8 its score, 9–15 its ids. A word has the choice of so many slots.
SLOT_WORDS, WAYS = 8, 4
MAX_WORD_BYTES, MAX_WORD_IDS = 24, 7
_META, _SAFE, _SCORE, _IDS = 6, 7, 8, 9
# Columns of a slot of the trie of pieces.
_KEY, _PIECE = 0, 1
_M1, _M2, _M3 = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)
_ZERO, _ONE, _THREE, _BYTE = np.uint64(0), np.uint64(1), np.uint64(3), np.uint64(8)
_BITS_7, _BITS_29, _BITS_32, _BITS_56 = np.uint64(7), np.uint64(29), np.uint64(32), np.uint64(56)
_LOW, _HIGH = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_BELOW = np.uint64(0x2121212121212121)
# Why looking words up ends.
_AT_END, _NO_ROOM, _NEW, _CLOSE = range(4)
# The Viterbi's rows: best score, where its piece begins, its id, the next best score.
_BEST, _START, _ID, _SECOND = 0, 1, 2, 3
_NEVER = -1e30
# Where sentencepiece's score has fallen by 100,000, it decides ties in another way (0.2.2).
_DEEPEST = 65_536.0
# Half a unit in the last place of a 32-bit float, relative, and twice over.
_ROUNDING = 4 * 2.0**-24


@compiled_alone
def _child(trie: Any, node: int, byte: int) -> int:  # pragma: no cover
    """Return the slot of a child in `trie`, or the free one where it belongs.

    A node is its slot, and the root is -1.
    """
    key = (node + 1) << 8 | byte
    mask = len(trie) - 1
    slot = ((key * 0x9E3779B1) >> 13) & mask
    while trie[slot, _KEY] != key and trie[slot, _KEY] != -1:
        slot = (slot + 1) & mask
    return slot


@compiled_alone
def fill_trie(trie: Any, data: Any, ends: Any, ids: Any) -> None:  # pragma: no cover
    """Fill `trie` with the pieces in `data`; piece i ends before `ends[i]`.

    Args:
      trie: [slots, 2] int32 of -1; slots a power of two, more than `data` has bytes.
    """
    start = 0
    for piece in range(len(ends)):
        node = -1
        for i in range(start, ends[piece]):
            parent, node = node, _child(trie, node, data[i])
            trie[node, _KEY] = (parent + 1) << 8 | data[i]
        trie[node, _PIECE] = ids[piece]
        start = ends[piece]


@compiled_alone
def _offset(unit: Any) -> Any:  # pragma: no cover
    return (unit >> 10) << ((unit & 0x200) >> 6)


@compiled_alone
def survey_rules(units: Any, values: Any) -> Any:  # pragma: no cover
    """Return ([256, 2] bool, growth) of rules of normalization.

    The first says which bytes are a rule, and which are part of a longer one; `growth` is the most
    bytes that one byte becomes, a space being "▁".

    Args:
      units: of the double-array trie (Darts) of the rules' left sides.
      values: their right sides; each ends in a zero.
    """
    found, growth = np.zeros((256, 2), np.bool_), 1
    if len(units) == 0:
        return found, growth
    stack = [(_offset(np.int64(units[0])), 0, 0)]
    while len(stack) > 0:
        base, depth, first = stack.pop()
        for byte in range(1, 256):
            place = base ^ byte
            if place >= len(units) or (units[place] & 0x800000FF) != byte:
                continue
            unit = np.int64(units[place])
            if depth > 0:
                found[byte, 1] = True
                found[first, 1] = True
            if (unit >> 8) & 1:
                found[byte, 0] |= depth == 0
                value = np.int64(units[place ^ _offset(unit)]) & 0x7FFFFFFF
                size = 0
                while values[value] != 0:
                    size += 3 if values[value] == 0x20 else 1
                    value += 1
                growth = max(growth, -(-size // (depth + 1)))
            stack.append((place ^ _offset(unit), depth + 1, byte if depth == 0 else first))
    return found, growth


@compiled_alone
def _character(lead: int) -> int:  # pragma: no cover
    """Return the number of bytes of the character in UTF-8 that begins with `lead`."""
    return 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4


@compiled_alone
def normalize(
    data: Any, start: int, end: int, units: Any, values: Any, out: Any
) -> int:  # pragma: no cover
    """Write the normal form of `data[start:end]` after "▁" to `out`; return its length.

    0 if nothing of it is left. `out` needs as many times as many bytes as they grow, and 3.
    """
    out[0], out[1], out[2] = 0xE2, 0x96, 0x81
    size, after_space, i = 3, True, start
    while i < end:
        used, node = 0, 0
        value: Any = -1
        if len(units) > 0:
            unit, j = np.int64(units[0]), i
            while j < end:
                node ^= _offset(unit) ^ data[j]
                if node >= len(units):
                    break
                unit = np.int64(units[node])
                if (unit & 0x800000FF) != data[j]:
                    break
                j += 1
                if (unit >> 8) & 1:
                    used, value = j - i, np.int64(units[node ^ _offset(unit)]) & 0x7FFFFFFF
        if value < 0:
            used = min(_character(data[i]), end - i)
            for j in range(i, i + used):
                out[size] = data[j]
                size += 1
            after_space = False
        else:
            while after_space and values[value] == 0x20:
                value += 1
            while values[value] != 0:
                after_space = values[value] == 0x20
                if after_space:
                    out[size], out[size + 1], out[size + 2] = 0xE2, 0x96, 0x81
                    size += 3
                else:
                    out[size] = values[value]
                    size += 1
                value += 1
        i += used
    while size >= 3 and out[size - 3] == 0xE2 and out[size - 2] == 0x96 and out[size - 1] == 0x81:
        size -= 3
    return size


@compiled_alone
def segment(
    text: Any, size: int, before: Any, trie: Any, scores: Any, unknown: int, best: Any
) -> Any:  # pragma: no cover
    """Find the best pieces of `text[:size]`, whose normal form it is; return how safe they are.

    The ids are the last ones of row `_ID` of `best`, which begin at `best[_START, 0]`. They are
    the same after every score from 0 down to the negative of what is returned.

    Args:
      before: the score of the text before.
      best: [4, size + 1 or more] float64.
    """
    for i in range(size + 1):
        best[_START, i] = -1
        best[_SECOND, i] = _NEVER
    best[_BEST, 0] = before
    deepest, i, characters = 0.0, 0, 0
    while i < size:
        here = best[_BEST, i]
        width = min(_character(text[i]), size - i)
        node, j, is_known = -1, i, False
        while j < size:
            node = _child(trie, node, text[j])
            if trie[node, _KEY] == -1:
                break
            j += 1
            piece = trie[node, _PIECE]
            if piece < 0:
                continue
            score = np.float64(np.float32(scores[piece] + here))
            deepest = min(deepest, score)
            if best[_START, j] < 0 or score > best[_BEST, j]:
                if best[_START, j] >= 0:
                    best[_SECOND, j] = max(best[_SECOND, j], best[_BEST, j])
                best[_BEST, j] = score
                best[_START, j] = i
                best[_ID, j] = piece
            else:
                best[_SECOND, j] = max(best[_SECOND, j], score)
            is_known = is_known or j - i == width
        if not is_known:
            j = i + width
            score = np.float64(np.float32(scores[unknown] + here))
            deepest = min(deepest, score)
            if best[_START, j] < 0 or score > best[_BEST, j]:
                if best[_START, j] >= 0:
                    best[_SECOND, j] = max(best[_SECOND, j], best[_BEST, j])
                best[_BEST, j] = score
                best[_START, j] = i
                best[_ID, j] = unknown
            else:
                best[_SECOND, j] = max(best[_SECOND, j], score)
        i += width
        characters += 1
    end, margin, count = size, 1e30, 0
    while end > 0:
        margin = min(margin, best[_BEST, end] - best[_SECOND, end])
        count += 1
        # Ids gather at the end of their row: a piece has a byte or more.
        start, best[_ID, size + 1 - count] = int(best[_START, end]), best[_ID, end]
        end = start
    best[_START, 0] = size + 1 - count
    return margin / (_ROUNDING * (characters + 2)) + 2 * (deepest - before)


@compiled_alone
def _eight(text: Any, start: int) -> Any:  # pragma: no cover
    """Return the eight bytes from `start` on of a text given as 64-bit words."""
    shift = np.uint64(8 * (start & 7))
    # Two shifts, since one by 64 is not defined.
    high = text[(start >> 3) + 1] << (_BITS_56 - shift) << _BYTE
    return text[start >> 3] >> shift | high


@compiled_alone
def _look_up(
    text: Any, size: int, classes: Any, table: Any, out: Any, i: int, count: int, depth: float
) -> Any:  # pragma: no cover
    """Write the ids of words from byte `i` on to `out`, until a word is not to be looked up.

    Returns (why it ended, where the last word begins and ends, `count` and `depth` as they are now,
    whether unknown ids were met, the slot where the word belongs, its bytes as three words).
    """
    data = text.view(np.uint8)
    numbers, floats = table.view(np.int32), table.view(np.float32)
    mask, room = np.uint64(len(table) - WAYS), len(out) - MAX_WORD_IDS
    first, second, third, slot = _ZERO, _ZERO, _ZERO, np.int64(0)
    start, reason, seen = i, _AT_END, 0
    while i < size:
        if classes[data[i]] == SEPARATOR:
            i += 1
            continue
        start = i
        length: Any = 0
        first, second, third = _ZERO, _ZERO, _ZERO
        for part in range(3):
            eight = _eight(text, start + 8 * part)
            # The lowest bit of each byte below 0x21, exact up to the first one.
            ends = ((eight - _BELOW) & ~eight & _HIGH) >> _BITS_7
            if ends != 0:
                width = ((ends - _ONE) & ~ends & _LOW) * _LOW >> _BITS_56
                eight &= (_ONE << (width << _THREE)) - _ONE
                length += np.int64(width)
            else:
                length += 8
            if part == 0:
                first = eight
            elif part == 1:
                second = eight
            else:
                third = eight
            if ends != 0:
                break
        i = start + length
        if classes[data[i]] != SEPARATOR:
            # A control character or a long word.
            while i < size and classes[data[i]] != SEPARATOR:
                i += 1
            reason = _CLOSE
            break
        if count > room:
            reason = _NO_ROOM
            break
        mixed = (first * _M1) ^ (second * _M2) ^ (third * _M3)
        mixed = (mixed ^ (mixed >> _BITS_29)) * _M2
        slot = np.int64((mixed >> _BITS_32) & mask)
        way = 0
        while way < WAYS and (
            table[slot + way, 0] != first
            or table[slot + way, 1] != second
            or table[slot + way, 2] != third
            or numbers[slot + way, _META] & 0xFF != length
        ):
            way += 1
        if way == WAYS:
            reason = _NEW
            break
        if depth >= floats[slot + way, _SAFE]:
            reason = _CLOSE
            break
        depth -= floats[slot + way, _SCORE]
        meta = numbers[slot + way, _META]
        # All of them, since a loop of a fixed length does not branch.
        for k in range(MAX_WORD_IDS):
            out[count + k] = numbers[slot + way, _IDS + k]
        count += (meta >> 8) & 0xFF
        seen |= meta
    return reason, start, i, count, depth, seen >> 16 != 0, slot, first, second, third


@compiled_alone
def _keep(
    table: Any,
    slot: int,
    word: Any,
    length: int,
    safe: float,
    best: Any,
    normal: int,
    scores: Any,
    unknown: int,
) -> bool:  # pragma: no cover
    """Put the pieces of a word, which `segment` left in `best`, into `table` if they have room."""
    at = int(best[_START, 0])
    ids = normal + 1 - at
    if length > MAX_WORD_BYTES or ids > MAX_WORD_IDS:
        return False
    numbers, floats = table.view(np.int32), table.view(np.float32)
    # The newest of the words of these slots goes first, the oldest away.
    for way in range(WAYS - 1, 0, -1):
        for k in range(SLOT_WORDS):
            table[slot + way, k] = table[slot + way - 1, k]
    for k in range(3):
        table[slot, k] = word[k]
    total, has_unknown = 0.0, False
    for k in range(ids):
        piece = int(best[_ID, at + k])
        total += scores[piece]
        has_unknown |= piece == unknown
        numbers[slot, _IDS + k] = piece
    numbers[slot, _META] = int(has_unknown) << 16 | ids << 8 | length
    floats[slot, _SAFE], floats[slot, _SCORE] = safe, total
    return True


@compiled_alone
def _merged(ids: Any, unknown: int) -> Any:  # pragma: no cover
    """Return `ids` with one for all unknown characters in a row."""
    kept = 0
    for k in range(len(ids)):
        if ids[k] != unknown or kept == 0 or ids[kept - 1] != unknown:
            ids[kept] = ids[k]
            kept += 1
    return ids[:kept].copy()


@compiled_alone
def _enlarged(out: Any, count: int, needed: int) -> Any:  # pragma: no cover
    """Return an array with room for `needed` more than `count` ids."""
    larger = np.empty(2 * (count + needed) + MAX_WORD_IDS, np.int32)
    larger[:count] = out[:count]
    return larger


@compiled_alone
def encode(text: Any, size: int, tables: Any) -> Any:  # pragma: no cover
    """Return the ids of a text in UTF-8 as a new int32 array; [-1] if its score falls too low.

    Args:
      text: its bytes as 64-bit words, and after them a space and eight bytes or more.
      size: its length in bytes.
      tables: as `Tables` of word_encoder.py has them.
    """
    classes, units, values, table, trie, scores, facts = tables
    data, unknown = text.view(np.uint8), facts[0]
    out = np.empty(size + 2 * MAX_WORD_IDS, np.int32)
    buffer, best = np.empty(0, np.uint8), np.empty((4, 0), np.float64)
    # The exact score of out[:scored], and about that of all ids; scores only fall.
    scored, score, depth = 0, np.float32(0), 0.0
    end, count, has_unknown = 0, 0, False
    while True:
        reason, start, end, count, depth, seen, slot, first, second, third = _look_up(
            text, size, classes, table, out, end, count, depth
        )
        has_unknown |= seen
        if depth > _DEEPEST:
            return np.full(1, -1, np.int32)
        if reason == _AT_END:
            break
        if reason == _NO_ROOM:
            out, end = _enlarged(out, count, size), start
            continue
        needed = facts[1] * (end - start) + 3
        if needed > len(buffer):
            buffer = np.empty(needed + 256, np.uint8)
            best = np.empty((4, needed + 257), np.float64)
        normal = normalize(data, start, end, units, values, buffer)
        if reason == _NEW:
            safe = segment(buffer, normal, 0.0, trie, scores, unknown, best)
            word = (first, second, third)
            if (
                _keep(table, slot, word, end - start, safe, best, normal, scores, unknown)
                and depth < safe
            ):
                # It is found now.
                end = start
                continue
        # What is too long for the table, or so close that the score before it decides.
        for k in range(scored, count):
            score = np.float32(scores[out[k]] + score)
        segment(buffer, normal, score, trie, scores, unknown, best)
        at = int(best[_START, 0])
        if count + normal + 1 - at > len(out):
            out = _enlarged(out, count, normal)
        for k in range(at, normal + 1):
            out[count] = int(best[_ID, k])
            has_unknown |= out[count] == unknown
            score = np.float32(scores[out[count]] + score)
            count += 1
        scored, depth = count, -np.float64(score)
    return _merged(out[:count], unknown) if has_unknown else out[:count].copy()


@compiled_alone
def pack_varints(numbers: Any) -> Any:  # pragma: no cover
    """Return non-negative numbers as packed varints: int32 [numbers] → uint8 [bytes]."""
    out, size = np.empty(5 * len(numbers), np.uint8), 0
    for number in numbers:
        left = np.uint32(number)
        while left >= 0x80:
            out[size] = left & 0x7F | 0x80
            left >>= np.uint32(7)
            size += 1
        out[size] = left
        size += 1
    return out[:size].copy()
