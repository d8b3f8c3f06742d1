"""Evaluation suites: what is asked, and how an answer is judged; one file a benchmark."""
