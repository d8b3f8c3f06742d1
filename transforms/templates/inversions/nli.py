"""One half of an inference: `answer` and `premise` or `hypothesis` → the other."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="nli_ii",
    targets=("hypothesis", "premise"),
    templates=(
        Template(
            (
                "{premise}\n\nMake a claim about this. Whoever tests if it follows should "
                "decide: {answer}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            "Premise: {premise}\nVerdict on the hypothesis: {answer}\nHypothesis:",
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                'Take it that "{premise}" is true. Write a second sentence for which the '
                'inference test comes out as "{answer}".'
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "I tell you this much: {premise}\nSay something else so that the finding, when "
                "your words are checked against mine, is: {answer}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                "Please add a statement to the text below. Checked against the text, it must "
                "receive this verdict: {answer}\n\n"
                "{premise}"
            ),
            "{hypothesis}",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            "Premise: {premise}\nVerdict: {answer}",
            "{hypothesis}",
            instruction="Write a hypothesis for the premise. The verdict says how it has to fare.",
            inversion="premise, answer → hypothesis",
        ),
        Template(
            "Text: {premise}\nKey: {answer}\nClaim:",
            "{hypothesis}",
            instruction=(
                "You construct items for a logic test. From the text and the key, work out the "
                "claim that pupils will have to judge."
            ),
            inversion="premise, answer → hypothesis",
        ),
        Template(
            "Report: {premise}\nRuling: {answer}",
            "{hypothesis}",
            instruction=(
                "A witness reports, a lawyer draws a conclusion, the court rules on whether it "
                "follows. Speak for the lawyer."
            ),
            inversion="premise, answer → hypothesis",
        ),
        Template(
            "Fact: {premise}\nReader's ruling: {answer}\nRemark:",
            "{hypothesis}",
            instruction=(
                "A fact is given, and so is what a careful reader will rule on your remark about "
                "it. Make the remark."
            ),
            inversion="premise, answer → hypothesis",
        ),
        Template(
            (
                'Somebody had to judge the claim "{hypothesis}" from a text, and decided: '
                "{answer}\nWhat might the text have said?"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "{hypothesis}\n\nWrite a passage in the light of which the verdict on that "
                "sentence would be: {answer}"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "Conclusion: {hypothesis}\nInference verdict: {answer}\nMissing premise:",
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                "Find me some evidence. The claim is: {hypothesis}\n"
                "And here is how the claim should come off when held against the evidence: "
                "{answer}"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            (
                'What would one have to be told first to give the verdict "{answer}" on the next '
                "sentence?\n\n{hypothesis}"
            ),
            "{premise}",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "Hypothesis: {hypothesis}\nVerdict: {answer}",
            "{premise}",
            instruction="Supply the premise that the verdict was based on.",
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "Statement: {hypothesis}\nMark: {answer}\nPassage:",
            "{premise}",
            instruction=(
                "Reading test, written from the end: the statement and its mark are fixed, the "
                "passage is yours to write."
            ),
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "Headline: {hypothesis}\nResult of the check: {answer}",
            "{premise}",
            instruction=(
                "A headline was checked against its article. Write what the article must have said."
            ),
            inversion="hypothesis, answer → premise",
        ),
        Template(
            "Concluded: {hypothesis}\nAssessment: {answer}\nKnown:",
            "{premise}",
            instruction=(
                "Logic in reverse: somebody drew a conclusion and had it assessed. Say what was "
                "known."
            ),
            inversion="hypothesis, answer → premise",
        ),
    ),
)
