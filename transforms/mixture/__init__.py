"""Turn weights and caps into numbers of examples, and choose the records."""
