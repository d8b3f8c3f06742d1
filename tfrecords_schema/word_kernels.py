"""Kernels of the word-cached encoder (word_encoder.py): normalize, segment and look up words.

They do what sentencepiece's `Normalizer::Normalize` and `unigram::Model::EncodeOptimized` do, down
to the rounding of scores: a score is a 32-bit float that is added up from the start of the text, so
that the words before decide between segmentations of (nearly) the same score.
"""

from typing import Any

import numpy as np

from tfrecords_schema.compiled import compiled_alone, prefetch

# Classes of bytes: what parts words, and what normalization leaves alone before ASCII.
SEPARATOR, PLAIN = 1, 2
# A slot of the table of words is a cache line. As 64-bit words 0–2 the bytes of a word; as 32-bit
# words 6 its length, how many ids it has and whether one is unknown, a byte each, 7 up to which
# score before it the ids hold, 8 its score; as 16-bit words 18–31 its ids. A word has the choice
# of so many slots; they fill up from the first one, and an empty one has length 0.
SLOT_WORDS, WAYS = 8, 4
MAX_WORD_BYTES, MAX_WORD_IDS, MAX_PIECES = 24, 14, 1 << 16
_META, _SAFE, _SCORE, _IDS = 6, 7, 8, 18
# A node of the trie of pieces, which is a double array, has these parts: a byte and 1, 0 in a free
# slot; the id of the piece and 1, 0 if there is none; from bit _LINKS on where its children are:
# the child for a byte is links ^ byte if that has the byte. The root is node 0.
_LABELS, _PIECES, _PIECE, _LINKS = 0x1FF, 0x1FFFF, 9, 26
_M1, _M2, _M3 = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)
_ZERO, _ONE, _THREE, _BYTE = np.uint64(0), np.uint64(1), np.uint64(3), np.uint64(8)
_BITS_7, _BITS_29, _BITS_32 = np.uint64(7), np.uint64(29), np.uint64(32)
_BITS_56, _BITS_62 = np.uint64(56), np.uint64(62)
_LOW, _HIGH = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_BELOW = np.uint64(0x2121212121212121)
# A row of words found in a text: where it begins and ends, the first slot that may have it, and
# its bytes; no slot if it is not for the table.
_FROM, _TO, _SLOT, _BYTES = range(4)
_WORD_PARTS, _WORDS = 6, 64
_NOWHERE = np.uint64(2**64 - 1)
# Why looking words up ends.
_AT_END, _NO_ROOM, _NEW, _CLOSE = range(4)
# The Viterbi's rows: the two best scores; where the best one's piece begins, and its id.
_BEST, _SECOND = 0, 1
_START, _ID = 0, 1
_NEVER = -1e30
# Where sentencepiece's score has fallen by 100,000, it decides ties in another way (0.2.2).
_DEEPEST = 65_536.0
# Half a unit in the last place of a 32-bit float, relative, and twice over.
_ROUNDING = 4 * 2.0**-24


@compiled_alone
def fill_trie(trie: Any, data: Any, ends: Any, ids: Any) -> bool:  # pragma: no cover
    """Fill `trie` with the pieces in `data`; return whether it has room for all.

    Args:
      trie: [slots] int64 of 0; slots a power of two, 256 or more.
      data: the pieces in rising order; piece i ends before `ends[i]`.
    """
    # Nodes in the order of their texts, which is after their parents; the root is 0.
    keys = np.empty(len(data) + 1, np.int64)  # parent << 8 | byte
    pieces = np.full(len(data) + 1, -1, np.int64)
    path = np.zeros(len(data) + 1, np.int64)
    nodes, before, start = 1, 0, 0
    for piece in range(len(ends)):
        size, depth = ends[piece] - start, 0
        while depth < min(size, start - before) and data[before + depth] == data[start + depth]:
            depth += 1
        for k in range(depth, size):
            keys[nodes] = path[k] << 8 | data[start + k]
            path[k + 1] = nodes
            nodes += 1
        pieces[path[size]] = ids[piece]
        before, start = start, ends[piece]

    slots = np.zeros(nodes, np.int64)
    is_base = np.zeros(len(trie), np.bool_)
    # 0 is the base of nodes without children.
    is_base[0] = True
    trie[0] = 257
    order = np.argsort(keys[1:nodes]) + 1
    first, low = 0, 1
    while first < len(order):
        parent = keys[order[first]] >> 8
        end = first
        while end < len(order) and keys[order[end]] >> 8 == parent:
            end += 1
        # The lowest base of which all children are free; no two nodes share one.
        slot = low
        while True:
            if slot == len(trie):
                return False
            base = slot ^ (keys[order[first]] & 0xFF)
            fits = trie[slot] == 0 and not is_base[base]
            for k in range(first + 1, end):
                fits = fits and trie[base ^ (keys[order[k]] & 0xFF)] == 0
            if fits:
                break
            slot += 1
        is_base[base] = True
        trie[slots[parent]] |= base << _LINKS
        for k in range(first, end):
            byte = keys[order[k]] & 0xFF
            slots[order[k]] = base ^ byte
            trie[base ^ byte] = (pieces[order[k]] + 1) << _PIECE | byte + 1
        # Holes that few nodes fit into are left behind.
        low = max(low, slot - 64)
        while low < len(trie) and trie[low] != 0:
            low += 1
        first = end
    return True


