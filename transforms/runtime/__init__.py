"""The runtime of all stages: exchange of rows, coders, progress, compiled code."""
