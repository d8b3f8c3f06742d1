"""The words that belong in a blank: `text` (with `_`), optional `context` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="fill_blank",
    targets=("answer",),
    context="context",
    optional=frozenset({"context"}),
    roles={"context": "passage"},
    templates=(
        # The text with the blank alone.
        Template("{text}\n\nWhat goes into the blank?", "{answer}"),
        Template("Fill the gap: {text}", "{answer}"),
        Template(
            "Cloze: {text}\nMissing:",
            "{answer}",
            instruction="Supply what is missing so that the whole makes sense.",
        ),
        Template("Fill in the blank.\n\n{text}", "{answer}"),
        Template(
            "Read this and fill in the blank with a word or a short phrase.\n{text}\nAnswer:",
            "{answer}",
        ),
        Template("Complete the sentence by filling in the blank: {text}\nAnswer:", "{answer}"),
        Template("{text}\nWhat is missing?", "{answer}"),
        Template("Sentence: {text}\nMissing word or words:", "{answer}"),
        Template(
            ("What belongs in the blank? Answer with just what is missing.\n\n{text}\n\nMissing:"),
            "{answer}",
        ),
        Template("{text}\n\nThe blank stands for:", "{answer}"),
        Template(
            "{text}", "{answer}", instruction="Write what the blank stands for and nothing else."
        ),
        Template("fill in the blank please: {text}", "{answer}"),
        Template("Text: {text}\n\nState only what has to go in the blank.", "{answer}"),
        Template(
            (
                "You are given a text with a blank. Use the rest of the text to work out "
                "what is missing.\n\nText: {text}\nMissing:"
            ),
            "{answer}",
        ),
        Template("{text}\n\nCan you tell me what is missing here?", "{answer}"),
        # The text with the blank, and another that tells what is missing.
        Template("{context}\n\nGoing by this, complete the line: {text}", "{answer}"),
        Template(
            "Read the text and fill in the blank.\n\nText: {context}\n\nFill in: {text}", "{answer}"
        ),
        Template(
            "Use the first text to fill in the blank in the second.\n\n1. {context}\n\n2. {text}",
            "{answer}",
        ),
        Template("{context}\n\n{text}\nWhat goes into the blank?", "{answer}"),
        Template("Text: {context}\nStatement: {text}\nMissing from the statement:", "{answer}"),
        Template(
            (
                "Passage: {context}\n\nSentence: {text}\n\nAccording to the passage, what "
                "belongs in the blank?"
            ),
            "{answer}",
        ),
        Template(
            (
                "Complete the sentence with a name or phrase from the passage.\n\nPassage: "
                "{context}\nSentence: {text}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nUse the following text to fill in the blank above.\n\n{context}", "{answer}"
        ),
        Template(
            (
                "{context}\n\nBased on this, what is missing from the sentence below?\n"
                "{text}\nAnswer:"
            ),
            "{answer}",
        ),
        Template("text: {context}\n\nfill in the blank: {text}\nanswer:", "{answer}"),
        Template(
            "Text:\n{context}\n\nSentence with a blank: {text}",
            "{answer}",
            instruction=(
                "Use the text to find out what the blank in the sentence stands for. "
                "Write only that."
            ),
        ),
        Template(
            (
                "Complete this sentence for me: {text}\n\nHere is the text that it is "
                "about:\n{context}"
            ),
            "{answer}",
        ),
        Template("{context}\n\n{text}\n\nIn place of the blank, write:", "{answer}"),
        Template(
            "{context}\n\nFill in the blank in this sentence about the news above:\n{text}",
            "{answer}",
            domain="news",
        ),
        Template(
            (
                "Read the news article and fill in the blank.\n\nArticle: {context}\n\n{text}"
                "\nAnswer:"
            ),
            "{answer}",
            domain="news",
        ),
        Template(
            "News: {context}\n\nSentence: {text}\n\nWho or what is missing from the sentence?",
            "{answer}",
            domain="news",
        ),
        # The text with the blank alone, and options.
        Template("Put one of these where the blank is.\n{options}\n\n{text}", "{answer}"),
        Template(
            (
                "Only one of the options below makes sense in the blank. Which one?\n\n{text}"
                "\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Text with a blank: {text}\n\n{options}\n\nWord or words for the blank:", "{answer}"
        ),
        Template("{text}\n{options}", "{answer}", instruction="Choose what belongs in the blank."),
        Template(
            "Text: {text}\n\n{options}",
            "{answer}",
            instruction="Try each option in the blank, then give the one that makes sense.",
        ),
        Template("Fill in the blank with one of the options.\n\n{text}\n\n{options}", "{answer}"),
        Template("Which option belongs in the blank?\n{text}\n{options}", "{answer}"),
        Template("{text}\n{options}\nFill in the blank:", "{answer}"),
        Template(
            (
                "Which of the options completes the text correctly?\n\nText: {text}\n"
                "{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template("{text}\n\nChoose the best way to fill in the blank.\n{options}", "{answer}"),
        Template("{text}\n\n{options}\n\nWhat does the blank stand for?", "{answer}"),
        Template("Sentence: {text}\n{options}\nMissing:", "{answer}"),
        Template("{options}\n\nWhich of the above fits in the blank?\n{text}", "{answer}"),
        Template("pick what goes in the blank: {text}\n{options}", "{answer}"),
        Template(
            (
                "{text}\n{options}\nPlease select the option that makes the most sense in "
                "the blank.\nAnswer:"
            ),
            "{answer}",
        ),
        # The text with the blank, another that tells what is missing, and options.
        Template(
            "{context}\n\nWith that in mind, fill in the blank.\n{text}\n\n{options}", "{answer}"
        ),
        Template(
            "Text: {context}\n\nLine: {text}\n\n{options}",
            "{answer}",
            instruction="Use the text to decide which candidate completes the line.",
        ),
        Template(
            (
                "Read the text and choose what goes into the blank.\n\nText: {context}\n\n"
                "{text}\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{context}\n\n{text}\n{options}\nWhich option belongs in the blank?\nAnswer:",
            "{answer}",
        ),
        Template(
            (
                "Passage:\n{context}\n\nSentence with a blank:\n{text}\n\n{options}\n\nThe "
                "sentence is missing:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{context}\n\nFill in the blank below with one of the options.\n{text}\n"
                "{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{text}\n{options}\n\nPick the option that fits in the blank, going by this "
                "text:\n{context}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Passage: {context}\n\nSentence: {text}\n\nBased on the passage, what is "
                "missing from the sentence?\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Fill in the blank in the sentence. The passage tells you which option is "
                "right.\n\nSentence: {text}\n{options}\n\nPassage: {context}"
            ),
            "{answer}",
        ),
        Template("Context: {context}\nQuery: {text}\n{options}\nThe blank stands for:", "{answer}"),
        Template(
            (
                "{context}\n\nWho or what does the blank in the next sentence stand for?\n"
                "{text}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "text: {context}\n\nsentence: {text}\n{options}\n\nchoose what goes in the blank",
            "{answer}",
        ),
        Template(
            (
                "{context}\n\nHere is a sentence about this text: {text}\nPlease choose "
                "what completes it.\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Read the news article and choose who or what is missing from the sentence."
                "\n\nArticle: {context}\n\nSentence: {text}\n{options}\nAnswer:"
            ),
            "{answer}",
            domain="news",
        ),
        Template(
            (
                "{context}\n\nWhich option completes this sentence about the news above?\n"
                "{text}\n{options}"
            ),
            "{answer}",
            domain="news",
        ),
        Template(
            "News: {context}\nSentence: {text}\n{options}\nFill in the blank:",
            "{answer}",
            domain="news",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Fill in the blanks.",
                "Write what belongs in the blank.",
            ),
            layouts=(
                "Text: {text}\nMissing:",
                "{text}\nThe blank stands for:",
            ),
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Use the passage to fill in the blank.",
                "Each passage is followed by a sentence with a blank. Write what belongs in it.",
            ),
            layouts=(
                "Passage: {context}\nSentence: {text}\nMissing:",
                "{context}\nFill in the blank: {text}\nAnswer:",
            ),
            options=True,
        ),
    ),
)
