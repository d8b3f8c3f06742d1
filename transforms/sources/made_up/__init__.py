"""A made-up world of tasks: operations on letters and numbers, composed, worded and drawn."""
