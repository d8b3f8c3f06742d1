"""A sentence around given words: `keywords` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="keywords_to_text",
    targets=("answer",),
    templates=(
        Template("Write a sentence that has all of these in it: {keywords}", "{answer}"),
        Template("{keywords}\n\nWhat everyday scene could they describe together?", "{answer}"),
        Template("Make one sentence out of the words {keywords}.", "{answer}"),
        Template("Tell me, in a single line, of something with {keywords}.", "{answer}"),
        Template("Words: {keywords}\nSentence:", "{answer}"),
        Template("A game: I say {keywords}, and you say a sentence with them.", "{answer}"),
        Template(
            "Somebody jotted down {keywords} for a picture. What does the picture show?",
            "{answer}",
        ),
        Template("{keywords}", "{answer}", instruction="Connect the words in a likely sentence."),
        Template(
            "Notions: {keywords}",
            "{answer}",
            instruction="Say something plausible that brings in every one of the notions.",
        ),
        Template(
            "Given: {keywords}\nCaption:",
            "{answer}",
            instruction="Invent a caption. The given words may be inflected but not left out.",
        ),
        Template(
            "Vocabulary: {keywords}",
            "{answer}",
            instruction="Language class: show that you can use the vocabulary in one sentence.",
        ),
        Template(
            "Cards drawn: {keywords}\nYou say:",
            "{answer}",
            instruction="Each card has a word. Use all cards in a sentence about daily life.",
        ),
        Template(
            "Use: {keywords}",
            "{answer}",
            instruction="One short, natural sentence, please; the order of the words is yours.",
        ),
    ),
)
