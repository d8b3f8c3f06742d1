"""Prompt templates as data, one module a family, and the engine that renders them."""
