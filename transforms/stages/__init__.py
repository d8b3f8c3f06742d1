"""What a stage of the assembly is, and how its work items are run and wired to each other."""
