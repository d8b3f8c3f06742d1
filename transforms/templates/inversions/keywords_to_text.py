"""The words that a sentence was built from: `answer` → `keywords`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="keywords_to_text_ii",
    targets=("keywords",),
    templates=(
        Template(
            "List the keywords of this sentence: {answer}",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "{answer}\n\nWhat are the keywords of this sentence?",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template("Sentence: {answer}\nKeywords:", "{keywords}", inversion="sentence → keywords"),
        Template(
            "{answer}",
            "{keywords}",
            instruction=(
                "Write down the words that matter most in the sentence, in their basic form."
            ),
            inversion="sentence → keywords",
        ),
        Template(
            (
                "Extract the keywords from the sentence below. Give each word in its basic "
                "form.\n\nSentence: {answer}\n\nKeywords:"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "{answer}\n\nThis sentence was written from a few keywords. Which ones?\nKeywords:",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "Which words carry the meaning of this sentence? List them in the form that "
                "a dictionary has.\n\n{answer}"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "{answer}\n\nName the main things and actions in this sentence, one word for each.",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "sentence: {answer}\n\nlist the key words, in their basic form",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "{answer}\n\nReduce this to its keywords.\nKeywords:",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "Someone had to write a sentence with certain words and wrote this: {answer}"
                "\nWhat were the words?"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            "Give me the keywords for this sentence, please.\n\n{answer}",
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                'You extract keywords. Leave out small words such as "the" and "of".\n\n'
                "Sentence: {answer}\nKeywords:"
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
        Template(
            (
                "{answer}\n\nPick out the most important words of the sentence above and "
                "write them in their basic form."
            ),
            "{keywords}",
            inversion="sentence → keywords",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "List the keywords of each sentence.",
                "For each sentence, write the words that it was made from.",
            ),
            layouts=(
                "Sentence: {answer}\nKeywords:",
                "{answer}\nKeywords:",
                "Text: {answer}\nMain words:",
                "{answer}\nMade from these words:",
            ),
            targets="{keywords}",
            inversion="sentence → keywords",
        ),
    ),
)
