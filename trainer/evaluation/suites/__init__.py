"""Load the questions of evaluation suites, one file for each benchmark."""
