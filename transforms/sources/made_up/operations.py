"""The operations that made-up tasks are composed of.

An operation takes a sequence of letters or of whole numbers, and its parameters. Those that end a
composition make one word of it: a count, an item, yes or no.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Item = str | int
Items = tuple[Item, ...]
Kind = Literal["letters", "numbers"]

LETTERS = tuple("abcdefghijklmnopqrstuvwx")
NUMBERS = tuple(range(1, 25))
ALPHABETS: Mapping[Kind, Items] = {"letters": LETTERS, "numbers": NUMBERS}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
      apply: (items, *parameters) → items; of a final operation, one item.
      undo: the same for its inverse; None where several inputs have one output.
      parameters: what each parameter may be; "item" is any letter or number.
      wordings: what it is called in an instruction, with {0} and {1} for the parameters.
      counts: whether its parameters are numbers of places, which instructions spell out.
      kinds: what sequences it takes.
      is_final: whether nothing can follow it.
      options: the answers of a final operation that has few of them.
    """

    name: str
    apply: Callable[..., Items]
    wordings: tuple[str, ...]
    undo: Callable[..., Items] | None = None
    parameters: tuple[Literal["item"] | tuple[int, ...], ...] = ()
    kinds: tuple[Kind, ...] = ("letters", "numbers")
    counts: bool = False
    is_final: bool = False
    options: tuple[str, ...] = ()


def reverse(items: Items) -> Items:
    """Return the items from the last to the first: a b c → c b a."""
    return items[::-1]


def rotate(items: Items, places: int) -> Items:
    """Move the first items to the end: a b c d, 1 → b c d a."""
    places %= max(len(items), 1)
    return items[places:] + items[:places]


def rotate_back(items: Items, places: int) -> Items:
    """Move the last items to the front: b c d a, 1 → a b c d."""
    return rotate(items, -places)


def drop_first(items: Items, count: int) -> Items:
    """Leave the first items out: a b c, 1 → b c."""
    return items[count:]


def keep_first(items: Items, count: int) -> Items:
    """Keep the first items alone: a b c, 2 → a b."""
    return items[:count]


def sort(items: Items) -> Items:
    """Sort letters by the alphabet, numbers by size: c a b → a b c."""
    return tuple(sorted(items))  # type: ignore[type-var]


def replace(items: Items, old: Item, new: Item) -> Items:
    """Put `new` in the place of each `old`: a b a, a, c → c b c."""
    return tuple(new if item == old else item for item in items)


def exchange(items: Items, one: Item, other: Item) -> Items:
    """Exchange two items wherever they occur: a b a c, a, b → b a b c."""
    return tuple({one: other, other: one}.get(item, item) for item in items)


def remove(items: Items, unwanted: Item) -> Items:
    """Leave out each `unwanted`: a b a, a → b."""
    return tuple(item for item in items if item != unwanted)


def double(items: Items) -> Items:
    """Write each item twice: a b → a a b b."""
    return tuple(item for item in items for _ in range(2))


def halve(items: Items) -> Items:
    """Undo `double`: a a b b → a b."""
    return items[::2]


def exchange_ends(items: Items) -> Items:
    """Exchange the first and the last item: a b c → c b a."""
    return items if len(items) < 2 else (items[-1], *items[1:-1], items[0])


def append(items: Items, item: Item) -> Items:
    """Add an item at the end: a b, c → a b c."""
    return (*items, item)


def drop_last(items: Items, _: Item) -> Items:
    """Undo `append`: a b c → a b."""
    return items[:-1]


def add(items: Items, amount: int) -> Items:
    """Add a number to each: 1 2, 3 → 4 5."""
    return tuple(item + amount for item in items)  # type: ignore[operator]


def subtract(items: Items, amount: int) -> Items:
    """Undo `add`: 4 5, 3 → 1 2."""
    return add(items, -amount)


def shift(items: Items, places: int) -> Items:
    """Put each letter `places` later in the alphabet a to x, which is a circle: a x, 1 → b a."""
    return tuple(LETTERS[(LETTERS.index(item) + places) % len(LETTERS)] for item in items)  # type: ignore[arg-type]


def shift_back(items: Items, places: int) -> Items:
    """Undo `shift`: b a, 1 → a x."""
    return shift(items, -places)


def count(items: Items, wanted: Item) -> Items:
    """Count an item: a b a, a → 2."""
    return (Counter(items)[wanted],)


def first(items: Items) -> Items:
    """Return the first item: a b c → a."""
    return items[:1]


def last(items: Items) -> Items:
    """Return the last item: a b c → c."""
    return items[-1:]


