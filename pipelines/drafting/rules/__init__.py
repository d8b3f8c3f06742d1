"""Rules that guess what the rows of a file are, by kind of task."""
