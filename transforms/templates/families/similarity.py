"""How close two sentences are in meaning, as a grade: `sentence1`, `sentence2` → `answer`.

The grade runs from 0, nothing in common, to 5, the same meaning.
"""

from transforms.templates.template import Family, LabelSet, Template, shots

# Grades of other sets have decimals, and suit only templates that do not ask for whole numbers.
LABELS = (
    LabelSet(
        labels=("0", "1", "2", "3", "4", "5"),
        wordings={"whole_number": ("0", "1", "2", "3", "4", "5")},
    ),
)

FAMILY = Family(
    name="similarity",
    targets=("answer",),
    labels=LABELS,
    templates=(
        # Any grade from 0 to 5.
        Template(
            (
                "From 0 (nothing in common) to 5 (the same meaning), how close in meaning "
                "are these? Use one decimal if needed.\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nGrade how similar they are in meaning: 0 if "
                "they have nothing in common, 5 if they mean the same, or anything in "
                "between, such as 2.5."
            ),
            "{answer}",
        ),
        Template(
            (
                "First: {sentence1}\nSecond: {sentence2}\nHow similar are they in meaning? "
                "Decimals are allowed.\nScore from 0 (unrelated) to 5 (the same):"
            ),
            "{answer}",
        ),
        Template(
            "A: {sentence1}\nB: {sentence2}",
            "{answer}",
            instruction=(
                "Rate how similar A and B are in meaning, from 0 (unrelated) to 5 (the "
                "same), to one decimal if needed."
            ),
        ),
        Template(
            "First sentence: {sentence1}\nSecond sentence: {sentence2}\nGrade:",
            "{answer}",
            instruction=(
                "Grade how close the two sentences are in meaning: a number from 0 "
                "(unrelated) to 5 (the same), with one decimal if needed."
            ),
        ),
        Template(
            (
                "How similar in meaning are these two sentences on a scale from 0 (not at "
                "all) to 5 (the same)? Decimals are allowed.\n\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\nGive a similarity "
                "score between 0 and 5, to one decimal if needed, where 0 means unrelated "
                "and 5 means the same."
            ),
            "{answer}",
        ),
        Template(
            "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nScore:",
            "{answer}",
            instruction=(
                "Rate the semantic similarity of the two sentences from 0 (unrelated) to 5 "
                "(equivalent). Scores may have decimals."
            ),
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nHow close is the meaning of these sentences? "
                "Answer with a number from 0 to 5, to one decimal if needed; 0 stands for "
                "no relation, 5 for the same meaning."
            ),
            "{answer}",
        ),
        Template(
            (
                "Semantic textual similarity, from 0 (unrelated) to 5 (equivalent), "
                "decimals allowed.\n\nS1: {sentence1}\nS2: {sentence2}\nSimilarity:"
            ),
            "{answer}",
        ),
        Template(
            (
                "similarity of these two, 0 = nothing in common, 5 = same meaning. just "
                "the number, decimals are ok\n\n{sentence1}\n{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                '"{sentence1}"\n"{sentence2}"\n\nPlease score the pair by meaning and '
                "not by wording. The scale goes from 0, no match, to 5, a perfect match. "
                "Use one decimal if needed."
            ),
            "{answer}",
        ),
        Template(
            (
                "Text A: {sentence1}\nText B: {sentence2}\n\nHow much of their meaning do "
                "the two texts share? Answer with a number from 0 to 5, to one decimal if "
                "needed (0: nothing in common, 5: the same meaning)."
            ),
            "{answer}",
        ),
        Template(
            (
                "Read both sentences and grade how similar they are in meaning: from 0 "
                "for different topics to 5 for the same meaning. The grade may have a "
                "decimal.\n\n{sentence1}\n\n{sentence2}\n\nGrade:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Question: From 0 (not similar at all) to 5 (the same meaning), how "
                "similar are these sentences? Decimals such as 3.4 are allowed.\n\n1. "
                "{sentence1}\n2. {sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nScore their similarity in meaning, to one "
                "decimal if needed.\nScore (0 = unrelated, 5 = same meaning):"
            ),
            "{answer}",
        ),
        # A whole number from 0 to 5.
        Template(
            "{sentence1}\n{sentence2}",
            "{answer}",
            instruction=(
                "Answer with a number: 5 if the sentences are equivalent, 4 or 3 if they "
                "differ a little or in something important, 2 or 1 if they share details or "
                "only a topic, 0 if they are unrelated."
            ),
            form="whole_number",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\nHow similar are they "
                "in meaning? Reply with a whole number from 0 (unrelated) to 5 (same "
                "meaning)."
            ),
            "{answer}",
            form="whole_number",
        ),
        Template(
            "{sentence1}\n{sentence2}",
            "{answer}",
            instruction=(
                "Output one of the numbers 0, 1, 2, 3, 4 and 5: the higher it is, the "
                "closer the sentences are in meaning. 0 means unrelated and 5 means the "
                "same."
            ),
            form="whole_number",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nHow similar are they in meaning? Round your "
                "rating to a whole number between 0 (unrelated) and 5 (the same)."
            ),
            "{answer}",
            form="whole_number",
        ),
        # With options.
        Template(
            (
                "{sentence1}\n{sentence2}\n\nHow similar in meaning are these two "
                "sentences? 0 means not at all, 5 means the same.\n{options}\nScore:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nHow much do they have in common in meaning, if "
                "5 is everything and 0 is nothing?\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Choose a grade for how similar these are in meaning, from 0 (nothing in "
                "common) to 5 (the same).\n1) {sentence1}\n2) {sentence2}\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\n{options}",
            "{answer}",
            instruction=(
                "Select how much the meaning of the sentences overlaps, from 0 (not at "
                "all) to 5 (completely)."
            ),
        ),
        Template(
            "{sentence1}\n{sentence2}\n\n{options}",
            "{answer}",
            instruction="Rate the semantic similarity: 0 means unrelated, 5 means the same.",
        ),
        Template(
            '"{sentence1}"\n"{sentence2}"\n{options}\nScore:',
            "{answer}",
            instruction=(
                "Score the pair by meaning and not by wording, 0 being no match and 5 a "
                "perfect match."
            ),
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n{options}\nSimilarity in "
                "meaning (0 = none, 5 = the same):"
            ),
            "{answer}",
        ),
        Template(
            (
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n\nPick the similarity "
                "score of the pair. The scale runs from 0 (unrelated) to 5 "
                "(equivalent).\n{options}\nScore:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Rate the semantic similarity of the pair on a scale from 0 (unrelated) to "
                "5 (equivalent).\n\nA: {sentence1}\nB: {sentence2}\n\n{options}\nRating:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\nWhich grade fits the pair best, if 5 means the "
                "same and 0 means unrelated?\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{options}\n\nPlease give these two sentences one of the scores above: 5 "
                "if they mean the same, 0 if they have nothing in common.\n\n{sentence1}\n"
                "{sentence2}"
            ),
            "{answer}",
        ),
        Template(
            (
                "{sentence1}\n{sentence2}\n\npick a similarity score for these two (0 = "
                "unrelated, 5 = same meaning)\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n{options}\nGrade:",
            "{answer}",
            instruction=(
                "Grade how similar the sentences are: 5 if they mean the same, 4 if only "
                "small details differ, 3 if something important differs, 2 if they share "
                "some details, 1 if they share only the topic, 0 if they share nothing."
            ),
        ),
        Template(
            (
                "Text A: {sentence1}\nText B: {sentence2}\n\nHow much of their meaning do "
                "the texts share, from 0 (nothing) to 5 (everything)?\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Read the sentences and choose a grade for how similar they are in "
                "meaning. The highest grade is 5, for sentences that mean the same, and "
                "the lowest is 0.\n\n{sentence1}\n\n{sentence2}\n\n{options}\nGrade:"
            ),
            "{answer}",
        ),
    ),
    few_shot=(
        # The scale is in the instruction, or in the cue.
        *shots(
            instructions=(
                (
                    "How similar in meaning are the sentences, from 0 (unrelated) to 5 (the "
                    "same)? Scores may have decimals."
                ),
                (
                    "Rate the semantic similarity of each pair with a number from 0 "
                    "(unrelated) to 5 (the same), to one decimal if needed."
                ),
                (
                    "Grade how close the two sentences are in meaning. The lowest grade is 0, "
                    "for nothing in common, and the highest is 5, for the same meaning. A "
                    "grade may have a decimal."
                ),
            ),
            layouts=(
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nSimilarity:",
                "A: {sentence1}\nB: {sentence2}\nScore:",
                "{sentence1}\n{sentence2}\nSimilarity in meaning:",
                "S1: {sentence1}\nS2: {sentence2}\nRating:",
            ),
        ),
        *shots(
            instructions=("", "Compare the meaning of each pair of sentences."),
            layouts=(
                (
                    "Sentence 1: {sentence1}\nSentence 2: {sentence2}\nSimilarity (0 = "
                    "unrelated, 5 = the same):"
                ),
                "A: {sentence1}\nB: {sentence2}\nScore from 0 (unrelated) to 5 (same meaning):",
                "{sentence1}\n{sentence2}\nSimilarity in meaning (0 = none, 5 = the same):",
            ),
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=(
                (
                    "S1: {sentence1}\nS2: {sentence2}\nHow similar are they in meaning, from 0 "
                    "(not at all) to 5 (the same)?"
                ),
            ),
            options=True,
        ),
        *shots(
            instructions=(
                "How similar in meaning are the sentences, from 0 (unrelated) to 5 (the same)?",
                "Rate the semantic similarity of each pair: 0 for unrelated, 5 for the same.",
                (
                    "Grade how close the two sentences are in meaning. The lowest grade is 0, "
                    "for nothing in common, and the highest is 5, for the same meaning."
                ),
            ),
            layouts=(
                "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n{options}\nSimilarity:",
                "A: {sentence1}\nB: {sentence2}\n{options}\nScore:",
                "{sentence1}\n{sentence2}\n{options}\nSimilarity in meaning:",
                "S1: {sentence1}\nS2: {sentence2}\n{options}\nRating:",
            ),
        ),
    ),
)
