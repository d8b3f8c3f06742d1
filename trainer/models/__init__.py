"""Define the models, and the protocol through which the trainer reaches them."""
