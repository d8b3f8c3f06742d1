"""YAML files, and their validation against models."""