@compiled_alone
def _offset(unit: Any) -> Any:  # pragma: no cover
    return (unit >> 10) << ((unit & 0x200) >> 6)


@compiled_alone
def survey_rules(units: Any, values: Any) -> Any:  # pragma: no cover
    """Return ([256, 3] bool, growth) of rules of normalization.

    The first says which bytes are a rule, which are part of a longer one, and which begin one with
    ASCII after them; `growth` is the most bytes that one byte becomes, a space being "▁".

    Args:
      units: of the double-array trie (Darts) of the rules' left sides.
      values: their right sides; each ends in a zero.
    """
    found, growth = np.zeros((256, 3), np.bool_), 1
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
                found[first, 2] |= depth == 1 and byte < 0x80
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
    data: Any, start: int, end: int, classes: Any, units: Any, values: Any, out: Any
) -> int:  # pragma: no cover
    """Write the normal form of `data[start:end]` after "▁" to `out`; return its length.

    0 if nothing of it is left. `out` needs as many times as many bytes as they grow, and 3.
    """
    out[0], out[1], out[2] = 0xE2, 0x96, 0x81
    i = start
    while i < end and classes[data[i]] == PLAIN:
        out[i - start + 3] = data[i]
        i += 1
    if i == end:
        return i - start + 3
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
    text: Any, size: int, before: Any, trie: Any, scores: Any, unknown: int, best: Any, found: Any
) -> Any:  # pragma: no cover
    """Find the best pieces of `text[:size]`, whose normal form it is; return how safe they are.

    The ids are the last ones of row `_ID` of `found`, which begin at `found[_START, 0]`. They are
    the same after every score from 0 down to the negative of what is returned.

    Args:
      before: the score of the text before.
      best: [2, size + 1 or more] float64. found: the same in int32.
    """
    for i in range(1, size + 1):
        best[_BEST, i] = _NEVER
        best[_SECOND, i] = _NEVER
    best[_BEST, 0] = before
    deepest, i, characters = 0.0, 0, 0
    while i < size:
        here = best[_BEST, i]
        width = min(_character(text[i]), size - i)
        node, j, is_known = trie[0], i, False
        while j < size:
            byte = np.uint64(text[j])
            node = trie[np.uint64(node) >> np.uint64(_LINKS) ^ byte]
            if np.uint64(node) & np.uint64(_LABELS) != byte + _ONE:
                break
            j += 1
            piece = (node >> _PIECE & _PIECES) - 1
            if piece >= 0:
                score = np.float64(np.float32(scores[piece] + here))
                deepest = min(deepest, score)
                _offer(best, found, i, j, piece, score)
                is_known = is_known or j - i == width
        if not is_known:
            score = np.float64(np.float32(scores[unknown] + here))
            deepest = min(deepest, score)
            _offer(best, found, i, i + width, unknown, score)
        i += width
        characters += 1
    end, margin, count = size, 1e30, 0
    while end > 0:
        margin = min(margin, best[_BEST, end] - best[_SECOND, end])
        count += 1
        # Ids gather at the end of their row: a piece has a byte or more.
        start, found[_ID, size + 1 - count] = found[_START, end], found[_ID, end]
        end = start
    found[_START, 0] = size + 1 - count
    return margin / (_ROUNDING * (characters + 2)) + 2 * (deepest - before)


@compiled_alone
def _offer(
    best: Any, found: Any, start: int, end: int, piece: int, score: float
) -> None:  # pragma: no cover
    """Take a piece if none that ends there has a score as good."""
    # Without branches, which nothing could predict.
    one = best[_BEST, end]
    is_better = score > one
    best[_SECOND, end] = max(best[_SECOND, end], min(one, score))
    best[_BEST, end] = max(one, score)
    found[_START, end] = start if is_better else found[_START, end]
    found[_ID, end] = piece if is_better else found[_ID, end]


@compiled_alone
def _eight(text: Any, start: int) -> Any:  # pragma: no cover
    """Return the eight bytes from `start` on of a text given as 64-bit words."""
    shift = np.uint64(8 * (start & 7))
    # Two shifts, since one by 64 is not defined.
    high = text[(start >> 3) + 1] << (_BITS_56 - shift) << _BYTE
    return text[start >> 3] >> shift | high


