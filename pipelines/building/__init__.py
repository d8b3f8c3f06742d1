"""From a recipe to a snapshot: ingest, assemble, fingerprints, caches, runners."""
