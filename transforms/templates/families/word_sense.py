"""Whether a word is used in one sense: `word`, `sentence1`, `sentence2` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="word_sense",
    targets=("answer",),
    templates=(
        Template(
            (
                "{sentence1}\n{sentence2}\n\n"
                'Is one and the same sense of "{word}" at work in both lines?'
            ),
            "{answer}",
        ),
        Template(
            (
                'Look up "{word}" in your mental dictionary. '
                "Would these two uses fall under one entry?\n\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                'First: "{sentence1}"\nThen: "{sentence2}"\n'
                'Has the meaning of "{word}" stayed the same?'
            ),
            "{answer}",
        ),
        Template("Word: {word}\nHere: {sentence1}\nThere: {sentence2}\nSame sense?", "{answer}"),
        Template(
            (
                'A learner of English thinks that "{word}" means the same thing both times. '
                "Is the learner right?\n\n1. {sentence1}\n2. {sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                'If "{word}" needed a footnote in these sentences, '
                "would one footnote serve for both?\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            "Word: {word}\nSentence 1: {sentence1}\nSentence 2: {sentence2}",
            "{answer}",
            instruction="Judge whether the word has the same meaning in both sentences.",
        ),
        Template(
            "Headword: {word}\nQuotation: {sentence1}\nQuotation: {sentence2}",
            "{answer}",
            instruction=(
                "You write a dictionary. "
                "Do both quotations belong under one definition of the headword?"
            ),
        ),
        Template(
            "{word}\n\n(i) {sentence1}\n(ii) {sentence2}",
            "{answer}",
            instruction="Would a translator be safe in using a single foreign word for both?",
        ),
        Template(
            "{sentence1}\n{sentence2}\nUsed in both: {word}\nVerdict:",
            "{answer}",
            instruction="Compare how the word is used. Short verdict only.",
        ),
        Template(
            '"{word}"\n"{sentence1}"\n"{sentence2}"',
            "{answer}",
            instruction="Same spelling, but is it the same meaning?",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nDo the author of one line and the author of the "
                'other understand "{word}" alike?\n\n{options}'
            ),
            "{answer}",
        ),
        Template(
            (
                'On its way from the first sentence to the second, does "{word}" keep its sense? '
                "Choose your answer.\n\n{sentence1}\n\n{sentence2}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                'Find "{word}" in each of the sentences and ask yourself if one gloss would do '
                "for both.\nA: {sentence1}\nB: {sentence2}\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Vocabulary check: {word}\n1) {sentence1}\n2) {sentence2}\n"
                "Do the uses match in meaning?\n\n{options}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                'My two example sentences for "{word}" ought to illustrate a single sense. '
                "Do they?\n\nExample one: {sentence1}\nExample two: {sentence2}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{options}\n\nPick one of these after reading the pair: is the sense shared?\n"
                "Word: {word}\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            "Target word: {word}\n{sentence1}\n{sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Decide whether the sense of the word is shared, "
                "and answer with one of the options."
            ),
        ),
        Template(
            'The word "{word}"\nIn: {sentence1}\nAnd in: {sentence2}\n{options}',
            "{answer}",
            instruction="Some words lead double lives. Does this one keep to a single life here?",
        ),
        Template(
            "Term: {word}\nUse 1: {sentence1}\nUse 2: {sentence2}\n\n{options}",
            "{answer}",
            instruction="Sense comparison: is it a match? Tick what applies.",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\nIn both: {word}\n\n{options}",
            "{answer}",
            instruction=(
                "Related senses, such as a place and the people in it, still count as different. "
                "Rule on whether the sense is shared."
            ),
        ),
        Template(
            (
                "Puzzling word: {word}\nPlace one: {sentence1}\n"
                "Place two: {sentence2}\n{options}\nReply:"
            ),
            "{answer}",
            instruction=(
                "Reassure or warn a puzzled reader: "
                "does the meaning carry over from one place to the other?"
            ),
        ),
    ),
)
