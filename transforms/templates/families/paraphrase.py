"""Whether two sentences mean the same: `sentence1`, `sentence2` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

_WORDINGS = {
    "same_different": ("the same meaning", "different meanings"),
    "yes_no": ("yes", "no"),
    "paraphrase": ("paraphrase", "not a paraphrase"),
    "duplicate": ("duplicate", "not a duplicate"),
    "equivalent": ("equivalent", "not equivalent"),
    # For inverted prompts: "Write a question that asks the same thing".
    "relates": ("means the same as", "does not mean the same as"),
    "asks": ("asks the same thing", "asks something else"),
}
LABELS = tuple(
    LabelSet(labels=labels, wordings=_WORDINGS)
    for labels in (
        ("yes", "no"),
        ("same", "different"),
        ("paraphrase", "not paraphrase"),
        ("paraphrase", "not a paraphrase"),
        ("paraphrase", "non-paraphrase"),
        ("duplicate", "not duplicate"),
        ("duplicate", "non-duplicate"),
        ("duplicate", "not a duplicate"),
        ("equivalent", "not equivalent"),
        ("match", "no match"),
        ("true", "false"),
        ("same meaning", "different meaning"),
        ("same meaning", "different meanings"),
    )
)

FAMILY = Family(
    name="paraphrase",
    targets=("answer",),
    labels=LABELS,
    templates=(
        # Yes or no.
        Template(
            "{sentence1}\n{sentence2}\n\nDo these two sentences mean the same thing?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nIs sentence 2 a "
                "paraphrase of sentence 1?\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            ("Sentence: {sentence1}\nReplacement: {sentence2}\n\nWould the meaning stay the same?"),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Please tell me whether the first line here is a paraphrase of the second."
                "\n\n{sentence1}\n\n{sentence2}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nIs this the same thing said twice in different "
                "words? Answer yes or no."
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Read the two sentences and answer the question.\n\nSentence 1: "
                "{sentence1}\nSentence 2: {sentence2}\n\nQuestion: Do both sentences say "
                "the same thing?\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Original: {sentence1}\nRewrite: {sentence2}\n\n"
            "Compare the original with the rewrite. Has all of the meaning been kept?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Answer {labels}: do these sentences mean the same thing?\n\n1. "
                "{sentence1}\n2. {sentence2}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "same meaning, yes or no?\n\n1: {sentence1}\n2: {sentence2}\nanswer:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{sentence1}\n\nIs that just another way of saying the following?\n\n"
                "{sentence2}\n\nAnswer ({labels}):"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "First sentence: {sentence1}\nSecond sentence: {sentence2}\nCan one "
                "replace the other without a change in meaning?"
            ),
            "{answer}",
            form="yes_no",
        ),
        # A paraphrase or not.
        Template(
            (
                'Paraphrase identification. Classify the pair as "paraphrase" or "not a '
                'paraphrase".\n\n{sentence1}\n{sentence2}\nLabel:'
            ),
            "{answer}",
            form="paraphrase",
        ),
        Template(
            (
                "Text A: {sentence1}\nText B: {sentence2}\n\nIs text B a paraphrase or not "
                "a paraphrase of text A?"
            ),
            "{answer}",
            form="paraphrase",
        ),
        Template(
            "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nOutput:",
            "{answer}",
            instruction=(
                'Write "paraphrase" if the two sentences have the same meaning and "not a '
                'paraphrase" if they do not.'
            ),
            form="paraphrase",
        ),
        # Equivalent or not.
        Template(
            (
                "S1: {sentence1}\nS2: {sentence2}\n\nAre the two equivalent or not "
                "equivalent in meaning?"
            ),
            "{answer}",
            form="equivalent",
        ),
        Template(
            "Text A: {sentence1}\nText B: {sentence2}\n\n"
            "Judge whether the two texts are equivalent in meaning. Reply with {labels}.",
            "{answer}",
            form="equivalent",
        ),
        # Duplicates.
        Template(
            (
                "We are removing duplicate questions from a forum. Say whether this pair "
                "is a duplicate or not a duplicate.\n\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
            form="duplicate",
            domain="forum_question",
        ),
        Template(
            (
                "Text 1: {sentence1}\nText 2: {sentence2}\nMark the second text as "
                '"duplicate" or "not a duplicate".'
            ),
            "{answer}",
            form="duplicate",
            domain="forum_question",
        ),
        # The same meaning or different ones.
        Template(
            (
                "{sentence1}\n{sentence2}\n\nDo these sentences have the same meaning or "
                "different meanings?"
            ),
            "{answer}",
            form="same_different",
        ),
        Template(
            "a. {sentence1}\nb. {sentence2}\nComparison:",
            "{answer}",
            instruction=(
                'Compare the meaning of the sentences. Write "the same meaning" or '
                '"different meanings".'
            ),
            form="same_different",
        ),
        # Any label set.
        Template(
            (
                "Compare the two sentences in meaning. The answer is one of these: "
                "{labels}.\n\nSentence 1: {sentence1}\nSentence 2: {sentence2}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\nHow do the two "
                "compare in meaning: {labels}?"
            ),
            "{answer}",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\nPlease label this pair by its meaning: {labels}.",
            "{answer}",
        ),
        Template(
            "A: {sentence1}\nB: {sentence2}\nComparison of A and B ({labels}):",
            "{answer}",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\nSay whether the "
                "sentences have the same meaning."
            ),
            "{answer}",
        ),
        Template(
            "First: {sentence1}\nSecond: {sentence2}\nVerdict:",
            "{answer}",
            instruction="Compare the meaning of the two sentences.",
        ),
        # Questions of a forum.
        Template(
            "Are these two questions duplicates of each other?\n\n{sentence1}\n{sentence2}",
            "{answer}",
            form="yes_no",
            domain="forum_question",
        ),
        Template(
            (
                "Question 1: {sentence1}\nQuestion 2: {sentence2}\n\nWould the same answer "
                "serve both questions? Answer {labels}."
            ),
            "{answer}",
            form="yes_no",
            domain="forum_question",
        ),
        Template(
            "1. {sentence1}\n2. {sentence2}\n\n"
            "Two users of a forum asked these questions. Is the second a duplicate or not a "
            "duplicate of the first?",
            "{answer}",
            form="duplicate",
            domain="forum_question",
        ),
        Template(
            (
                "Question A: {sentence1}\nQuestion B: {sentence2}\n\nDecide whether the "
                "two questions ask the same thing. Your answer should be one of these: "
                "{labels}."
            ),
            "{answer}",
            domain="forum_question",
        ),
        # Sentences from the news and from Wikipedia.
        Template(
            (
                "Two news reports contain these sentences. Do they report the same thing?"
                "\n\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
            form="yes_no",
            domain="news",
        ),
        Template(
            (
                "Report 1: {sentence1}\nReport 2: {sentence2}\nWould readers of either "
                "report learn the same facts?"
            ),
            "{answer}",
            form="yes_no",
            domain="news",
        ),
        Template(
            "{sentence1}\n\n{sentence2}\n\nThese two sentences are from the news. Compare "
            "what they say and label the pair: {labels}.",
            "{answer}",
            domain="news",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nThese sentences from Wikipedia share most of "
                "their words. Do they also mean the same thing?"
            ),
            "{answer}",
            form="yes_no",
            domain="wikipedia",
        ),
        Template(
            (
                "The words of these two Wikipedia sentences are nearly the same, but their "
                "order may change the meaning. Label the pair: {labels}.\n\n{sentence1}\n"
                "{sentence2}"
            ),
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            (
                "Wikipedia sentence 1: {sentence1}\nWikipedia sentence 2: {sentence2}\n"
                "Paraphrase or not a paraphrase?"
            ),
            "{answer}",
            form="paraphrase",
            domain="wikipedia",
        ),
        # With options.
        Template(
            "{sentence1}\n{sentence2}\n\n{options}\n\nDo these two match in meaning?",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "One: {sentence1}\nOther: {sentence2}\n\nDo they amount to the same thing? "
                "Select your answer.\n{options}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\nDo the two sentences "
                "mean the same thing?\n\n{options}\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Sentence: {sentence1}\nNew wording: {sentence2}\n\nDoes the new wording "
                "keep the meaning?\n{options}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Do the sentences mean the same thing? Watch for small differences, such "
                "as another number, another name or another order of words."
            ),
            form="yes_no",
        ),
        Template(
            (
                "Text A: {sentence1}\nText B: {sentence2}\nIs text B a paraphrase of text "
                "A?\n{options}\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "{options}\n\nIs the second sentence just another wording of the first? "
                "Choose one of the answers above.\n1. {sentence1}\n2. {sentence2}"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\n{options}\n\n"
            "Choose the answer that says whether the second sentence restates the first.",
            "{answer}",
        ),
        Template(
            "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n{options}\nLabel:",
            "{answer}",
            instruction="Compare the two texts and choose the label that fits the pair.",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nHow do these two sentences compare in meaning?"
                "\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\n{options}\n\nPick the "
                "answer that describes the pair."
            ),
            "{answer}",
        ),
        Template(
            (
                "Compare the meaning of the two sentences and select an answer.\n\n"
                "{sentence1}\n{sentence2}\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Original: {sentence1}\nRewrite: {sentence2}\nWhich label tells whether "
                "the rewrite keeps the meaning?\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Sentence A: {sentence1}\nSentence B: {sentence2}\n\n{options}\nAnswer:",
            "{answer}",
            instruction=(
                "You are given a pair of sentences. Judge whether they say the same "
                "thing, and reply with one of the options."
            ),
        ),
        Template(
            "a. {sentence1}\nb. {sentence2}\n{options}\nComparison of meaning:",
            "{answer}",
        ),
        Template(
            "a. {sentence1}\nb. {sentence2}\n\n{options}\n\n"
            "Paraphrase or not? Mark one of the options.",
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\npick the label for this pair, by meaning not "
                "wording\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n\n{sentence2}\n\nPlease compare the two sentences above. "
                "Which of these is right?\n{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Question 1: {sentence1}\nQuestion 2: {sentence2}\nDo the two questions "
                "ask the same thing?\n{options}\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
            domain="forum_question",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Choose the label that says whether these two questions should be merged "
                "as duplicates."
            ),
            domain="forum_question",
        ),
        Template(
            (
                "Sentence from one article: {sentence1}\nSentence from another: "
                "{sentence2}\n\nDo both report the same news?\n{options}"
            ),
            "{answer}",
            form="yes_no",
            domain="news",
        ),
        Template(
            "{sentence1}\n{sentence2}\n\n{options}\n\n"
            "Compare these two sentences from news reports. Which label fits?",
            "{answer}",
            domain="news",
        ),
        Template(
            (
                "Do these two sentences from Wikipedia state the same facts?\n\n{sentence1}"
                "\n{sentence2}\n\n{options}"
            ),
            "{answer}",
            form="yes_no",
            domain="wikipedia",
        ),
        Template(
            (
                "Wikipedia 1: {sentence1}\nWikipedia 2: {sentence2}\n{options}\n\nChoose "
                "the label for the pair. Watch the order of the words."
            ),
            "{answer}",
            domain="wikipedia",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Decide whether each pair is a paraphrase.",
            ),
            layouts=(
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nSame meaning?",
                "{sentence1}\n{sentence2}\nParaphrase:",
            ),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("Do the two sentences mean the same thing?",),
            layouts=(
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nYes or no:",
                "1. {sentence1}\n2. {sentence2}\nAnswer:",
            ),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=("S1: {sentence1}\nS2: {sentence2}\nLabel:",),
            form="paraphrase",
            options=True,
        ),
        *shots(
            instructions=("Label each pair as {labels}.",),
            layouts=("S1: {sentence1}\nS2: {sentence2}\nLabel:",),
            form="paraphrase",
        ),
        *shots(
            instructions=(
                "",
                "Find the duplicates.",
            ),
            layouts=("Question 1: {sentence1}\nQuestion 2: {sentence2}\nDuplicate or not?",),
            form="duplicate",
            domain="forum_question",
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=(
                (
                    "First: {sentence1}\nSecond: {sentence2}\nDo the two have the same "
                    "meaning or different meanings?\nAnswer:"
                ),
            ),
            form="same_different",
            options=True,
        ),
        *shots(
            instructions=("Compare the meaning of the sentences: {labels}.",),
            layouts=(
                (
                    "First: {sentence1}\nSecond: {sentence2}\nDo the two have the same "
                    "meaning or different meanings?\nAnswer:"
                ),
            ),
            form="same_different",
        ),
        *shots(
            instructions=(
                "",
                "Compare the meaning of the two sentences.",
            ),
            layouts=(
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nAnswer:",
                "A: {sentence1}\nB: {sentence2}\nVerdict:",
            ),
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Do the two questions ask the same thing?",
            ),
            layouts=("Question 1: {sentence1}\nQuestion 2: {sentence2}\nDuplicate:",),
            form="yes_no",
            domain="forum_question",
            options=True,
        ),
    ),
)
