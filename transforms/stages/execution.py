"""Run the work items of stages, reusing finished ones."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from tfrecords_schema import filesystem
from transforms.job import Job, load_job
from transforms.records.rejections import write_rejections
from transforms.runtime.exchange import Run, group_rows, is_whole, run_with_content, write_run
from transforms.runtime.progress import count_done
from transforms.stages.output import Output, Summary, decode_summary
from transforms.stages.stage import ONCE, RECORD_FILES, Stage
from transforms.stages.wiring import Way, Wired, is_aligned, is_divided, is_written, way_of, wire
from transforms.stages.work import Input, Work

Runs = Mapping[str, Sequence[Run]]
# By the names that a stage reads: (path of the run, what a work item gets of it).
Delivered = Mapping[str, Sequence[tuple[str, bytes]]]


def run_path(directory: str, stage: str, item: int, part: int | None = None) -> str:
    """Return the path of the run of a work item, or of a part of one, in a work directory."""
    number = f"{item:06d}" if part is None else f"{item:06d}-{part:06d}"
    return filesystem.join(directory, stage, f"{number}.run")


def work_of(
    wired: Wired, item: int, directory: str, runs: Runs, delivered: Delivered | None = None
) -> Work:
    """Return work item `item`; `runs` are what its stage reads, by name.

    What is not `delivered` is read from the runs.
    """
    inputs = {
        name: _input(wired.stage, wired.sources[name], item, directory, of_name)
        for name, of_name in runs.items()
    }
    for name, sent in (delivered or {}).items():
        inputs[name] = _delivered(name, wired, item, sent)
    return Work(
        job=load_job(directory),
        stage=wired.stage.name,
        directory=directory,
        item=item,
        inputs=inputs,
    )


def _delivered(name: str, wired: Wired, item: int, sent: Sequence[tuple[str, bytes]]) -> Input:
    source = wired.sources[name]
    match way_of(name, source, wired.stage):
        case Way.RUN:
            return Input(source, [Run(path, content=content) for path, content in sent])
        case Way.SUMMARIES:
            return Input(source, [Run(path, summary) for path, summary in sent])
        case _:
            return Input(source, [], item, sent)


def _input(reader: Stage, source: Stage, item: int, directory: str, runs: Sequence[Run]) -> Input:
    if is_aligned(source, reader):
        return Input(source, [Run(run_path(directory, source.name, item))])
    return Input(source, runs, item if is_divided(source, reader) else None)


def item_of(run: Run) -> int:
    """Return the number of the work item that a run is of, the inverse of `run_path`."""
    return int(posixpath.basename(run.path).partition(".")[0].partition("-")[0])


def run_item(
    wired: Wired,
    item: int,
    directory: str,
    runs: Runs,
    delivered: Delivered | None = None,
    *,
    in_memory: bool = False,
) -> Iterator[Run]:
    """Yield the run of each part of a work item; parts with a complete run are not repeated.

    With `in_memory`, runs have their content, and only those that others read from files are
    written.
    """
    # What everyone reads is read from its file.
    in_memory = in_memory and wired.stage.items != ONCE
    for work in wired.stage.split(work_of(wired, item, directory, runs, delivered)):
        path = run_path(directory, wired.stage.name, work.item, work.part)
        if (not in_memory or is_written(wired.stage)) and is_whole(path):
            run = Run(path)
            done = decode_summary(run.summary).done
        else:
            run, done = _make(wired, work, path, in_memory)
        count_done(wired.stage.name, done)
        yield run
    count_done(wired.stage.name, 0, items=1)


def _make(wired: Wired, work: Work, path: str, in_memory: bool) -> tuple[Run, int]:
    """Run the stage on one part, and write its output; the run file appears last.

    Returns:
      The run, and the number of records to add to the stage's progress.
    """
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
    if not in_memory:
        return write_run(path, num_sections, sections, summary.encode()), output.done
    run = run_with_content(path, num_sections, sections, summary.encode())
    if is_written(stage):
        filesystem.write_bytes(path, run.content or b"")
    return run, output.done


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
        # The largest first, so that no long one is left when the other workers have no more work.
        return sorted(numbers, key=lambda number: (-job.files[number].records, number))
    return list(numbers)


def count_items(wired: Wired, directory: str, runs: Runs) -> range:
    """Return the numbers of the work items of a stage that counts them from its inputs."""
    assert wired.stage.count_items is not None, f"{wired.stage.name} does not count its items"
    return range(wired.stage.count_items(work_of(wired, 0, directory, runs)))


def run_in_turn(
    stages: Sequence[Stage],
    directory: str,
    up_to: Stage | None = None,
    each: Callable[[Callable[[int], list[Run]], Sequence[int]], Iterable[list[Run]]] = map,
) -> Iterator[tuple[str, list[Run]]]:
    """Run stages one after the other on this machine, without Beam; yield each with its runs.

    Args:
      each: calls a function with each number of a work item, and returns what it returned, in any
        order; in this process, or in others.
    """
    job = load_job(directory)
    done: dict[str, list[Run]] = {}
    for wired in wire(stages, job.settings, up_to):
        stage = wired.stage
        runs = {name: done[source.name] for name, source in wired.sources.items()}
        known = stage.items.count is not None
        numbers = items_of(stage, job) if known else count_items(wired, directory, runs)
        made = each(partial(_runs_of, wired=wired, directory=directory, runs=runs), list(numbers))
        done[stage.name] = sorted(chain.from_iterable(made), key=lambda run: run.path)
        yield stage.name, done[stage.name]


def _runs_of(item: int, wired: Wired, directory: str, runs: Runs) -> list[Run]:
    """Return the runs of a work item, without what they hold: others may be far away."""
    return [Run(run.path) for run in run_item(wired, item, directory, runs)]


def run_stages(
    stages: Sequence[Stage], directory: str, up_to: Stage | None = None
) -> dict[str, list[Run]]:
    """Run stages one after the other in this process, and return the runs by stage."""
    return dict(run_in_turn(stages, directory, up_to))
