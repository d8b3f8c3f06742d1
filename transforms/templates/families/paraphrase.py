"""Whether two sentences mean the same: `sentence1`, `sentence2` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="paraphrase",
    targets=("answer",),
    templates=(
        Template(
            (
                "{sentence1}\n{sentence2}\n\n"
                "Would you call these two ways of putting one and the same thing?"
            ),
            "{answer}",
        ),
        Template(
            (
                "One person wrote: {sentence1}\nAnother wrote: {sentence2}\n"
                "Are they getting at the same thing?"
            ),
            "{answer}",
        ),
        Template(
            'If "{sentence1}" were replaced with "{sentence2}", would the meaning survive?',
            "{answer}",
        ),
        Template(
            (
                "Draft: {sentence1}\nRevision: {sentence2}\n\n"
                "Is the revision faithful to the draft in meaning?"
            ),
            "{answer}",
        ),
        Template(
            (
                "An editor wants to cut one of these lines because it only repeats the other. "
                "Does it?\n\n(1) {sentence1}\n(2) {sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Please tell me whether the first line here is a paraphrase of the second.\n\n"
                "{sentence1}\n\n{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            "Text A: {sentence1}\nText B: {sentence2}",
            "{answer}",
            instruction="Judge whether the two texts are equivalent in meaning.",
        ),
        Template(
            "{sentence1}\n{sentence2}",
            "{answer}",
            instruction=(
                "We are clearing duplicates out of a collection. Is this a duplicate pair, "
                "however differently it is worded?"
            ),
        ),
        Template(
            "Original: {sentence1}\nRewrite: {sentence2}",
            "{answer}",
            instruction="Compare the original with the rewrite. Has all of the meaning been kept?",
        ),
        Template(
            '"{sentence1}" / "{sentence2}"',
            "{answer}",
            instruction="Different words, same message? Check the pair.",
        ),
        Template(
            "S1: {sentence1}\nS2: {sentence2}\nVerdict:",
            "{answer}",
            instruction="Semantic equivalence check. Short verdict, no explanation.",
        ),
        Template(
            "Do these two match in meaning?\n\n{sentence1}\n{sentence2}\n\n{options}", "{answer}"
        ),
        Template(
            (
                'Read "{sentence1}" and then "{sentence2}"\n'
                "Do they amount to the same thing? Select your answer.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Left: {sentence1}\nRight: {sentence2}\n\n{options}\n\n"
                "Does the right side mean what the left side means?"
            ),
            "{answer}",
        ),
        Template(
            (
                "A translator has two renderings of one line and wonders whether readers would "
                "take them to mean the same. What would you tell them?\n1) {sentence1}\n"
                "2) {sentence2}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n\nIs that just another wording of what follows?\n\n"
                "{sentence2}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Please settle an argument: I say these express one idea, my friend disagrees.\n"
                "First sentence: {sentence1}\n"
                "Second sentence: {sentence2}\nAm I right?\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Choose the answer that says whether the second sentence restates the first."
            ),
        ),
        Template(
            "{sentence1}\n{sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Small differences count: a changed number, name or order can change the sense. "
                "Does the pair agree in every such point?"
            ),
        ),
        Template(
            "Post: {sentence1}\nOther post: {sentence2}\n{options}\nAnswer:",
            "{answer}",
            instruction=(
                "Forum moderators merge posts that ask or say the same. "
                "Should they merge the two shown?"
            ),
        ),
        Template(
            "a. {sentence1}\nb. {sentence2}\n\n{options}",
            "{answer}",
            instruction="Paraphrase or not? Mark one of the options.",
        ),
        Template(
            "Line one: {sentence1}\nLine two: {sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Could a newspaper print either line without telling its "
                "readers anything different?"
            ),
        ),
    ),
)
