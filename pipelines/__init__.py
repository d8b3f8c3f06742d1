"""The pipelines, their recipes, and the `flanbeam` command."""
