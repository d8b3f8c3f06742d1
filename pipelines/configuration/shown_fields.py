"""Check that some template shows each field that a recipe maps: else it is a misspelt one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

from pipelines.configuration.yaml_document import Document
from tfrecords_schema.errors import ConfigurationError
from transforms.records.fields import DERIVED
from transforms.sources.mapping import RowMapping
from transforms.sources.source import Source
from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS
from transforms.templates.template import LABELS, Family, Template


def fields_of(templates: Sequence[Template]) -> set[str]:
    """Return the canonical fields that templates show, in prompts or in targets."""
    shown: set[str] = set().union(*(template.shown | template.asked for template in templates))
    return {DERIVED.get(name, name) for name in shown - {LABELS}}


def family_fields(family: Family) -> set[str]:
    """Return the canonical fields that a family's templates show, in either direction."""
    turned = INVERSIONS.get(family.name)
    return fields_of([*family.all_templates, *(turned.all_templates if turned else ())])


def check_shown(
    sources: Mapping[str, Source],
    own: Mapping[str, Sequence[Template]],
    compared: Collection[str],
    document: Document,
) -> None:
    """Refuse fields that neither the family nor the task's own templates show.

    Args:
      own: the templates that the recipe has for a task.
      compared: fields that deduplication compares: these may be mapped for that alone.

    Raises:
      ConfigurationError: names each such field, with its place and those that are shown.
    """
    problems: list[str] = []
    for name, source in sources.items():
        if not isinstance(source, RowMapping):
            continue
        shown = family_fields(FAMILIES[source.family])
        shown |= fields_of(own.get(getattr(source, "task", ""), ()))
        for field in _unshown(source.fields, shown | {*compared}):
            path = ("sources", name, "fields", field)
            near = get_close_matches(field, sorted(shown - source.fields.keys()), n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}? Else drop it" if near else "rename it, drop it"
            problems.append(
                f"{document.place(path)}: {'.'.join(path)}: no template of family "
                f"{source.family} shows {field!r}; its fields are {', '.join(sorted(shown))}; "
                f"{hint}, or show it in a template of the task's own"
            )
    if problems:
        raise ConfigurationError("\n".join(problems))


def _unshown(mapped: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Yield mapped fields that are not known; the options of a choice always are."""
    yield from (field for field in mapped if field not in known and field != "options")
