"""Whether a hypothesis follows: `premise`, `hypothesis` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

# "No" means "does not follow" where a set has two labels, and "is false" where it has three: only
# sets that tell the two apart have the form `is_true`. The forms `truth` and `backing` are for
# inverted prompts: "Write a claim that this text contradicts".
_THREE_WAY = {
    "relation": ("entailment", "contradiction", "neutral"),
    "yes_no": ("yes", "no", "it is not possible to tell"),
    "is_true": ("yes", "no", "it is not possible to tell"),
    "true_false": ("true", "false", "impossible to say"),
    "truth": ("must be true", "cannot be true", "may or may not be true"),
}
_TWO_WAY = {
    "relation": ("entailment", "not entailment"),
    "yes_no": ("yes", "no"),
    "follows": ("follows", "does not follow"),
    "truth": ("must be true", "does not have to be true"),
}
_CLAIMS = {
    "supported": ("supported", "refuted", "not enough information"),
    "true_false": ("true", "false", "impossible to say"),
    "backing": ("supports", "contradicts", "neither supports nor contradicts"),
}
LABELS = (
    LabelSet(
        labels=("entailment", "contradiction", "neutral"),
        wordings={
            "relation": ("entailment", "contradiction", "neutral"),
            "yes_no": ("yes", "no", "it is not possible to tell"),
            "is_true": ("yes", "no", "it is not possible to tell"),
            "true_false": ("true", "false", "impossible to say"),
            "supported": ("supported", "refuted", "not enough information"),
            "truth": ("must be true", "cannot be true", "may or may not be true"),
            "backing": ("supports", "contradicts", "neither supports nor contradicts"),
        },
    ),
    LabelSet(
        labels=("entailment", "not_entailment"),
        wordings=_TWO_WAY,
    ),
    LabelSet(
        labels=("yes", "no"),
        wordings=_TWO_WAY,
    ),
    LabelSet(
        labels=("yes", "no", "maybe"),
        wordings=_THREE_WAY,
    ),
    LabelSet(
        labels=("true", "false", "neither"),
        wordings=_THREE_WAY,
    ),
    LabelSet(
        labels=("supports", "refutes", "not enough info"),
        strict=True,
        wordings=_CLAIMS,
    ),
    LabelSet(
        labels=("true", "false"),
        strict=True,
        wordings={
            "true_false": ("true", "false"),
            "yes_no": ("yes", "no"),
            "is_true": ("yes", "no"),
        },
    ),
    LabelSet(
        labels=("entails", "neutral"),
        wordings=_TWO_WAY,
    ),
    LabelSet(
        labels=("entailment", "contradiction"),
        wordings={
            "relation": ("entailment", "contradiction"),
            "true_false": ("true", "false"),
            "truth": ("must be true", "cannot be true"),
        },
    ),
    LabelSet(
        labels=("true", "false", "unknown"),
        wordings=_THREE_WAY,
    ),
    LabelSet(
        labels=("supported", "refuted", "not enough information"),
        strict=True,
        wordings=_CLAIMS,
    ),
)

FAMILY = Family(
    name="nli",
    targets=("answer",),
    context="premise",
    labels=LABELS,
    templates=(
        # Yes or no.
        Template(
            "{premise}\n\nDoes this mean that the following is true? {hypothesis}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Text: {premise}\nConclusion: {hypothesis}\n\nCan we draw this conclusion "
                "from the text?"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Premise: {premise}\nHypothesis: {hypothesis}\nDoes the premise entail the "
                "hypothesis? Answer {labels}."
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Answer {labels}: does the second sentence follow from the first?\n\n1. "
                "{premise}\n2. {hypothesis}\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{premise}\n\nClaim: {hypothesis}\nBased on the text alone, is the claim "
                "correct?\nAnswer:"
            ),
            "{answer}",
            form="is_true",
        ),
        Template(
            (
                "Text: {premise}\nStatement: {hypothesis}\n\nIs the statement true, given "
                "the text? Reply with {labels}."
            ),
            "{answer}",
            form="is_true",
        ),
        Template(
            (
                "Assume that the first sentence is true. Must the second one be true as "
                "well? Say {labels}.\n\n1. {premise}\n2. {hypothesis}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            ("{premise}\n\nStatement: {hypothesis}\nIs this right? ({labels})\nAnswer:"),
            "{answer}",
            form="is_true",
        ),
        Template(
            'passage: "{premise}"\nstatement: "{hypothesis}"\n\n'
            "does the statement follow from the passage? {labels}, no reasons please",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Text: {premise}\nClaim: {hypothesis}\n\n"
            "Does the text support the claim? Use nothing that the text does not say, and "
            "answer {labels}.",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Premise: {premise}\nHypothesis: {hypothesis}\n\nDoes the hypothesis "
                "follow from the premise? Reply with {labels}."
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{premise}\n\nPossible conclusion: {hypothesis}\nDoes it follow from the "
                "text? ({labels})\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Text: {premise}\nInference: {hypothesis}\n\nDoes the inference follow from "
                "the text alone?\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{premise}\n\nHaving read this, would you agree with the following "
                "statement? Answer with {labels}.\n\n{hypothesis}"
            ),
            "{answer}",
            form="is_true",
        ),
        # The name of the relation.
        Template(
            (
                "Premise: {premise}\nHypothesis: {hypothesis}\nIs the relation between the "
                "two {labels}?"
            ),
            "{answer}",
            form="relation",
        ),
        Template(
            (
                "Compare the two sentences and classify the pair as {labels}.\nPremise: "
                "{premise}\nHypothesis: {hypothesis}\nLabel:"
            ),
            "{answer}",
            form="relation",
        ),
        Template(
            (
                "{premise}\n\n{hypothesis}\n\nLabel the second text, given the first, with "
                "one of: {labels}."
            ),
            "{answer}",
            form="relation",
        ),
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}\nRelation:",
            "{answer}",
            instruction=(
                "You are given a premise and a hypothesis. Your task is to name the "
                "relation between them: {labels}."
            ),
            form="relation",
        ),
        Template(
            (
                "First: {premise}\nSecond: {hypothesis}\n\nHow does the first sentence "
                "relate to the second? Write {labels}."
            ),
            "{answer}",
            form="relation",
        ),
        # True or false.
        Template(
            ("Take this as a fact: {premise}\nStatement: {hypothesis}\nIs the statement {labels}?"),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "Statement: {hypothesis}\n\nRead the text below and say whether the "
                "statement is {labels}.\n\n{premise}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            "{premise}\n\nAccording to this, is the following {labels}? {hypothesis}",
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "Context: {premise}\nSentence: {hypothesis}\n\nGiven only the context, "
                "mark the sentence as {labels}."
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            ("{premise}\n{hypothesis}\n\nIf the first line is true, is the second one {labels}?"),
            "{answer}",
            form="true_false",
        ),
        # Claims and evidence.
        Template(
            (
                "Evidence: {premise}\nClaim: {hypothesis}\nIs the claim supported or "
                "refuted by the evidence, or is there not enough information?"
            ),
            "{answer}",
            form="supported",
        ),
        Template(
            "Claim: {hypothesis}\nText: {premise}\n\n"
            "Fact-check the claim against the text. Answer with {labels}.",
            "{answer}",
            form="supported",
        ),
        Template(
            "{premise}\n\nClaim: {hypothesis}\nVerdict ({labels}):",
            "{answer}",
            form="supported",
        ),
        Template(
            (
                "Read the evidence and judge the claim: {labels}.\n\nEvidence: "
                "{premise}\nClaim: {hypothesis}\nJudgment:"
            ),
            "{answer}",
            form="supported",
        ),
        Template(
            (
                "{premise}\n\nWhat does this text mean for the claim below? Answer with "
                "{labels}.\n\nClaim: {hypothesis}"
            ),
            "{answer}",
            form="supported",
        ),
        Template(
            "Claim: {hypothesis}\nEvidence: {premise}\n\n"
            "Verify the claim. Give your verdict: {labels}.",
            "{answer}",
            form="supported",
        ),
        Template(
            "claim: {hypothesis}\nevidence: {premise}\n\nverdict? just say {labels}",
            "{answer}",
            form="supported",
        ),
        Template(
            (
                "Text: {premise}\n\nPlease check this claim against the text: "
                "{hypothesis}\nThe verdict can be {labels}."
            ),
            "{answer}",
            form="supported",
        ),
        # Follows or not.
        Template(
            (
                "{premise}\n\nConclusion: {hypothesis}\nSay whether the conclusion follows "
                "or does not follow."
            ),
            "{answer}",
            form="follows",
        ),
        Template(
            (
                'Check the inference and reply "follows" or "does not follow".\n\nGiven: '
                "{premise}\nInference: {hypothesis}\nAnswer:"
            ),
            "{answer}",
            form="follows",
        ),
        # Any label set.
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}\n\n"
            "Decide whether the hypothesis follows from the premise. Answer with {labels}.",
            "{answer}",
        ),
        Template(
            (
                "{premise}\n\nGiven the text above, choose the right label for this "
                "sentence: {hypothesis}\nLabel ({labels}):"
            ),
            "{answer}",
        ),
        Template(
            (
                "Text: {premise}\nStatement: {hypothesis}\n\nHow should the statement be "
                "judged in the light of the text: {labels}?"
            ),
            "{answer}",
        ),
        Template(
            "1. {premise}\n2. {hypothesis}\n\n"
            "Please judge whether the first of these two texts supports the second. Reply "
            "with {labels}.",
            "{answer}",
        ),
        Template(
            (
                "Text 1: {premise}\nText 2: {hypothesis}\n\nClassify the inference from "
                "text 1 to text 2. The label alone is enough."
            ),
            "{answer}",
        ),
        Template(
            (
                "Premise: {premise}\nHypothesis: {hypothesis}\n\nHow does the hypothesis "
                "relate to the premise? Answer with {labels}."
            ),
            "{answer}",
            form="relation",
        ),
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}\nInference label:",
            "{answer}",
        ),
        # With options.
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}\n\n{options}\n\n"
            "Does the premise entail the hypothesis?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Text: {premise}\nConclusion: {hypothesis}\n\nDoes the conclusion follow "
                "from the text?\n{options}\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{premise}\n\nCan we conclude the following from this text?\n{hypothesis}\n\n"
                "{options}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Read the passage and judge the statement.\n\n{premise}\n\nStatement: "
                "{hypothesis}\nIs it true?\n{options}\nAnswer:"
            ),
            "{answer}",
            form="is_true",
        ),
        Template(
            (
                "First: {premise}\nSecond: {hypothesis}\n\nIs the second sentence a safe "
                "inference from the first? Please answer with one of the options.\n"
                "{options}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{premise}\n\n{hypothesis}\n\nWhat is the relation of the second text to the "
                "first?\n{options}"
            ),
            "{answer}",
            form="relation",
        ),
        Template(
            (
                "Premise: {premise}\nHypothesis: {hypothesis}\n\nWhat is the relation "
                "between the premise and the hypothesis?\n\n{options}\nRelation:"
            ),
            "{answer}",
            form="relation",
        ),
        Template(
            (
                "{premise}\n{options}\nGiven the text, is the following statement true? "
                "Choose the best answer.\n\n{hypothesis}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            (
                "Statement: {hypothesis}\nText: {premise}\n\nAccording to the text, is the "
                "statement true?\n{options}"
            ),
            "{answer}",
            form="true_false",
        ),
        Template(
            "Evidence: {premise}\nClaim: {hypothesis}\n\n{options}\nVerdict:",
            "{answer}",
            instruction="Compare the claim with the evidence and choose a verdict.",
            form="supported",
        ),
        Template(
            (
                "{premise}\n\nWhat does this text say about the claim below?\nClaim: "
                "{hypothesis}\n{options}"
            ),
            "{answer}",
            form="supported",
        ),
        Template(
            "Claim: {hypothesis}\nEvidence: {premise}\n\n{options}\n\n"
            "Fact-check the claim against the evidence.",
            "{answer}",
            form="supported",
        ),
        Template(
            (
                "Claim: {hypothesis}\n\n{options}\n\nPick the verdict that this text leads "
                "to:\n{premise}"
            ),
            "{answer}",
            form="supported",
        ),
        Template(
            "Text: {premise}\nClaim: {hypothesis}\n{options}\n\nJudge the claim by the text alone.",
            "{answer}",
            form="supported",
        ),
        Template(
            (
                "{options}\n\nWhich of these verdicts on the claim is right, given the "
                "evidence?\n\nEvidence: {premise}\nClaim: {hypothesis}"
            ),
            "{answer}",
            form="supported",
        ),
        Template(
            (
                "evidence: {premise}\nclaim: {hypothesis}\n\nchoose a verdict on the "
                "claim\n{options}"
            ),
            "{answer}",
            form="supported",
        ),
        Template(
            (
                "{premise}\n\n{hypothesis}\n\nDoes the second sentence follow from the "
                "first one?\n{options}\nAnswer:"
            ),
            "{answer}",
            form="follows",
        ),
        Template(
            (
                "Here is all we know: {premise}\nClaim: {hypothesis}\n\n{options}\n\nWhich of "
                "these fits the claim?"
            ),
            "{answer}",
        ),
        Template(
            "A: {premise}\nB: {hypothesis}\n{options}\n\n"
            "Statement A is true. Mark the right answer for statement B.",
            "{answer}",
        ),
        Template(
            (
                "Given: {premise}\nInference: {hypothesis}\n\n{options}\n\nDecide whether the "
                "inference follows from what is given, and reply with one of the options."
            ),
            "{answer}",
        ),
        Template(
            "P: {premise}\nH: {hypothesis}\n{options}\nAnswer:",
            "{answer}",
            instruction="Read the two texts, compare them, and choose what fits.",
        ),
        Template(
            (
                "Premise: {premise}\nHypothesis: {hypothesis}\n\nChoose the right label "
                "for the hypothesis, given the premise.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Premise: {premise}\nHypothesis: {hypothesis}\n{options}\nLabel:",
            "{answer}",
            instruction="Compare the two sentences and pick the label that fits the pair.",
        ),
        Template(
            (
                "{premise}\n\n{hypothesis}\n\nTaking the first text as true, what can be "
                "said about the second? Choose an answer.\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Text: {premise}\nClaim: {hypothesis}\n\nWhich of these describes the "
                "claim, if the text is all we know?\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{premise}\n{options}\n\nGoing by the text above, choose the answer that "
                "fits this claim: {hypothesis}"
            ),
            "{answer}",
        ),
        Template(
            (
                "text: {premise}\nstatement: {hypothesis}\n\npick the answer that fits the "
                "statement, going by the text\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{options}\n\nWhich of the above fits the statement, given the text?\n\n"
                "Text: {premise}\nStatement: {hypothesis}"
            ),
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Decide whether the hypothesis follows from the premise.",
            ),
            layouts=(
                "Premise: {premise}\nHypothesis: {hypothesis}\nAnswer:",
                "Text: {premise}\nClaim: {hypothesis}\nDoes the claim follow?",
            ),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("Does the first text entail the second? Answer {labels}.",),
            layouts=(
                "Premise: {premise}\nHypothesis: {hypothesis}\nAnswer:",
                "1. {premise}\n2. {hypothesis}\nAnswer:",
            ),
            form="yes_no",
        ),
        *shots(
            instructions=("Judge each statement by the text alone. Answer {labels}.",),
            layouts=("{premise}\nStatement: {hypothesis}\nIs it true?",),
            form="is_true",
        ),
        *shots(
            instructions=("Judge each statement by the text alone. Answer {labels}.",),
            layouts=("{premise}\nStatement: {hypothesis}\nDoes it follow?",),
            form="yes_no",
        ),
        *shots(
            instructions=(
                "",
                "Say how the second sentence relates to the first.",
            ),
            layouts=(
                "Premise: {premise}\nHypothesis: {hypothesis}\nRelation:",
                "Sentence 1: {premise}\nSentence 2: {hypothesis}\nLabel:",
            ),
            form="relation",
            options=True,
        ),
        *shots(
            instructions=("Label the relation between premise and hypothesis as {labels}.",),
            layouts=(
                "Premise: {premise}\nHypothesis: {hypothesis}\nRelation:",
                "Sentence 1: {premise}\nSentence 2: {hypothesis}\nLabel:",
            ),
            form="relation",
        ),
        *shots(
            instructions=("",),
            layouts=(
                "Text: {premise}\nStatement: {hypothesis}\nTrue or false?",
                "{premise}\n{hypothesis}\nVerdict:",
            ),
            form="true_false",
            options=True,
        ),
        *shots(
            instructions=("Given the text, is the statement {labels}?",),
            layouts=(
                "Text: {premise}\nStatement: {hypothesis}\nAnswer:",
                "{premise}\n{hypothesis}\nVerdict:",
            ),
            form="true_false",
        ),
        *shots(
            instructions=("", "Judge each claim by its evidence."),
            layouts=(
                "Evidence: {premise}\nClaim: {hypothesis}\nVerdict:",
                "Claim: {hypothesis}\nText: {premise}\nJudgment:",
                "{premise}\nClaim: {hypothesis}\nVerdict on the claim:",
            ),
            form="supported",
            options=True,
        ),
        *shots(
            instructions=("Check each claim against its evidence: {labels}.",),
            layouts=(
                "Evidence: {premise}\nClaim: {hypothesis}\nVerdict:",
                "Claim: {hypothesis}\nText: {premise}\nJudgment:",
            ),
            form="supported",
        ),
        *shots(
            instructions=(
                "",
                "Classify each pair by whether the hypothesis follows from the premise.",
            ),
            layouts=(
                "Premise: {premise}\nHypothesis: {hypothesis}\nLabel:",
                "Text: {premise}\nStatement: {hypothesis}\nAnswer:",
            ),
            options=True,
        ),
    ),
)
