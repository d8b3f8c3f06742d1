"""Records in canonical fields, and the forms in which they are stored."""
