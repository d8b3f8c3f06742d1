"""The first stage of assembly: every record is read and screened once."""
