"""The question or situation for a sensible answer: `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="commonsense_ii",
    targets=("question",),
    # Goals, such as "Keep bread fresh", are no questions.
    apart=frozenset(("how_to",)),
    templates=(
        Template(
            "Write a question or a situation for which this is the sensible answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\nQuestion:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            ("{answer}\n\nThis is the answer that common sense gives. Write what was asked."),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Generate a common-sense question with the following answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}",
            "{question}",
            instruction="Write the question or situation that the answer belongs to.",
            inversion="answer → question",
        ),
        Template(
            (
                "Answer: {answer}\n\nPlease write a question about everyday life that "
                "leads to this answer."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\nOutput:",
            "{question}",
            instruction=(
                "You will be given an answer. Output a question or a situation that it suits."
            ),
            inversion="answer → question",
        ),
        Template(
            'What could the question be if the most plausible answer is "{answer}"?',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\nQuestion or situation:",
            "{question}",
            instruction="Common-sense reasoning in reverse: the answer comes first.",
            inversion="answer → question",
        ),
        Template(
            (
                "{answer}\n\nThink of an everyday situation in which that is what one "
                "would expect. Describe it, and ask about it if you like."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "write a question that has this answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Most sensible answer: {answer}\n\nWhat is it the answer to?",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "For a common-sense test I need an item with the correct answer below. "
                "Write the item.\n\nCorrect answer: {answer}"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Anyone would give this reply: {answer}\nThe question they were asked:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            ("Here is a piece of practical advice. What goal does it help to reach?\n\n{answer}"),
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Solution: {answer}\nGoal:",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "{answer}\n\nWhat would somebody want to do who follows this advice?",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Write down the goal that somebody reaches in this way: {answer}",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Advice: {answer}",
            "{question}",
            instruction="Name the goal that the advice is for.",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "{answer}\n\nWhat is this a solution for? Write the goal.",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            ("Generate a goal for the following solution.\n\nSolution: {answer}\nGoal:"),
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "what does doing this help with?\n\n{answer}\n\ngoal:",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Somebody does the following. What do they want to achieve?\n\n{answer}",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            ("Instructions: {answer}\n\nPlease write what these instructions help to do."),
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "{answer}\n\nState the purpose of doing this in a few words.\nPurpose:",
            "{question}",
            inversion="answer → question",
            domain="how_to",
        ),
        Template(
            "Solution: {answer}\nOutput:",
            "{question}",
            instruction="You will be given a solution. Output the goal that it reaches.",
            inversion="answer → question",
            domain="how_to",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a question or a situation for each answer.",
                "What was asked?",
            ),
            layouts=(
                "Answer: {answer}\nQuestion:",
                "Answer: {answer}\nQuestion or situation:",
                "Sensible answer: {answer}\nQuestion:",
                "{answer}\nThe question:",
            ),
            targets="{question}",
            inversion="answer → question",
        ),
        *shots(
            instructions=(
                "",
                "Name the goal that the solution serves.",
                "For each piece of advice, write the goal that it helps to reach.",
            ),
            layouts=(
                "Solution: {answer}\nGoal:",
                "Advice: {answer}\nGoal:",
                "How to do it: {answer}\nWhat to do:",
            ),
            targets="{question}",
            inversion="answer → question",
            domain="how_to",
        ),
    ),
)
