"""Studies: arms that differ in one thing, trained and measured alike, and compared."""
