"""The subcommands of `flanbeam`: arguments in, a result and an exit status out."""
