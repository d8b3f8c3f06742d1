"""The assistant's turn in a conversation: `history`, `input` (the last message) → `output`.

`history` holds a system prompt, if there is one, and the earlier turns, speakers marked.
"""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="chat",
    targets=("output",),
    context="history",
    context_keeps="end",
    roles={"history": "passage"},
    templates=(
        Template("{history}\nUser: {input}\nAssistant:", "{output}"),
        Template(
            "{history}\n\nThe newest message:\n{input}\n\nWhat does the assistant say to it?",
            "{output}",
        ),
        Template("What came before:\n{history}\n\nNow: {input}\n\nYour reply:", "{output}"),
        Template("Pick up this conversation.\n\n{history}\n\nUser: {input}", "{output}"),
        Template(
            (
                "You were away while this was said:\n\n{history}\n\n"
                "The message that awaits you:\n\n{input}"
            ),
            "{output}",
        ),
        Template(
            "[talk so far]\n{history}\n[end of talk]\nLatest: {input}\nNext from the assistant:",
            "{output}",
        ),
        Template(
            "Chat log\n--------\n{history}\n--------\nUnanswered: {input}\nAnswer:", "{output}"
        ),
        Template(
            "{history}\n\nLast message: {input}",
            "{output}",
            instruction="You are the assistant in the conversation. Answer the last message.",
        ),
        Template(
            "Earlier turns:\n{history}\n\nThis turn:\n{input}\n\nAssistant:",
            "{output}",
            instruction="Reply in a way that fits all that was said in earlier turns.",
        ),
        Template(
            "Conversation so far:\n{history}\n\nUser now: {input}",
            "{output}",
            instruction="Carry the conversation on as a helpful assistant would.",
        ),
        Template(
            "Thread:\n\n{history}\n\nNew in the thread:\n\n{input}\n\nPosted in response:",
            "{output}",
            instruction="Write the assistant's next post in the thread.",
        ),
        Template(
            "Context: {history}\n\nMessage: {input}",
            "{output}",
            instruction="Respond to the message; the context says what it refers to.",
        ),
        Template(
            "Handed over by your colleague:\n{history}\n\nThe customer goes on: {input}",
            "{output}",
            instruction=(
                "You take over a running support chat. Keep to what has been agreed in it."
            ),
        ),
        Template(
            "Session\n{history}\n\nTurn: {input}\nModel:",
            "{output}",
            instruction="Produce the model's turn, following the system prompt where one is given.",
        ),
    ),
)