@compiled_alone
def _split(
    text: Any, i: int, end: int, classes: Any, table: Any, words: Any
) -> Any:  # pragma: no cover
    """Put the words from byte `i` on into `words`, as many as it holds; return (number, next byte).

    Their slots are on the way to the cache when they are looked up.
    """
    data, mask, number = text.view(np.uint8), np.uint64(len(table) - WAYS), 0
    while i < end and number < len(words):
        if classes[data[i]] == SEPARATOR:
            i += 1
            continue
        word = words[number]
        word[_FROM] = i
        length: Any = 0
        first, second, third = _ZERO, _ZERO, _ZERO
        for part in range(3):
            eight = _eight(text, i + 8 * part)
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
        i += length
        if classes[data[i]] == SEPARATOR:
            mixed = (first * _M1) ^ (second * _M2) ^ (third * _M3)
            mixed = (mixed ^ (mixed >> _BITS_29)) * _M2
            slot = (mixed >> _BITS_32) & mask
            prefetch(table, slot)
            word[_SLOT], word[_BYTES], word[_BYTES + 1], word[_BYTES + 2] = (
                slot,
                first,
                second,
                third,
            )
        else:
            # A control character or a long word.
            while i < end and classes[data[i]] != SEPARATOR:
                i += 1
            word[_SLOT] = _NOWHERE
        word[_TO] = i
        number += 1
    return number, i


@compiled_alone
def _look_up(
    words: Any, k: int, number: int, end: int, table: Any, out: Any, count: int, depth: float
) -> Any:  # pragma: no cover
    """Write the ids of words from the k-th on to `out`, until a word is not to be looked up.

    Returns (why it ended, k, `count` and `depth` as they are now, whether unknown ids were met, the
    slot where the word belongs).
    """
    numbers, floats, kept = table.view(np.int32), table.view(np.float32), table.view(np.uint16)
    room = len(out) - MAX_WORD_IDS
    reason, seen, slot = _AT_END, 0, np.int64(0)
    while k < number:
        word = words[k]
        if np.int64(word[_FROM]) >= end:
            break
        if word[_SLOT] == _NOWHERE:
            reason = _CLOSE
            break
        if count > room:
            reason = _NO_ROOM
            break
        slot = np.int64(word[_SLOT])
        length = np.int32(word[_TO] - word[_FROM])
        last = slot + WAYS
        while slot < last and (
            table[slot, 0] != word[_BYTES]
            or table[slot, 1] != word[_BYTES + 1]
            or table[slot, 2] != word[_BYTES + 2]
            or numbers[slot, _META] & 0xFF != length
        ):
            slot = slot + 1 if numbers[slot, _META] != 0 else last
        if slot == last:
            slot -= WAYS
            reason = _NEW
            break
        if depth >= floats[slot, _SAFE]:
            reason = _CLOSE
            break
        depth -= floats[slot, _SCORE]
        meta = numbers[slot, _META]
        # All of them, since a loop of a fixed length does not branch.
        for j in range(MAX_WORD_IDS):
            out[count + j] = kept[slot, _IDS + j]
        count += (meta >> 8) & 0xFF
        seen |= meta
        k += 1
    return reason, k, count, depth, seen >> 16 != 0, slot


@compiled_alone
def _keep(
    table: Any, slot: int, word: Any, safe: float, ids: Any, scores: Any, unknown: int
) -> None:  # pragma: no cover
    """Put the ids of a word into `table` if they have room."""
    if len(ids) > MAX_WORD_IDS:
        return
    numbers, floats, kept = table.view(np.int32), table.view(np.float32), table.view(np.uint16)
    place: Any = slot
    while place < slot + WAYS and numbers[place, _META] != 0:
        place += 1
    if place == slot + WAYS:
        # The word that goes is any one, but the same in each run.
        place = slot + np.int64((word[_BYTES] * _M3) >> _BITS_62)
    for k in range(3):
        table[place, k] = word[_BYTES + k]
    total, has_unknown = 0.0, False
    for k in range(len(ids)):
        total += scores[ids[k]]
        has_unknown |= ids[k] == unknown
        kept[place, _IDS + k] = ids[k]
    length = np.int64(word[_TO] - word[_FROM])
    numbers[place, _META] = int(has_unknown) << 16 | len(ids) << 8 | length
    floats[place, _SAFE], floats[place, _SCORE] = safe, total


@compiled_alone
def _merge(ids: Any, first: int, end: int, unknown: int) -> Any:  # pragma: no cover
    """Leave one id for all unknown characters in a row in `ids[first:end]`; return its end."""
    kept: Any = first
    for k in range(first, end):
        if ids[k] != unknown or kept == first or ids[kept - 1] != unknown:
            ids[kept] = ids[k]
            kept += 1
    return kept


