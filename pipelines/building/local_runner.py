"""Beam's local runner, with work for each worker process until all work is done.

Beam divides the items of a stage among its workers before it starts, one share each. Items differ:
a record file whose prompts are few-shot takes several times as long as another. A worker that ends
early would wait for the others at the end of every stage.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue
from typing import Any

from apache_beam.metrics import monitoring_infos
from apache_beam.portability.api import beam_fn_api_pb2 as api
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.portability.fn_api_runner.fn_runner import (
    BundleManager,
    ParallelBundleManager,
)

# Each costs some milliseconds. The more there are, the less the last one keeps the others waiting.
_BUNDLES_PER_WORKER = 32


class LocalRunner(FnApiRunner):
    """Beam's local runner, whose workers get the next work items when they are free."""

    def _get_bundle_manager(self, bundle_context_manager: Any) -> BundleManager:
        manager = super()._get_bundle_manager(bundle_context_manager)
        if not isinstance(manager, ParallelBundleManager):
            return manager
        return _SharedOut(
            bundle_context_manager,
            self._progress_frequency,
            cache_token_generator=manager._cache_token_generator,
        )


class _OfOneWorker:
    """Beam's view of a stage, with one of its workers."""

    def __init__(self, stage: Any, worker: Any) -> None:
        self._stage = stage
        self.worker_handlers = [worker]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stage, name)


class _SharedOut(ParallelBundleManager):
    """Divides a bundle into many, and gives each to a worker that is free."""

    def process_bundle(
        self,
        inputs: Mapping[str, Any],
        expected_outputs: Any,
        fired_timers: Any,
        expected_output_timers: Any,
        dry_run: bool = False,
    ) -> Any:
        """Return (the results of all bundles as one, their splits)."""
        stage = self.bundle_context_manager
        free: SimpleQueue[Any] = SimpleQueue()
        for worker in stage.worker_handlers:
            free.put(worker)

        def execute(part: Mapping[str, list[bytes]], timers: Any) -> Any:
            worker = free.get()
            try:
                return BundleManager(
                    _OfOneWorker(stage, worker),
                    self._progress_frequency,
                    cache_token_generator=self._cache_token_generator,
                ).process_bundle(part, expected_outputs, timers, expected_output_timers, dry_run)
            finally:
                free.put(worker)

        parts = _parts(inputs, _BUNDLES_PER_WORKER * self._num_workers)
        with ThreadPoolExecutor(self._num_workers) as pool:
            # Beam's timers are all for the first.
            timers = [fired_timers, *({} for _ in parts[1:])]
            bundles = [pool.submit(execute, *of) for of in zip(parts, timers, strict=True)]
            try:
                results = [bundle.result() for bundle in bundles]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return _merged([result for result, _ in results]), [*chain(*(s for _, s in results))]


def _parts(inputs: Mapping[str, Any], number: int) -> list[dict[str, list[bytes]]]:
    """Return the inputs in at most `number` parts that have any, or one part that has none."""
    parts: list[dict[str, list[bytes]]] = [{} for _ in range(number)]
    for name, buffer in inputs.items():
        for part, elements in zip(parts, buffer.partition(number), strict=True):
            part[name] = elements
    return [part for part in parts if any(map(any, part.values()))] or parts[:1]


def _merged(results: list[api.InstructionResponse]) -> api.InstructionResponse:
    """Return the sum of what bundles report; an error has ended them before."""
    infos = chain(*(result.process_bundle.monitoring_infos for result in results))
    merged = api.ProcessBundleResponse(monitoring_infos=monitoring_infos.consolidate(infos))
    return api.InstructionResponse(process_bundle=merged)
