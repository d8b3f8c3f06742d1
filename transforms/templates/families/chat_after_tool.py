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
        Template("{history}\n{input}\n\nWhat does the assistant do or say now?", "{output}"),
        Template("[log]\n{history}\n{input}\n[end of log]\nContinue:", "{output}"),
        Template(
            "Steps taken\n-----\n{history}\n-----\nOutcome\n{input}\n-----\nThen:", "{output}"
        ),
        Template(
            "The call in this exchange has come back.\n\n{history}\n\n{input}\n\nGo on:", "{output}"
        ),
        Template("Read what follows, then answer or act.\n\n{history}\n{input}", "{output}"),
        Template(
            "{history}\n{input}",
            "{output}",
            instruction="You are an assistant that can call tools. Continue the conversation.",
        ),
        Template(
            "Session\n{history}\n\nReturned by the call:\n{input}\n\nReply:",
            "{output}",
            instruction="Use what the call returned to carry the session on.",
        ),
        Template(
            "Transcript:\n{history}\n\nLatest entry:\n{input}",
            "{output}",
            instruction="Write the assistant's next entry: another call, or words for the user.",
        ),
        Template(
            "History of the task:\n\n{history}\n\nNew information:\n\n{input}\n\nModel:",
            "{output}",
            instruction="A tool was asked and has answered. Decide what follows from its answer.",
        ),
        Template(
            "Thread\n{history}\n\nFrom the system that was queried:\n{input}\n\nYour turn:",
            "{output}",
            instruction="Report to the user, or query again if something is still open.",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write the assistant's next turn after the answer of a tool.",
                "Continue each conversation by one turn of the assistant, who can call tools.",
            ),
            layouts=(
                "{history}\n{input}\nAssistant:",
                "Conversation:\n{history}\n{input}\n\nReply:",
                "History:\n{history}\nResult:\n{input}\nOutput:",
            ),
            targets="{output}",
        ),
    ),
)
