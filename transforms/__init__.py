"""Beam stages: one stage, one file, a pure function beside its PTransform."""
