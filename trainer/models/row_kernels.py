"""Write the arrays of packed rows, place by place, each place once."""

from typing import Any

import numpy as np

from tfrecords_schema.compiled import compiled


@compiled
def write_rows(
    joined: Any, lengths: Any, counts: Any, num_rows: int, row_length: int
) -> Any:  # pragma: no cover
    """Write sequences into rows, one after another, and number them.

    Args:
      joined: the tokens of all sequences: int32 [tokens].
      lengths: of each sequence, which have to fit their rows: int64 [sequences].
      counts: how many sequences each row has, at most `num_rows`: int64 [rows].

    Returns:
      Tokens and segment ids, int32 [num_rows, row_length], and where each sequence starts in the
      flattened array: int64 [sequences].
    """
    tokens = np.empty((num_rows, row_length), np.int32)
    segments = np.empty((num_rows, row_length), np.int32)
    starts = np.empty(len(lengths), np.int64)
    sequence, token = 0, 0
    for row in range(num_rows):
        place = 0
        count = counts[row] if row < len(counts) else 0
        for segment in range(1, count + 1):
            starts[sequence] = row * row_length + place
            end = place + lengths[sequence]
            tokens[row, place:end] = joined[token : token + lengths[sequence]]
            segments[row, place:end] = segment
            token += lengths[sequence]
            sequence += 1
            place = end
        tokens[row, place:] = 0
        segments[row, place:] = 0
    return tokens, segments, starts


@compiled
def shift_right(tokens: Any, segments: Any, start_id: int) -> Any:  # pragma: no cover
    """Return [rows, length]: the token before each one, `start_id` at a segment's first place.

    Padding, which is segment 0, has `start_id` as well.
    """
    shifted = np.empty_like(tokens)
    for row in range(len(tokens)):
        before = 0
        for place in range(tokens.shape[1]):
            segment = segments[row, place]
            follows = segment > 0 and segment == before
            shifted[row, place] = tokens[row, place - 1] if follows else start_id
            before = segment
    return shifted


@compiled
def spread(values: Any, row_starts: Any, segments: Any) -> Any:  # pragma: no cover
    """Write the value of each segment at its places, 0 in padding: int32 [rows, length].

    Args:
      values: of all segments, row by row: int32 [segments].
      row_starts: where those of each row begin; rows without an entry have no segments.
      segments: numbers of a row's segments, from 1; 0 is padding: int32 [rows, length].
    """
    places = np.zeros_like(segments)
    for row in range(len(row_starts) - 1):
        for place in range(segments.shape[1]):
            segment = segments[row, place]
            if segment > 0:
                places[row, place] = values[row_starts[row] + segment - 1]
    return places
