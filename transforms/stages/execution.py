"""Run the work items of stages, reusing finished ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tfrecords_schema import filesystem
from transforms.job import Job, load_job
from transforms.records.rejections import write_rejections
from transforms.runtime.exchange import Run, group_rows, is_whole, write_run
from transforms.runtime.progress import count_done
from transforms.stages.output import Output, Summary, decode_summary
from transforms.stages.stage import RECORD_FILES, Stage
from transforms.stages.wiring import Wired, is_aligned, is_divided, wire
from transforms.stages.work import Input, Work

Runs = Mapping[str, Sequence[Run]]
# By the names that a stage reads: (path of the run, bytes) of the sections of one work item.
Delivered = Mapping[str, Sequence[tuple[str, bytes]]]


def run_path(directory: str, stage: str, item: int, part: int | None = None) -> str:
    """Return the path of the run of a work item, or of a part of one, in a work directory."""
    number = f"{item:06d}" if part is None else f"{item:06d}-{part:06d}"
    return filesystem.join(directory, stage, f"{number}.run")


def work_of(
    wired: Wired, item: int, directory: str, runs: Runs, delivered: Delivered | None = None
) -> Work:
    """Return work item `item`; `runs` are what its stage reads, by name.

    Sections that are not `delivered` are read from the runs.
    """
    inputs = {
        name: _input(wired.stage, source, item, directory, runs[name])
        for name, source in wired.sources.items()
    }
    for name, sections in (delivered or {}).items():
        inputs[name] = replace(inputs[name], delivered=sections)
    return Work(
        job=load_job(directory),
        stage=wired.stage.name,
        directory=directory,
        item=item,
        inputs=inputs,
    )


def _input(reader: Stage, source: Stage, item: int, directory: str, runs: Sequence[Run]) -> Input:
    if is_aligned(source, reader):
        return Input(source, [Run(run_path(directory, source.name, item))])
    return Input(source, runs, item if is_divided(source, reader) else None)


def run_item(
    wired: Wired, item: int, directory: str, runs: Runs, delivered: Delivered | None = None
) -> Iterator[Run]:
    """Yield the run of each part of a work item; parts with a complete run are not repeated."""
    for work in wired.stage.split(work_of(wired, item, directory, runs, delivered)):
        path = run_path(directory, wired.stage.name, work.item, work.part)
        run = Run(path) if is_whole(path) else _make(wired, work, path)
        count_done(wired.stage.name, decode_summary(run.summary).done)
        yield run
    count_done(wired.stage.name, 0, items=1)


def _make(wired: Wired, work: Work, path: str) -> Run:
    """Run the stage on one part, and write its output; the run file appears last."""
    stage, job = wired.stage, work.job
    output = stage.run(work)
    sections, num_sections = _sections(output, wired, job)
    numbers = [work.item] if work.part is None else [work.item, work.part]
    summary = Summary(
        counts=output.counts,
        rejections=write_rejections(job.staging, stage.name, numbers, output.rejections),
        reports=list(output.reports),
        files=list(output.files),
        notes=output.notes,
        done=output.done,
    )
    return write_run(path, num_sections, sections, summary.encode())


def _sections(output: Output, wired: Wired, job: Job) -> tuple[Mapping[int, bytes], int]:
    """Return the sections of a run and their number; rows are divided for their readers."""
    if output.rows is None:
        return output.sections, output.num_sections
    readers = wired.readers
    if readers is None or readers.divide is None or readers.count is None:
        return {0: output.rows.tobytes()}, 1
    return group_rows(output.rows, readers.divide(output.rows, job)), readers.count(job)


def items_of(stage: Stage, job: Job) -> list[int]:
    """Return the numbers of a stage's work items, if the job determines how many there are."""
    assert stage.items.count is not None, f"{stage.name} counts its items when it runs"
    numbers = range(stage.items.count(job))
    if stage.items is RECORD_FILES:
        # The largest first: the local runner distributes them to its workers in turn.
        return sorted(numbers, key=lambda number: (-job.files[number].records, number))
    return list(numbers)


def count_items(wired: Wired, directory: str, runs: Runs) -> range:
    """Return the numbers of the work items of a stage that counts them from its inputs."""
    assert wired.stage.count_items is not None, f"{wired.stage.name} does not count its items"
    return range(wired.stage.count_items(work_of(wired, 0, directory, runs)))


def run_in_turn(
    stages: Sequence[Stage], directory: str, up_to: Stage | None = None
) -> Iterator[tuple[str, list[Run]]]:
    """Run stages one after the other in this process, without Beam; yield each with its runs."""
    job = load_job(directory)
    done: dict[str, list[Run]] = {}
    for wired in wire(stages, job.settings, up_to):
        stage = wired.stage
        runs = {name: done[source.name] for name, source in wired.sources.items()}
        known = stage.items.count is not None
        numbers = items_of(stage, job) if known else count_items(wired, directory, runs)
        done[stage.name] = [
            run for item in sorted(numbers) for run in run_item(wired, item, directory, runs)
        ]
        yield stage.name, done[stage.name]


def run_stages(
    stages: Sequence[Stage], directory: str, up_to: Stage | None = None
) -> dict[str, list[Run]]:
    """Run stages one after the other in this process, and return the runs by stage."""
    return dict(run_in_turn(stages, directory, up_to))
