"""An operation whose output says what the input was: `instruction`, `input` → `answer`; `options`.

The templates are those of `made_up`.
"""

from dataclasses import replace

from transforms.templates.families import made_up

FAMILY = replace(made_up.FAMILY, name="made_up_invertible")
