"""The other sentence of a graded pair: `sentence1`, `answer` → `sentence2`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="similarity_ii",
    targets=("sentence2",),
    templates=(
        Template(
            (
                "Write a sentence whose similarity in meaning to the following one is "
                "{answer}, on a scale from 0 (unrelated) to 5 (the same).\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\n\nWrite a sentence 2 whose similarity in meaning "
                "to sentence 1 is {answer}, from 0 (unrelated) to 5 (the same)."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "{sentence1}\n\nWrite another sentence. For their similarity in meaning, "
                "the two should get {answer} out of 5, where 5 means the same and 0 "
                "means unrelated."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Sentence 1: {sentence1}\nScore: {answer}\nSentence 2:",
            "{sentence2}",
            instruction=(
                "Write a second sentence that gets the given score. The score says how "
                "close two sentences are in meaning, from 0 (unrelated) to 5 (the same)."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Score: {answer}\nFirst sentence: {sentence1}",
            "{sentence2}",
            instruction=(
                "Write a second sentence, so that the pair gets the given score for "
                "similarity in meaning. Scores go from 0 (unrelated) to 5 (equivalent)."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "{sentence1}\n\nPlease give me a second sentence with a similarity score "
                "of {answer}, where 0 means unrelated and 5 means the same."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Generate a partner for the sentence below. Their similarity in meaning "
                "should be {answer}, where 0 means unrelated and 5 means the same.\n\n"
                "{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Text A: {sentence1}\n\nWrite a text B. Its similarity in meaning to text "
                "A should be {answer}, where 0 is unrelated and 5 is the same."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "A: {sentence1}\n\nWrite a sentence B, so that the similarity of A and B "
                "in meaning is {answer} on a scale from 0 (not similar at all) to 5 (the "
                "same)."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            "Sentence: {sentence1}\nGrade: {answer}\nOther sentence:",
            "{sentence2}",
            instruction=(
                "Write a sentence that gets the given grade when it is compared with the "
                "first one. Grades go from 0 (nothing in common) to 5 (same meaning)."
            ),
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "sentence: {sentence1}\nsimilarity: {answer} on a scale of 0 (unrelated) "
                "to 5 (same meaning)\n\nwrite a sentence with that similarity"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "What sentence would be rated {answer} for similarity to the following, if "
                "5 is an exact match in meaning and 0 is no match?\n\n{sentence1}"
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "Two sentences were compared and got {answer} on a scale from 0 (different "
                "topics) to 5 (same meaning). The first one is: {sentence1}\nWrite the "
                "second one."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
        Template(
            (
                "{sentence1}\n\nMy pairs of sentences are rated from 0 (unrelated) to 5 "
                "(equivalent). Write a partner for the sentence above that would be rated "
                "{answer}."
            ),
            "{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                (
                    "Write a second sentence that gets the given score. Scores go from 0 "
                    "(unrelated) to 5 (same meaning)."
                ),
                (
                    "Write a second sentence for each pair, so that its similarity in meaning "
                    "is as stated: 0 for unrelated, 5 for the same."
                ),
                (
                    "Write a sentence that is as close in meaning to the first one as the "
                    "number says: 0 for unrelated, 5 for equivalent."
                ),
            ),
            layouts=(
                (
                    "Sentence 1: {sentence1}\nSentence 2, with a similarity of {answer} on "
                    "a scale from 0 to 5:"
                ),
                ("A: {sentence1}\nB, with a similarity in meaning of {answer} out of 5:"),
                "Grade from 0 to 5: {answer}\nFirst sentence: {sentence1}\nSecond sentence:",
                ("Sentence: {sentence1}\nAnother sentence, whose similarity is {answer} out of 5:"),
            ),
            targets="{sentence2}",
            inversion="sentence1, answer → sentence2",
        ),
    ),
)
