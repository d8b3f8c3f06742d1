"""What comes out of a snapshot for trainers and for people: rows, examples, statistics."""