@compiled_alone
def _enlarged(out: Any, count: int, needed: int) -> Any:  # pragma: no cover
    """Return an array with room for `needed` more than `count` ids."""
    larger = np.empty(2 * (count + needed) + MAX_WORD_IDS, np.int32)
    larger[:count] = out[:count]
    return larger


@compiled_alone
def encode_all(text: Any, sizes: Any, tables: Any) -> Any:  # pragma: no cover
    """Return the ids of several texts: int32 [ids], and where those of each end: int64 [texts].

    A text whose score falls too low has no ids; its end is given as its bitwise complement.

    Args:
      text: all texts in UTF-8 as 64-bit words, a space after each, 24 bytes or more after the last.
      sizes: their lengths in bytes.
      tables: as `Tables` of word_encoder.py has them.
    """
    classes, units, values, table, trie, scores, facts = tables
    data, unknown = text.view(np.uint8), facts[0]
    out, ends = np.empty(len(data) // 3 + 256, np.int32), np.empty(len(sizes), np.int64)
    words = np.empty((_WORDS, _WORD_PARTS), np.uint64)
    buffer = np.empty(256, np.uint8)
    best, found = np.empty((2, 257), np.float64), np.empty((2, 257), np.int32)
    size = len(sizes) - 1
    for of_text in sizes:
        size += of_text
    k, number, place, end, count = 0, 0, 0, -1, 0
    for this in range(len(sizes)):
        end += 1 + sizes[this]
        first, has_unknown = count, False
        # The exact score of the text's ids before `scored`, about that of all; scores only fall.
        scored, score, depth = count, np.float32(0), 0.0
        while True:
            if k == number:
                k = 0
                number, place = _split(text, place, size, classes, table, words)
            reason, k, count, depth, seen, slot = _look_up(
                words, k, number, end, table, out, count, depth
            )
            has_unknown |= seen
            if reason == _AT_END:
                if k == number and number == _WORDS:
                    continue
                break
            if reason == _NO_ROOM:
                out = _enlarged(out, count, size - place + MAX_WORD_BYTES * _WORDS)
                continue
            word = words[k]
            start: Any = np.int64(word[_FROM])
            stop: Any = np.int64(word[_TO])
            k += 1
            normal = facts[1] * (stop - start) + 3
            if normal > len(buffer):
                buffer = np.empty(2 * normal, np.uint8)
                best = np.empty((2, 2 * normal + 1), np.float64)
                found = np.empty((2, 2 * normal + 1), np.int32)
            normal = normalize(data, start, stop, classes, units, values, buffer)
            if count + normal > len(out):
                out = _enlarged(out, count, normal)
            is_new = reason == _NEW
            if is_new:
                safe = segment(buffer, normal, 0.0, trie, scores, unknown, best, found)
                ids = found[_ID, found[_START, 0] : normal + 1]
                _keep(table, slot, word, safe, ids, scores, unknown)
                is_new = depth < safe
            if not is_new:
                # Too long for the table, or so close that the score before it decides.
                for j in range(scored, count):
                    score = np.float32(scores[out[j]] + score)
                scored, depth = count, -np.float64(score)
                segment(buffer, normal, score, trie, scores, unknown, best, found)
                ids = found[_ID, found[_START, 0] : normal + 1]
            for piece in ids:
                out[count] = piece
                has_unknown |= piece == unknown
                depth -= scores[piece]
                count += 1
        if depth > _DEEPEST:
            count = first
            ends[this] = ~count
        else:
            if has_unknown:
                count = _merge(out, first, count, unknown)
            ends[this] = count
    return out[:count].copy(), ends


@compiled_alone
def encode(text: Any, size: int, tables: Any) -> Any:  # pragma: no cover
    """Return the ids of one text; [-1] if its score falls too low. See `encode_all`."""
    sizes = np.full(1, size)
    ids, ends = encode_all(text, sizes, tables)
    return ids if ends[0] >= 0 else np.full(1, -1, np.int32)


@compiled_alone
def pack_lists(numbers: Any, sizes: Any) -> Any:  # pragma: no cover
    """Return lists of non-negative numbers as packed varints, and where each ends.

    Args:
      numbers: int32, of all lists, one after the other; `sizes` of them belong to each.

    Returns:
      uint8 [bytes], int64 [lists].
    """
    out, size, first = np.empty(5 * len(numbers), np.uint8), 0, 0
    ends = np.empty(len(sizes), np.int64)
    for k in range(len(sizes)):
        for number in numbers[first : first + sizes[k]]:
            left = np.uint32(number)
            while left >= 0x80:
                out[size] = left & 0x7F | 0x80
                left >>= np.uint32(7)
                size += 1
            out[size] = left
            size += 1
        first, ends[k] = first + sizes[k], size
    return out[:size], ends
