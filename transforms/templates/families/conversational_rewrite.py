"""A follow-up question made self-contained: `history`, `question` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="conversational_rewrite",
    targets=("answer",),
    context="history",
    context_keeps="end",
    roles={"history": "passage"},
    templates=(
        Template(
            "{history}\n\nNext question: {question}\nWord it so that it makes sense on its own.",
            "{answer}",
        ),
        Template(
            (
                'After this exchange, someone asks "{question}" What exactly are they asking? '
                "Spell it out as a full question.\n\n{history}"
            ),
            "{answer}",
        ),
        Template(
            "Talk so far:\n{history}\n\nFollow-up: {question}\nFollow-up, spelled out:", "{answer}"
        ),
        Template(
            (
                "A search engine will see the last question but not the talk before it. "
                "Rewrite the question for the search engine.\n\nTalk:\n{history}\n\n"
                "Last question: {question}"
            ),
            "{answer}",
        ),
        Template(
            (
                'Fill in what is left unsaid in "{question}" with the help of '
                "this conversation.\n\n{history}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Imagine walking in just now and hearing only: {question}\nHow should it be "
                "asked for you to understand it? This is what you missed:\n{history}"
            ),
            "{answer}",
        ),
        Template(
            (
                'Please replace words such as "it", "they" and "there" in the question with what '
                "they stand for.\n\nQuestion: {question}\n\nWhat was said before:\n{history}"
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
            "Led up to by:\n{history}\n\nAsked: {question}\nMinutes:",
            "{answer}",
            instruction=(
                "Minutes record questions without what led up to them. "
                "Phrase the question for the minutes."
            ),
        ),
        Template(
            "Dialogue:\n{history}\n\nTurn to rewrite: {question}",
            "{answer}",
            instruction=(
                "Decontextualise: names instead of pronouns, nothing implied, same meaning."
            ),
        ),
        Template(
            "Earlier:\n{history}\nNow: {question}",
            "{answer}",
            instruction="The speaker takes a lot for granted. State their question in full.",
        ),
        Template(
            "Chat:\n{history}\n\nTo forward: {question}\n\nWritten to the expert:",
            "{answer}",
            instruction=(
                "Somebody forwards a question to an expert who was not there. "
                "What should they write?"
            ),
        ),
        Template(
            "History\n{history}\n\nIncomplete\n{question}",
            "{answer}",
            instruction="Use the history to complete the question.",
        ),
    ),
)
