"""Whether a hypothesis follows: `premise`, `hypothesis` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="nli",
    targets=("answer",),
    context="premise",
    templates=(
        Template(
            "{premise}\n\nGoing by this alone, give a verdict on the claim: {hypothesis}",
            "{answer}",
        ),
        Template(
            (
                "Take this as given: {premise}\n"
                "Where does that leave the following statement?\n{hypothesis}"
            ),
            "{answer}",
        ),
        Template(
            (
                'A reader is told: "{premise}"\n'
                'The reader concludes: "{hypothesis}"\nRule on that conclusion.'
            ),
            "{answer}",
        ),
        Template(
            (
                "Claim to check: {hypothesis}\nOnly evidence at hand: {premise}\n"
                "Weigh the claim against the evidence and say what you find."
            ),
            "{answer}",
        ),
        Template(
            (
                "Please look at these two statements and tell me whether the first one bears out "
                "the second.\n\n1. {premise}\n2. {hypothesis}"
            ),
            "{answer}",
        ),
        Template(
            (
                "We know only what is said here:\n\n{premise}\n\n"
                "What are we to make of the next line?\n{hypothesis}"
            ),
            "{answer}",
        ),
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}",
            "{answer}",
            instruction="Judge the hypothesis in the light of the premise.",
        ),
        Template(
            "Text: {premise}\nClaim: {hypothesis}",
            "{answer}",
            instruction=(
                "You get a text and a claim about it. Does the text back the claim up? "
                "Use nothing that the text does not say."
            ),
        ),
        Template(
            "{premise}\n{hypothesis}",
            "{answer}",
            instruction="Read the first line as fact, then rule on the second.",
        ),
        Template(
            "Known: {premise}\nConclusion: {hypothesis}\nVerdict:",
            "{answer}",
            instruction="Logic exam. State how the conclusion fares, given what is known.",
        ),
        Template(
            'passage: "{premise}"\nstatement: "{hypothesis}"',
            "{answer}",
            instruction=(
                "does the statement follow from the passage? a word is enough, no reasons please"
            ),
        ),
        Template(
            (
                "{premise}\n\nIf we accept that, how should we rate this claim?\n"
                "{hypothesis}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Here is all we know: {premise}\n\n{options}\n\n"
                'Which of these suits the claim "{hypothesis}"?'
            ),
            "{answer}",
        ),
        Template(
            (
                'Somebody reads "{premise}" and then says "{hypothesis}"\n'
                "How well is that backed by what they read?\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Hypothesis under test: {hypothesis}\nWhat the witness reported: {premise}\n\n"
                "Pick the answer that fits the report.\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Is the second sentence a safe inference from the first? Please answer with one "
                "of the options.\n\nFirst: {premise}\nSecond: {hypothesis}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Statement A is true. Mark the right answer for statement B.\nA: {premise}\n"
                "B: {hypothesis}\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Given: {premise}\nInference: {hypothesis}\n\n{options}",
            "{answer}",
            instruction=(
                "Decide whether what is given supports the inference, "
                "and reply with one of the options."
            ),
        ),
        Template(
            "Article: {premise}\n\nHeadline: {hypothesis}\n\n{options}",
            "{answer}",
            instruction=(
                "Your job is to check headlines against the articles that they stand over. "
                "Choose the finding that applies."
            ),
        ),
        Template(
            "{premise}\n\n{hypothesis}\n\n{options}",
            "{answer}",
            instruction=(
                "Take the passage as the whole truth. "
                "Which answer then fits the sentence that follows?"
            ),
        ),
        Template(
            "P: {premise}\nH: {hypothesis}\n{options}\nAnswer:",
            "{answer}",
            instruction="Textual inference: read, compare, choose.",
        ),
        Template(
            "Background: {premise}\nGuess: {hypothesis}\n\n{options}",
            "{answer}",
            instruction=(
                "Tell me what the background says about the guess. Only the listed answers count."
            ),
        ),
    ),
)
