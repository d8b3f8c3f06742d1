"""Draw the records of a made-up task: an instruction in words, an input, its output, options."""

from collections.abc import Callable, Iterator, Mapping

from transforms.sources.made_up.operations import ALPHABETS, Item, Items, shown, spelled
from transforms.sources.made_up.tasks import MadeUpTask, Step
from transforms.stable_random import Draws

_STAGE = "made_up_record"
_SHORTEST, _LONGEST = 4, 8
_OPTIONS = 4
_MOST_DRAWS = 200
# How the steps of a composition are joined. {first} begins with a capital letter.
_SENTENCES: dict[int, tuple[str, ...]] = {
    1: ("{First}.", "With these {noun}, {first}.", "Take the {noun} and {first}."),
    2: (
        "{First}, then {second}.",
        "First {first}. Then {second}.",
        "{First} and after that {second}.",
        "In two steps: {first}; {second}.",
    ),
    3: (
        "{First}, then {second}, then {third}.",
        "First {first}. Then {second}. Finally, {third}.",
        "In three steps: {first}; {second}; {third}.",
    ),
}


def records_of(
    task: MadeUpTask, seed: int, part: str, number: int
) -> Iterator[Mapping[str, str | list[str]]]:
    """Yield up to `number` different records; those of different parts share no input.

    Fewer are yielded where a task has few inputs with an output.
    """
    draws = Draws(_STAGE, seed, part, task.name)
    seen: set[Items] = set()
    misses = 0
    # An answer of few is drawn first, and inputs until one has it, so that each is as frequent.
    wanted = draws.choice(task.options) if task.options else None
    while len(seen) < number and misses < _MOST_DRAWS:
        items = _draw_input(task, draws)
        output = task.apply(items)
        if (
            not output
            or items in seen
            or part_of(items) != part
            or (wanted is not None and output != (wanted,))
        ):
            misses += 1
            continue
        misses = 0
        seen.add(items)
        wanted = draws.choice(task.options) if task.options else None
        answer = shown(output)
        yield {
            "instruction": worded(task, draws.choice),
            "input": shown(items),
            "answer": answer,
            "options": list(task.options) or _options(task, items, answer, draws),
        }


def part_of(items: Items) -> str:
    """Return whether an input is for training or for tests: one in four is for tests."""
    return "test" if Draws(_STAGE, "part", shown(items)).below(4) == 0 else "train"


def worded(task: MadeUpTask, choose: Callable[[tuple[str, ...]], str]) -> str:
    """Put a task into words.

    `choose` takes one of several wordings. [reverse, append a] → "First reverse the order. Then
    append a."
    """
    words = [
        choose(step.operation.wordings).format(*spelled(step.operation, step.parameters))
        for step in task.steps
    ]
    sentence = choose(_SENTENCES[len(words)])
    parts = dict(zip(("first", "second", "third"), words, strict=False))
    capital = words[0][0].upper() + words[0][1:]
    return sentence.format(First=capital, noun=task.kind, **parts)


def _draw_input(task: MadeUpTask, draws: Draws) -> Items:
    """Draw items; those that the task speaks of are among them more often than by chance."""
    alphabet = ALPHABETS[task.kind]
    named = [
        value
        for step in task.steps
        for value, domain in zip(step.parameters, step.operation.parameters, strict=True)
        if domain == "item"
    ]
    count = _SHORTEST + draws.below(_LONGEST - _SHORTEST + 1)
    return tuple(
        draws.choice(named) if named and draws.below(4) == 0 else draws.choice(alphabet)
        for _ in range(count)
    )


def _options(task: MadeUpTask, items: Items, answer: str, draws: Draws) -> list[str]:
    """Return the answer and what near-by tasks make of the input, four in all, sorted."""
    options = {answer}
    for _ in range(_MOST_DRAWS):
        if len(options) == _OPTIONS:
            break
        steps = list(task.steps)
        place = draws.below(len(steps))
        operation = steps[place].operation
        domains = [ALPHABETS[task.kind] if d == "item" else d for d in operation.parameters]
        if domains and draws.below(2):
            steps[place] = Step(operation.name, tuple(draws.choice(domain) for domain in domains))
            other = MadeUpTask(task.kind, tuple(steps)).apply(items)
        else:
            other = _disturbed(task.apply(items), ALPHABETS[task.kind], draws)
        if other:
            options.add(shown(other))
    return sorted(options)


def _disturbed(output: Items, alphabet: Items, draws: Draws) -> Items:
    """Return the output with two items exchanged, or with one replaced."""
    changed: list[Item] = list(output)
    one, other = draws.below(len(changed)), draws.below(len(changed))
    if draws.below(2) and changed[one] != changed[other]:
        changed[one], changed[other] = changed[other], changed[one]
    elif isinstance(changed[one], int):
        changed[one] = max(0, int(changed[one]) + draws.choice((-2, -1, 1, 2)))
    else:
        changed[one] = draws.choice(alphabet)
    return tuple(changed)
