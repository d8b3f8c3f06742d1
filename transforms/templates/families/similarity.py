"""How close two sentences are in meaning, as a grade: `sentence1`, `sentence2` → `answer`.

The grade runs from 0, nothing in common, to 5, the same meaning.
"""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="similarity",
    targets=("answer",),
    templates=(
        Template(
            "From 0 to 5, how close in meaning are these?\n{sentence1}\n{sentence2}", "{answer}"
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\n"
                "Grade the likeness: 0 if they have nothing in common, 5 if they say the same."
            ),
            "{answer}",
        ),
        Template(
            (
                'How much of "{sentence1}" is also said by "{sentence2}"? '
                "Answer with a whole number up to 5, where 5 is all of it and 0 none."
            ),
            "{answer}",
        ),
        Template(
            "First: {sentence1}\nSecond: {sentence2}\nSimilarity on a scale of 0 to 5:", "{answer}"
        ),
        Template(
            "A: {sentence1}\nB: {sentence2}",
            "{answer}",
            instruction="Rate how similar A and B are in meaning, from 0 (unlike) to 5 (same).",
        ),
        Template(
            "{sentence1}\n{sentence2}",
            "{answer}",
            instruction=(
                "Two sentences, one grade: 5 for equivalent, 4 for small differences, 3 for "
                "important ones, 2 for shared details, 1 for a shared topic, 0 for neither."
            ),
        ),
        Template(
            "Left: {sentence1}\nRight: {sentence2}\nGrade:",
            "{answer}",
            instruction="Annotators graded such pairs from 0 (unrelated) to 5 (same). What grade?",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\nHow alike are they, if 5 is identical?\n\n{options}",
            "{answer}",
        ),
        Template(
            (
                "Choose a grade from 0, worlds apart, to 5, saying the same.\n"
                "1) {sentence1}\n2) {sentence2}\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Pair: {sentence1} / {sentence2}\nThe higher, the closer in meaning.\n{options}",
            "{answer}",
        ),
        Template(
            "Line one: {sentence1}\nLine two: {sentence2}\n\n{options}",
            "{answer}",
            instruction="Select how much the meaning of the lines overlaps; 5 is the most.",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\n{options}",
            "{answer}",
            instruction="Semantic similarity: 0 stands for no relation, 5 for no difference.",
        ),
        Template(
            '"{sentence1}"\n"{sentence2}"\n{options}\nScore:',
            "{answer}",
            instruction="Score the pair by meaning and not by wording, 5 being a perfect match.",
        ),
    ),
)
