"""Everyday situations and questions: `question` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="commonsense",
    targets=("answer",),
    # Goals, such as "Keep bread fresh", are no questions.
    apart=frozenset(("how_to",)),
    templates=(
        Template(
            "{question}",
            "{answer}",
        ),
        Template("{question}\n\nUse your common sense here.", "{answer}"),
        Template(
            "Think of how things usually go in daily life. {question}",
            "{answer}",
        ),
        Template("{question}\n\nAnswer from everyday experience.", "{answer}"),
        Template(
            "Use common sense to respond.\n\n{question}",
            "{answer}",
        ),
        Template(
            "{question}\n\nGive the most likely answer.",
            "{answer}",
        ),
        Template(
            "{question}\nAnswer:",
            "{answer}",
            instruction="Use your common sense.",
        ),
        Template(
            "{question}\n\nAnswer with what makes the most sense.",
            "{answer}",
        ),
        Template(
            "{question}",
            "{answer}",
            instruction="Respond with the most plausible answer.",
        ),
        Template("{question}\n\nReply with the answer that most people would give.", "{answer}"),
        Template(
            (
                "Read the following and give the answer that common sense suggests.\n\n"
                "{question}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{question}\n\nPlease give a short answer that anyone would agree with.",
            "{answer}",
        ),
        Template(
            "Q: {question}\nA:",
            "{answer}",
        ),
        Template(
            (
                "{question}\n\nThink of how things go in everyday life, then answer in a "
                "few words or one sentence."
            ),
            "{answer}",
        ),
        Template(
            "just use common sense\n\n{question}",
            "{answer}",
        ),
        Template(
            "{question}\nSensible answer:",
            "{answer}",
            instruction="Answer with what makes the most sense in everyday life.",
        ),
        Template(
            "{question}\n\nLet common sense guide you.",
            "{answer}",
        ),
        Template(
            (
                "{question}\n\nRely on everyday experience rather than on special "
                "knowledge.\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "Question: {question}\nMost plausible answer:",
            "{answer}",
        ),
        Template(
            "Goal: {question}\nHow can this be done?",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "How would you go about this? {question}",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "{question}\n\nExplain in a sentence or two how to do it.",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "{question}\nAdvice:",
            "{answer}",
            instruction="Give practical advice.",
            domain="how_to",
        ),
        Template(
            "Goal: {question}\nSolution:",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "{question}\n\nWhat is a practical way to do this?",
            "{answer}",
            domain="how_to",
        ),
        Template("{question}\n\nHow can someone achieve this?", "{answer}", domain="how_to"),
        Template(
            "Goal: {question}\n\nWrite down a solution that works in practice.",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "I would like some help with this: {question}\n\nWhat should I do?",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Give a short piece of advice on the following.\n\n{question}\nAdvice:",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "goal: {question}\nhow do i do it?",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Goal: {question}\n\nState in one or two sentences what to do.",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Goal: {question}\nWay to achieve it:",
            "{answer}",
            instruction="Write down a way to achieve this everyday goal.",
            domain="how_to",
        ),
        Template(
            "{question}\n\n{options}",
            "{answer}",
        ),
        Template(
            "Choose the answer that makes the most sense.\n{question}\n{options}",
            "{answer}",
        ),
        Template("{question}\n\n{options}\n\nChoose the most sensible answer.", "{answer}"),
        Template(
            ("{question}\n\nUse your common sense and choose the best answer.\n{options}\nAnswer:"),
            "{answer}",
        ),
        Template(
            "{question}\n\nChoose the most plausible answer.\n{options}",
            "{answer}",
        ),
        Template(
            "{question}\n{options}\nAnswer:",
            "{answer}",
        ),
        Template(
            "{question}\n\nPick the answer that agrees with everyday experience.\n\n{options}",
            "{answer}",
        ),
        Template(
            "{question}\n\n{options}\nAnswer:",
            "{answer}",
            instruction="Use your common sense and select the most plausible option.",
        ),
        Template(
            ("{question}\n\nOne of the following makes the most sense.\n\n{options}\n\nAnswer:"),
            "{answer}",
        ),
        Template(
            (
                "Read the following and choose what is most likely.\n\n{question}\n"
                "{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{options}\n\nChoose the one of these that you would expect in real "
                "life.\n\n{question}"
            ),
            "{answer}",
        ),
        Template(
            "{question}\n\n{options}\n\nThink about how people and things behave, then decide.",
            "{answer}",
        ),
        Template(
            "{question}\n\nPlease choose the most reasonable answer.\n{options}",
            "{answer}",
        ),
        Template(
            "Item: {question}\n\n{options}\n\nAnswer:",
            "{answer}",
            instruction="Common-sense test. Pick exactly one of the options.",
        ),
        Template(
            "{question}\n\npick the one that makes the most sense\n{options}",
            "{answer}",
        ),
        Template("{question}\n{options}\n\nChoose what makes the most sense.", "{answer}"),
        Template(
            ("{question}\n\nYou need only everyday knowledge to answer this.\n{options}\nAnswer:"),
            "{answer}",
        ),
        Template(
            "{question}\n\n{options}\n\nSelect the most sensible of these.",
            "{answer}",
        ),
        Template(
            "Goal: {question}\n\nWhich way of doing this works?\n\n{options}",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Choose the better way to do this: {question}\n{options}",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "{question}\n\nWhich piece of advice is right?\n{options}\nAnswer:",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Goal: {question}\n{options}\nSolution:",
            "{answer}",
            instruction="Pick the solution that would work in practice.",
            domain="how_to",
        ),
        Template(
            "{question}\n\n{options}\n\nChoose the advice that helps.", "{answer}", domain="how_to"
        ),
        Template(
            "{question}\n\n{options}\n\nHow can this be done? Choose the right way.",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Goal: {question}\n{options}\nWhich of these would work?",
            "{answer}",
            domain="how_to",
        ),
        Template(
            (
                "Which of the solutions below achieves the goal?\n\nGoal: {question}\n"
                "{options}\nAnswer:"
            ),
            "{answer}",
            domain="how_to",
        ),
        Template(
            (
                "Goal: {question}\n\nUse your common sense and pick the solution that "
                "works.\n{options}"
            ),
            "{answer}",
            domain="how_to",
        ),
        Template(
            ("{options}\n\nWhich of these is the right way to do the following?\n{question}"),
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Goal: {question}\n\n{options}\n\nAnswer:",
            "{answer}",
            instruction="Physical common sense: select the solution that works.",
            domain="how_to",
        ),
        Template(
            ("{question}\n\nPlease choose the right instructions for this.\n\n{options}"),
            "{answer}",
            domain="how_to",
        ),
        Template(
            "what's the better way to do this?\n\n{question}\n{options}",
            "{answer}",
            domain="how_to",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Use common sense to answer.",
                "Give the answer that makes the most sense.",
                "Answer from everyday experience.",
            ),
            layouts=(
                "{question}\nAnswer:",
                "Q: {question}\nA:",
                "Question: {question}\nMost plausible answer:",
                "{question}\nMost sensible answer:",
            ),
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Say how each goal can be achieved.",
                "Give practical advice for each goal.",
            ),
            layouts=(
                "Goal: {question}\nSolution:",
                "{question}\nAdvice:",
                "Task: {question}\nHow to do it:",
            ),
            domain="how_to",
            options=True,
        ),
    ),
)
