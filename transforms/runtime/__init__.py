"""What all stages run on: exchange of rows, coders, progress, compiled code."""
