"""A follow-up question made self-contained: `history`, `question` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="conversational_rewrite",
    targets=("answer",),
    context="history",
    context_keeps="end",
    # What is wanted is a question, not its answer.
    cues=("Rewritten:", "Rewrite:", "Result:"),
    roles={"history": "passage"},
    templates=(
        Template(
            ("{history}\n\nNext question: {question}\nWord it so that it makes sense on its own."),
            "{answer}",
        ),
        Template(
            "Conversation so far:\n{history}\n\nFollow-up: {question}\nFollow-up, spelled out:",
            "{answer}",
        ),
        Template(
            (
                "A search engine will see the last question but not the conversation "
                "before it. Rewrite the question for the search engine.\n\nConversation:\n"
                "{history}\n\nLast question: {question}"
            ),
            "{answer}",
        ),
        Template(
            "Conversation:\n{history}\nQuestion: {question}",
            "{answer}",
            instruction=(
                "Rewrite the question so that it can be understood without the conversation."
            ),
        ),
        Template(
            "{history}\n\nFollow-up: {question}",
            "{answer}",
            instruction="Make the follow-up stand alone. Change as little as you can.",
        ),
        Template(
            "History:\n{history}\n\nIncomplete question: {question}\nComplete question:",
            "{answer}",
            instruction="Use the history to complete the question.",
        ),
        Template(
            ("{history}\n\nQuestion: {question}\n\nRewrite this question so that it stands alone."),
            "{answer}",
        ),
        Template(
            (
                "Given the conversation, rewrite the last question to be self-contained.\n\n"
                "{history}\n\nLast question: {question}\nRewritten question:"
            ),
            "{answer}",
        ),
        Template(
            ("Conversation:\n{history}\n\nFollow-up question: {question}\n\nStand-alone question:"),
            "{answer}",
        ),
        Template(
            (
                "{history}\n\nFollow-up question: {question}\n\nWrite what the speaker means "
                "as a full question."
            ),
            "{answer}",
        ),
        Template(
            (
                'Earlier:\n{history}\n\nNow: {question}\n\nReplace words such as "it", '
                '"they" and "that" with what they refer to, and add what is left out.'
            ),
            "{answer}",
        ),
        Template(
            (
                "{history}\n\nFollow-up: {question}\n\nHow would you ask this if nobody had "
                "heard the conversation?"
            ),
            "{answer}",
        ),
        Template(
            (
                "rewrite the last question so it makes sense without the rest of the chat\n\n"
                "{history}\nlast question: {question}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Conversation history:\n{history}\n\nCurrent question: "
                "{question}\n\nPlease write the current question out in full."
            ),
            "{answer}",
        ),
        Template(
            (
                "Read the conversation, then state the follow-up question in full.\n\n"
                "Conversation:\n{history}\n\nFollow-up question: {question}"
            ),
            "{answer}",
        ),
        Template(
            (
                "The question at the end depends on the conversation before it. Rephrase it "
                "so that it does not.\n\n{history}\n\nQuestion: {question}\nRephrased:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{history}\n\nGenerate a self-contained version of the next question.\n\n"
                "Next question: {question}\nSelf-contained question:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{history}\n\nNext question: {question}\n\nState what is being asked here, "
                "in a complete question."
            ),
            "{answer}",
        ),
        Template(
            (
                "Question: {question}\n\nIt was asked in this conversation:\n{history}\n\n"
                "Rewrite the question with the missing context filled in."
            ),
            "{answer}",
        ),
        Template(
            (
                '"{question}" is the next question in the conversation below. Rewrite it so '
                "that it can be understood by itself.\n\n{history}"
            ),
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                (
                    "Rewrite the last question of each conversation so that it can be understood "
                    "on its own."
                ),
                "Make each follow-up question self-contained.",
                ("Write each question out in full, with the help of the conversation before it."),
            ),
            layouts=(
                "Conversation:\n{history}\nQuestion: {question}\nRewritten question:",
                "{history}\n\nFollow-up: {question}\nStand-alone question:",
                "History:\n{history}\nLast question: {question}\nIn full:",
                "Earlier:\n{history}\nNow: {question}\nRewrite:",
            ),
        ),
    ),
)
