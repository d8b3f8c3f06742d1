"""The sources, licenses and languages of a corpus."""

from dataclasses import dataclass

from tfrecords_schema.manifest import Manifest, SourceInfo
from transforms.job import Job
from transforms.scan.screening import license_allowed


@dataclass(frozen=True)
class Origin:
    """A source of examples, and the allowed licenses of its records."""

    source: SourceInfo
    licenses: tuple[str, ...]


@dataclass(frozen=True)
class Provenance:
    """The origins of a corpus; licenses are single and sorted by name."""

    origins: tuple[Origin, ...]
    licenses: tuple[str, ...]
    languages: tuple[str, ...]


def find_provenance(job: Job, manifest: Manifest) -> Provenance:
    """Return the sources, licenses and languages of tasks with examples, without held-out sets."""
    realized = {entry.task for entry in manifest.mixture if entry.realised}
    tasks = [task for task in job.tasks if task.name in realized]
    # A held-out set may have a source's name; sources come first.
    sources = {source.name: source for source in reversed(manifest.sources)}
    origins = tuple(_origin(job, sources[name]) for name in sorted({t.source for t in tasks}))
    names = {name for origin in origins for names in origin.licenses for name in names.split(",")}
    return Provenance(
        origins=origins,
        licenses=tuple(sorted({name.strip() for name in names})),
        languages=tuple(sorted({language for task in tasks for language in task.languages})),
    )


def _origin(job: Job, source: SourceInfo) -> Origin:
    rules = job.settings.licenses
    names = (n for n in source.licenses if license_allowed(n, rules.allow, rules.deny))
    return Origin(source, tuple(sorted(names)))
