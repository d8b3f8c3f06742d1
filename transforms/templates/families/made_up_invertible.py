"""The templates of `made_up`, for operations whose output says what the input was."""

from dataclasses import replace

from transforms.templates.families import made_up

FAMILY = replace(made_up.FAMILY, name="made_up_invertible")
