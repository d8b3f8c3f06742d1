"""The next turn of a conversation: `history` (a turn a line) → `response`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="dialog_response",
    targets=("response",),
    context="history",
    context_keeps="end",
    templates=(
        Template("{history}\n\nWhat is said next?", "{response}"),
        Template("Keep this conversation going by one turn.\n\n{history}", "{response}"),
        Template(
            "You overhear the following.\n\n{history}\n\nWhat would be a natural reply?",
            "{response}",
        ),
        Template("Here is our chat so far:\n{history}\nHelp me answer.", "{response}"),
        Template(
            "Write the line with which the dialogue might continue:\n\n{history}", "{response}"
        ),
        Template("{history}\n\nReply:", "{response}"),
        Template(
            "A script breaks off here. Add the next line of speech, without the name.\n{history}",
            "{response}",
        ),
        Template("{history}", "{response}", instruction="Give the next turn of the conversation."),
        Template(
            "So far:\n{history}\n\nYour turn:",
            "{response}",
            instruction=(
                "You are taking part in this talk and it is your turn. "
                "Be brief and stay in character."
            ),
        ),
        Template(
            "Conversation:\n{history}",
            "{response}",
            instruction="Respond to what was said last, in view of all that was said before.",
        ),
        Template("Transcript\n{history}", "{response}", instruction="Read along, then speak up."),
        Template(
            "Exchange:\n\n{history}\n\nSuggested:",
            "{response}",
            instruction="Suggest a reply that moves the exchange forward.",
        ),
        Template(
            "What they have said:\n{history}",
            "{response}",
            instruction="Predict how the next speaker answers.",
        ),
        Template(
            "Log:\n{history}\nMissing message:",
            "{response}",
            instruction="Chat log, last message missing. Fill it in.",
        ),
    ),
)
