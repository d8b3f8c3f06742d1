"""What is verified, gated, explained and compared in finished snapshots."""
