"""Beam stages: one file per stage, with a pure function and its declaration."""
