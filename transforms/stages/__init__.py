"""Stages of the assembly: their declaration, execution and wiring."""
