"""One page about a snapshot, `report.html`: self-contained, without network, deterministic."""