def length(items: Items) -> Items:
    """Count the items: a b c → 3."""
    return (len(items),)


def contains(items: Items, wanted: Item) -> Items:
    """Say whether an item occurs: a b, b → yes."""
    return ("yes" if wanted in items else "no",)


def spelled(operation: Operation, parameters: Items) -> list[str]:
    """Write the parameters as instructions have them: rotate, 2 → "two"; count, "a" → "a"."""
    words = ("zero", "one", "two", "three", "four")
    return [words[int(p)] if operation.counts else str(p) for p in parameters]


def shown(items: Sequence[Item]) -> str:
    """Write items on one line: ("a", "b") → "a b"."""
    return " ".join(map(str, items))


OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="reverse",
            apply=reverse,
            undo=reverse,
            wordings=("reverse the order", "write them backwards", "go from the last to the first"),
        ),
        Operation(
            name="rotate",
            apply=rotate,
            undo=rotate_back,
            parameters=((1, 2, 3),),
            counts=True,
            wordings=(
                "move the first {0} to the end",
                "shift {0} from the front to the back",
                "rotate them to the left by {0}",
            ),
        ),
        Operation(
            name="drop_first",
            apply=drop_first,
            parameters=((1, 2, 3),),
            counts=True,
            wordings=("drop the first {0}", "leave out the first {0}", "skip {0} at the start"),
        ),
        Operation(
            name="keep_first",
            apply=keep_first,
            parameters=((2, 3, 4),),
            counts=True,
            wordings=("keep the first {0}", "take only the first {0}", "stop after {0}"),
        ),
        Operation(
            name="sort",
            apply=sort,
            wordings=("sort them", "put them in order", "arrange them from low to high"),
        ),
        Operation(
            name="replace",
            apply=replace,
            parameters=("item", "item"),
            wordings=(
                "replace every {0} with {1}",
                "write {1} instead of {0}",
                "change each {0} to {1}",
            ),
        ),
        Operation(
            name="exchange",
            apply=exchange,
            undo=exchange,
            parameters=("item", "item"),
            wordings=(
                "exchange {0} and {1} everywhere",
                "swap all {0} with all {1}",
                "turn each {0} into {1} and each {1} into {0}",
            ),
        ),
        Operation(
            name="remove",
            apply=remove,
            parameters=("item",),
            wordings=("remove every {0}", "delete each {0}", "leave out all {0}"),
        ),
        Operation(
            name="double",
            apply=double,
            undo=halve,
            wordings=(
                "write each one twice",
                "repeat each one right after itself",
                "put a second copy next to each one",
            ),
        ),
        Operation(
            name="exchange_ends",
            apply=exchange_ends,
            undo=exchange_ends,
            wordings=(
                "exchange the first and the last",
                "swap the two ends",
                "let the first and the last change places",
            ),
        ),
        Operation(
            name="append",
            apply=append,
            undo=drop_last,
            parameters=("item",),
            wordings=("add {0} at the end", "append {0}", "put {0} after the last"),
        ),
        Operation(
            name="add",
            apply=add,
            undo=subtract,
            parameters=(tuple(range(1, 25)),),
            kinds=("numbers",),
            wordings=("add {0} to each", "increase every one by {0}", "make each larger by {0}"),
        ),
        Operation(
            name="shift",
            apply=shift,
            undo=shift_back,
            parameters=(tuple(range(1, 24)),),
            kinds=("letters",),
            wordings=(
                "shift each by {0} in the alphabet from a to x, which starts again after x",
                "move each on by {0} in the circle of the letters a to x",
                "replace each by the letter {0} places later, where a comes after x",
            ),
        ),
        Operation(
            name="count",
            apply=count,
            parameters=("item",),
            is_final=True,
            wordings=(
                "count how often {0} occurs",
                "say how many times {0} is there",
                "give the number of {0}",
            ),
        ),
        Operation(
            name="first",
            apply=first,
            is_final=True,
            wordings=("name the first", "say which comes first", "give only the first"),
        ),
        Operation(
            name="last",
            apply=last,
            is_final=True,
            wordings=("name the last", "say which comes last", "give only the last"),
        ),
        Operation(
            name="length",
            apply=length,
            is_final=True,
            wordings=("count them all", "say how many there are", "give the length"),
        ),
        Operation(
            name="contains",
            apply=contains,
            parameters=("item",),
            is_final=True,
            options=("yes", "no"),
            wordings=(
                "say whether {0} occurs, yes or no",
                "answer yes if {0} is there, else no",
                "decide if {0} is among them, yes or no",
            ),
        ),
    )
}
