"""The assistant's turn in a conversation: `history`, `input` (the last message) → `output`.

`history` holds a system prompt, if there is one, and the earlier turns, speakers marked.
"""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="chat",
    targets=("output",),
    context="history",
    context_keeps="end",
    roles={"history": "passage"},
    templates=(
        Template("{history}\nUser: {input}\nAssistant:", "{output}"),
        Template(
            ("{history}\n\nThe newest message:\n{input}\n\nWhat does the assistant answer?"),
            "{output}",
        ),
        Template("Pick up this conversation.\n\n{history}\n\nLatest message: {input}", "{output}"),
        Template(
            "{history}\n\nLast message: {input}",
            "{output}",
            instruction="You are the assistant in the conversation. Answer the last message.",
        ),
        Template(
            "Conversation so far:\n{history}\n\nNew message: {input}",
            "{output}",
            instruction="Continue the conversation as a helpful assistant would.",
        ),
        Template("Conversation:\n{history}\n\nNew message: {input}\nReply:", "{output}"),
        Template("{history}\n\nReply to this message as the assistant: {input}", "{output}"),
        Template(
            "{history}\n\nLatest message:\n{input}\n\nWrite the assistant's response.", "{output}"
        ),
        Template(
            "{history}\n\nMessage: {input}",
            "{output}",
            instruction="Continue the conversation. Write the assistant's next turn.",
        ),
        Template(
            "{history}\n\nLast message:\n{input}\n\nResponse:",
            "{output}",
            instruction="Use the conversation so far to answer the last message.",
        ),
        Template(
            ("Chat history:\n{history}\n\nCurrent message: {input}\n\nAnswer the current message."),
            "{output}",
        ),
        Template(
            (
                "{history}\n\n{input}\n\nPlease respond to the last message above, given the "
                "rest of the conversation."
            ),
            "{output}",
        ),
        Template(
            (
                "Read the conversation and respond to the message at its end.\n\n"
                "{history}\n\nMessage: {input}\n\nResponse:"
            ),
            "{output}",
        ),
        Template("History:\n{history}\n\nInput: {input}\n\nOutput:", "{output}"),
        Template(
            (
                "How should the assistant respond to the last message?\n\n{history}\n\nLast "
                "message: {input}"
            ),
            "{output}",
        ),
        Template(
            "{history}\n\nMost recent message: {input}\n\nHow would you answer it?", "{output}"
        ),
        Template(
            "{history}\n\nMessage to answer:\n{input}",
            "{output}",
            instruction=(
                "Below is a conversation with an assistant. Write its next answer, and "
                "follow the system prompt if there is one."
            ),
        ),
        Template(
            ("chat so far:\n{history}\n\nlast message: {input}\n\nwhat should the assistant say?"),
            "{output}",
        ),
        Template(
            (
                "{history}\n\nNow this message comes in:\n{input}\n\nGenerate the reply of "
                "the assistant.\nReply:"
            ),
            "{output}",
        ),
        Template(
            (
                "Generate the assistant's reply to the last message of this chat.\n\n"
                "{history}\n\nLast message: {input}\nReply:"
            ),
            "{output}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write the assistant's response to the last message of each conversation.",
                "You are the assistant. Answer the last message of each conversation.",
                "Add the assistant's next turn to each conversation.",
            ),
            layouts=(
                "{history}\nUser: {input}\nAssistant:",
                "Conversation:\n{history}\n\nLast message: {input}\nReply:",
                "Chat history:\n{history}\n\nMessage: {input}\n\nResponse:\n",
                "History:\n{history}\nInput: {input}\nOutput:",
            ),
            targets="{output}",
        ),
    ),
)
