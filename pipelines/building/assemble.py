"""The assembly: the stages of a build, on this machine or as a Beam graph.

On one machine, processes take the work items of one stage after the other, and files carry the rows
between the stages. On a runner of Beam's, its shuffle may carry them
(transforms/stages/transform.py). The stages are the same, and so are their runs.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from pipelines.building.compiling import compiled_beside
from pipelines.building.running import Each, RunnerOptions, run_here, run_pipeline
from pipelines.building.stages import STAGES
from transforms.job import Job, load_job
from transforms.mixture.mixing import PLAN, decode_plan
from transforms.runtime.exchange import Run
from transforms.runtime.progress import Expected
from transforms.scan.scanning import SCAN_RECORDS
from transforms.stages.execution import items_of, run_in_turn
from transforms.stages.stage import Stage
from transforms.stages.wiring import Carrier, wire

if TYPE_CHECKING:
    import apache_beam as beam


def run_assembly(work: str, job: Job, options: RunnerOptions, up_to: Stage | None = None) -> None:
    """Run all stages, or the stages up to one, for the job whose file is in directory `work`.

    Raises:
      UserError, DataError, RuntimeError: as for `run_pipeline`.
    """
    if options.needs_beam:
        carrier = options.carrier_to(work)
        graph = partial(assemble, work=work, job=job, up_to=up_to, carrier=carrier)
        run_pipeline(graph, options)
    else:
        run_here(partial(_in_turn, work=work, up_to=up_to), options.workers)


def _in_turn(each: Each[int, list[Run]], work: str, up_to: Stage | None) -> None:
    with ExitStack() as stack:
        for name, runs in run_in_turn(STAGES, work, up_to, each):
            if name == PLAN.name:
                [run] = runs
                stack.enter_context(compiled_beside(load_job(work), decode_plan(run)))


def assemble(
    pipeline: "beam.Pipeline",
    work: str,
    job: Job,
    up_to: Stage | None = None,
    carrier: Carrier = "files",
) -> None:
    """Add all stages, or the stages up to one, to `pipeline`."""
    import apache_beam as beam

    from transforms.stages.transform import CountItems, RunStage

    items: dict[str, beam.PCollection] = {}
    runs: dict[str, beam.PCollection] = {}
    for wired in wire(STAGES, job.settings, up_to):
        stage = wired.stage
        kind = stage.items.name
        if kind not in items:
            numbers = items_of(stage, job) if stage.items.count else [0]
            items[kind] = pipeline | f"Items: {kind}" >> beam.Create(numbers)
        read = {name: runs[source.name] for name, source in wired.sources.items()}
        own_way = stage.by_shuffle if carrier == "shuffle" else None
        if own_way is not None and (transform := own_way(work, job)) is not None:
            [source] = read.values()
            runs[stage.name] = source | stage.name >> transform
            continue
        own = items[kind]
        if stage.items.count is None:
            own = own | f"count {stage.name}" >> CountItems(wired, work, read, carrier)
        runs[stage.name] = own | stage.name >> RunStage(wired, work, read, carrier)


def expected(job: Job, up_to: Stage | None = None) -> Iterator[Expected]:
    """Yield the stages that are run, with their size if known, for the progress display."""
    for wired in wire(STAGES, job.settings, up_to):
        stage = wired.stage
        items = stage.items.count(job) if stage.items.count else None
        records = job.num_records if stage is SCAN_RECORDS else None
        yield Expected(stage.name, records, items)
