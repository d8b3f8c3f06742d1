"""From a record to a tokenized prompt."""
