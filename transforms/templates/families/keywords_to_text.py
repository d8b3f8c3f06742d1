"""A sentence around given words: `keywords` → `answer`.

Keywords may stand on one line or on several, so no sentence runs on after them.
"""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="keywords_to_text",
    targets=("answer",),
    templates=(
        Template("Write a sentence that has all of these in it: {keywords}", "{answer}"),
        Template("Words: {keywords}\nSentence:", "{answer}"),
        Template(
            "{keywords}",
            "{answer}",
            instruction="Use the words in a sentence that could describe an everyday scene.",
        ),
        Template(
            "Words: {keywords}",
            "{answer}",
            instruction=(
                "Use these words in one short, natural sentence. Their order does not matter."
            ),
        ),
        Template("Generate a sentence that uses these words.\n\n{keywords}", "{answer}"),
        Template(
            "Generate a sentence with the following words.\n\nWords: {keywords}\n\nSentence:",
            "{answer}",
        ),
        Template(
            "{keywords}\n\nWrite a sentence that contains all of these words.",
            "{answer}",
        ),
        Template("{keywords}\n\nMake a sentence out of these words.", "{answer}"),
        Template(
            "Make one sentence about an everyday situation with these words:\n{keywords}",
            "{answer}",
        ),
        Template(
            "{keywords}\n\nCan you write a sentence that uses all of the words above?", "{answer}"
        ),
        Template(
            (
                "Keywords: {keywords}\n\nPlease write one sentence that includes every "
                "keyword. You may change the form of the words.\nSentence:"
            ),
            "{answer}",
        ),
        Template("{keywords}\n\nPut these words together in a simple sentence.", "{answer}"),
        Template("put these words in a sentence: {keywords}", "{answer}"),
        Template(
            (
                "You are given some words. Write a sentence about something that people, "
                "animals or things do, and use every word.\n\nWords: {keywords}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{keywords}\n\nUse each of the above in a single sentence that makes sense.\n"
                "Sentence:"
            ),
            "{answer}",
        ),
        Template("Can you write a sentence with these words?\n{keywords}\nSentence:", "{answer}"),
        Template(
            "Here are some keywords.\n\n{keywords}\n\nHere is a sentence with all of them:",
            "{answer}",
        ),
        Template("{keywords}\n\nDescribe a scene with these words, in one sentence.", "{answer}"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a sentence with the words.",
                "Use all of the words in one sentence.",
                "Generate a sentence from each set of keywords.",
            ),
            layouts=(
                "Words: {keywords}\nSentence:",
                "Keywords: {keywords}\nSentence:",
                "{keywords}\nIn a sentence:",
                "Use these words: {keywords}\nSentence:",
            ),
        ),
    ),
)
