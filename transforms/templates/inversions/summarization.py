"""A text that a summary could be taken from: `answer` → `text`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="summarization_ii",
    targets=("text",),
    # Nobody would guess that a dialog is asked for.
    apart=frozenset(("dialog",)),
    templates=(
        # Any text.
        Template(
            "{answer}\n\nThat is the short version. Write the long one.",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "Expand this summary into the text that it may have been taken from:\n\n{answer}",
            "{text}",
            inversion="summary → text",
        ),
        Template("Summary: {answer}\nFull text:", "{text}", inversion="summary → text"),
        Template(
            "Please flesh this out into a full text with all the details.\n{answer}",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "Summary: {answer}",
            "{text}",
            instruction="Write the text that the summary sums up.",
            inversion="summary → text",
        ),
        Template(
            "Write a text that could be summarized like this:\n\n{answer}",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "{answer}\n\nThis is a summary. Write the text that was summarized.",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            (
                "Generate a longer text from the summary below. You may add details.\n\n"
                "Summary: {answer}\n\nText:"
            ),
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "{answer}\n\nWrite this out in full, with all the details that a summary leaves out.",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "Turn these main points into a complete text.\n\n{answer}\n\nText:",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "I only have a summary of a text: {answer}\n\nWhat might the whole text look like?",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "{answer}\n\nPlease expand this into a longer text.",
            "{text}",
            inversion="summary → text",
        ),
        Template("summary: {answer}\n\nwrite the original", "{text}", inversion="summary → text"),
        Template(
            "You are given a summary. Write a text that it fits.\n\nSummary:\n{answer}\n\nText:",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "What text could have this summary?\n\n{answer}", "{text}", inversion="summary → text"
        ),
        # Texts of one kind.
        Template(
            "Write a news article for this summary.\n\nSummary: {answer}\n\nArticle:",
            "{text}",
            inversion="summary → text",
            domain="news",
        ),
        Template(
            "{answer}\n\nExpand this into a full news article.",
            "{text}",
            inversion="summary → text",
            domain="news",
        ),
        Template(
            "News in brief: {answer}\n\nWrite the whole story.",
            "{text}",
            inversion="summary → text",
            domain="news",
        ),
        Template(
            "Write a conversation that could be summarized like this: {answer}",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "{answer}\n\nThis sums up a chat. Write the chat, with the names of the speakers.",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "Summary: {answer}\nDialog:",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "Write a dialog for this summary.\n\nSummary: {answer}\n\nDialog:",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "{answer}\n\nTurn this summary into the conversation that it sums up.",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "Summary: {answer}",
            "{text}",
            instruction=(
                "Write the dialog that the summary describes. Each turn is on a line of its own."
            ),
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "Make up a chat in which this happens: {answer}",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            (
                "This is what some people talked about: {answer}\n\nWrite their "
                "conversation.\nConversation:"
            ),
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "Generate a chat between the people in this summary.\n\n{answer}",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            (
                "{answer}\n\nWrite out the messages that were exchanged, one on each line, "
                "with the name of the sender first."
            ),
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "summary of a chat: {answer}\n\nwrite the chat",
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "{answer}\n\nConversation:",
            "{text}",
            instruction="You are given the summary of a conversation. Write the conversation.",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            ("Please write a dialog that could be summed up like this.\n\nSummary: {answer}"),
            "{text}",
            inversion="summary → text",
            domain="dialog",
        ),
        Template(
            "{answer}\n\nWrite the full how-to guide for these steps.",
            "{text}",
            inversion="summary → text",
            domain="how_to",
        ),
        Template(
            "Expand the short instructions into a detailed how-to.\n\n{answer}",
            "{text}",
            inversion="summary → text",
            domain="how_to",
        ),
        Template(
            "In short: {answer}\n\nThe instructions in full:",
            "{text}",
            inversion="summary → text",
            domain="how_to",
        ),
        Template(
            (
                "{answer}\n\nThis is what critics thought of a movie. Write what they may "
                "have said in their reviews."
            ),
            "{text}",
            inversion="summary → text",
            domain="movie_review",
        ),
        Template(
            "Write movie reviews that add up to this opinion: {answer}",
            "{text}",
            inversion="summary → text",
            domain="movie_review",
        ),
        Template(
            "Consensus: {answer}\nReviews of the movie:",
            "{text}",
            inversion="summary → text",
            domain="movie_review",
        ),
        Template(
            "Write a product review that could be summed up like this: {answer}",
            "{text}",
            inversion="summary → text",
            domain="product_review",
        ),
        Template(
            "{answer}\n\nExpand this into a full product review.",
            "{text}",
            inversion="summary → text",
            domain="product_review",
        ),
        Template(
            "Summary: {answer}\nProduct review:",
            "{text}",
            inversion="summary → text",
            domain="product_review",
        ),
        Template(
            "{answer}\n\nWrite the email that this sums up.",
            "{text}",
            inversion="summary → text",
            domain="email",
        ),
        Template(
            "Write an email with this content: {answer}",
            "{text}",
            inversion="summary → text",
            domain="email",
        ),
        Template(
            "In brief: {answer}\nFull email:", "{text}", inversion="summary → text", domain="email"
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a text for each summary.",
                "Expand each summary into a full text.",
            ),
            layouts=(
                "Summary: {answer}\nText:\n",
                "{answer}\n\nFull text:\n",
                "In short: {answer}\nIn full:\n",
                "Main points: {answer}\nWritten out:\n",
            ),
            targets="{text}",
            inversion="summary → text",
        ),
        *shots(
            instructions=(
                "",
                "Write the dialog that each summary sums up.",
                "For each summary, make up the conversation.",
            ),
            layouts=(
                "Summary: {answer}\nDialog:\n",
                "{answer}\n\nThe conversation:\n",
                "In short: {answer}\nChat:\n",
            ),
            targets="{text}",
            inversion="summary → text",
            domain="dialog",
        ),
    ),
)
