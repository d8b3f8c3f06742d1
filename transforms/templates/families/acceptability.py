"""Whether a sentence is well formed: `text` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="acceptability",
    targets=("answer",),
    templates=(
        Template("{text}\n\nIs this a well-formed sentence?", "{answer}"),
        Template('Would a native speaker let "{text}" pass without a frown?', "{answer}"),
        Template("Check the grammar of the following and give a verdict.\n\n{text}", "{answer}"),
        Template("I am not sure I can write it like this: {text}\nIs it acceptable?", "{answer}"),
        Template("Sentence: {text}\nGrammaticality:", "{answer}"),
        Template(
            "A linguist collects judgements on sentences. What is yours on this one?\n{text}",
            "{answer}",
        ),
        Template("Sentence: {text}", "{answer}", instruction="Say if the sentence is grammatical."),
        Template('"{text}"', "{answer}", instruction="Trust your ear. Can you say it like this?"),
        Template(
            "Pupil wrote: {text}\nMark:",
            "{answer}",
            instruction="Mark the homework: does the sentence obey the rules of the language?",
        ),
        Template(
            "{text}",
            "{answer}",
            instruction=(
                "Give an acceptability judgement. Style and truth do not matter, only structure."
            ),
        ),
        Template(
            "As it stands: {text}",
            "{answer}",
            instruction="Never mind what it means. Is the way it is put together acceptable?",
        ),
        Template(
            "{text}\n\nWould you call the grammar of this sentence sound?\n\n{options}", "{answer}"
        ),
        Template('"{text}"\nProper sentence? Pick your verdict.\n{options}', "{answer}"),
        Template(
            (
                "Does the following read like something a fluent speaker would say? "
                "Select an answer.\n\n{text}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{options}\n\n"
                'Somebody wants to know if "{text}" is good grammar. Which reply do you give?'
            ),
            "{answer}",
        ),
        Template(
            (
                "Proofreader's desk. Incoming line: {text}\n"
                "Can it go through unchanged?\n{options}\nDecision:"
            ),
            "{answer}",
        ),
        Template(
            "Grammar question for you: is the next line in order?\n{text}\n{options}", "{answer}"
        ),
        Template(
            "Sentence: {text}\n\n{options}",
            "{answer}",
            instruction="Choose the label that says whether the sentence is well formed.",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction=(
                "The sense may be odd; that is fine. Go by word order, "
                "agreement and missing pieces. Is the form right?"
            ),
        ),
        Template(
            "Example: {text}\n{options}",
            "{answer}",
            instruction="Linguistics exercise: acceptable or not? Judge the example.",
        ),
        Template(
            '"{text}"\n\n{options}',
            "{answer}",
            instruction="Say it to yourself. Does it sound right? Answer with one of the options.",
        ),
        Template(
            "Author's sentence: {text}\n\n{options}\n\nTell the author:",
            "{answer}",
            instruction="A non-native author wants to know if this works in print.",
        ),
    ),
)
