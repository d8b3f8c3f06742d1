"""Weights and caps into numbers of examples, and the choice of records."""
