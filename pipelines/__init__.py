"""What can be run: the pipelines, their recipes, and the `flanbeam` command."""
