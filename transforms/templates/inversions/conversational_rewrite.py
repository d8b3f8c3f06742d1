"""A full question, as it is asked in a conversation: `history`, `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="conversational_rewrite_ii",
    targets=("question",),
    context="history",
    context_keeps="end",
    templates=(
        Template(
            (
                "{history}\n\nFull question: {answer}\n\nAsk this the way a speaker would at "
                "this point of the conversation."
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "Shorten the question to a natural follow-up in this conversation.\n\n"
                "Conversation:\n{history}\n\nQuestion: {answer}\nFollow-up:"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "Conversation:\n{history}\n\nStand-alone question: {answer}\n\nThe same "
                "question as a follow-up:"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            "{history}\n\nQuestion: {answer}",
            "{question}",
            instruction=(
                "Rewrite the question as the next turn of the conversation. Leave out "
                "what is clear from the earlier turns."
            ),
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "{history}\n\nNext, someone wants to ask: {answer}\n\nHow would they put it "
                "in this conversation?"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "{history}\n\nQuestion in full: {answer}\n\nRewrite it as a short follow-up. "
                'Use words such as "it" or "they" where they are clear.'
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            ("Conversation:\n{history}\n\nComplete question: {answer}\n\nFollow-up question:"),
            "{question}",
            instruction=(
                "Given a conversation and a complete question, generate the follow-up "
                "question as a speaker would ask it."
            ),
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "Make the question below sound like a follow-up in this conversation.\n\n"
                "{history}\n\nQuestion: {answer}"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "make this question fit into the chat as the next message: {answer}\n\nchat "
                "so far:\n{history}"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "Earlier turns:\n{history}\n\nNext question, spelled out: {answer}\n\nNext "
                "question, as it was asked:"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "{history}\n\nSelf-contained question: {answer}\n\nPlease word this so that "
                "it follows on from the conversation.\nNext turn:"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            (
                "What would this question look like as the next turn of the conversation?\n\n"
                "Question: {answer}\n\nConversation:\n{history}"
            ),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            ("{history}\n\nNext question in full: {answer}\n\nHow was it probably asked?"),
            "{question}",
            inversion="history, full question → follow-up",
        ),
        Template(
            "History:\n{history}\n\nRewritten question: {answer}\nOriginal question:",
            "{question}",
            inversion="history, full question → follow-up",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Word each question as a follow-up in its conversation.",
                "Rewrite each full question as the next turn of the conversation.",
                "Leave out of each question what is clear from the conversation before it.",
            ),
            layouts=(
                "Conversation:\n{history}\nFull question: {answer}\nFollow-up:",
                "{history}\n\nQuestion in full: {answer}\nAs asked:",
                "History:\n{history}\nStand-alone question: {answer}\nFollow-up question:",
                "Earlier:\n{history}\nComplete question: {answer}\nNext turn:",
            ),
            targets="{question}",
            inversion="history, full question → follow-up",
        ),
    ),
)
