"""The assistant's turn after a tool has answered: `history`, `input` (the answer) → `output`.

`input` begins with the mark of its speaker, "Tool: ", so no template names one.
"""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="chat_after_tool",
    targets=("output",),
    context="history",
    context_keeps="end",
    templates=(
        Template("{history}\n{input}\nAssistant:", "{output}"),
        Template(
            "Conversation so far:\n{history}\n{input}\n\nNext turn of the assistant:", "{output}"
        ),
        Template("{history}\n{input}\n\nWhat should the assistant do next?", "{output}"),
        Template("[log]\n{history}\n{input}\n[end of log]\nContinue:", "{output}"),
        Template("Conversation\n-----\n{history}\n{input}\n-----\nAssistant's turn:", "{output}"),
        Template(
            (
                "The tool has replied. Write what the assistant says or does now.\n\n"
                "{history}\n{input}"
            ),
            "{output}",
        ),
        Template(
            (
                "Read the conversation, then answer the user or call another tool.\n\n"
                "{history}\n{input}"
            ),
            "{output}",
        ),
        Template(
            "{history}\n{input}",
            "{output}",
            instruction="You are an assistant that can call tools. Continue the conversation.",
        ),
        Template(
            "{history}\n{input}\n\nReply:",
            "{output}",
            instruction="Use the result of the tool call to help the user.",
        ),
        Template(
            "Transcript:\n{history}\n{input}",
            "{output}",
            instruction=(
                "Write the assistant's next message: either another tool call or an "
                "answer to the user."
            ),
        ),
        Template(
            "History:\n{history}\n\nLatest message:\n{input}\n\nResponse:",
            "{output}",
            instruction=(
                "The assistant called a tool and got its result. Write the assistant's response."
            ),
        ),
        Template(
            "{history}\n\n{input}\n\nYour turn:",
            "{output}",
            instruction=(
                "You are the assistant. Tell the user what you found, or call a tool "
                "again if you need to know more."
            ),
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                ("Write the assistant's next turn. The last message is the result of a tool call."),
                (
                    "Add the assistant's next turn to each conversation. The assistant can "
                    "call tools."
                ),
            ),
            layouts=(
                "{history}\n{input}\nAssistant:",
                "Conversation:\n{history}\n{input}\n\nReply:",
                "History:\n{history}\n{input}\nOutput:",
            ),
            targets="{output}",
        ),
    ),
)
