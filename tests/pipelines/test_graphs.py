"""The job graphs of a large recipe as a runner gets them: small, plain, with fixed labels."""

import json
import subprocess
import sys

import apache_beam as beam
import pytest
from apache_beam.portability.api import beam_runner_api_pb2 as api

from pipelines.building.assemble import assemble
from pipelines.building.ingest import add_ingest
from pipelines.building.nodes import Node
from pipelines.building.sources import FingerprintedSource
from pipelines.building.stages import STAGES
from pipelines.configuration.shipped import shipped_files
from pipelines.configuration.validation import validate
from pipelines.configuration.yaml_document import read
from pipelines.recipe import Recipe
from transforms.job import Job
from transforms.records.record_store import RecordFile
from transforms.runtime.coders import RunCoder
from transforms.runtime.exchange import Run
from transforms.settings import CorpusSettings
from transforms.sources.source import Piece, SourcePiece
from transforms.stages.stage import ONCE
from transforms.types import Task

WORK = "gs://some-bucket-of-mine/corpora/store/cache/building/0123456789abcdef/work"
# Dataflow takes 10 MB.
MOST_BYTES = 1_000_000
TASKS, FILES = 1_800, 3_000
PICKLED_CODERS = (
    "RunCoder", "DataclassCoder", "ListCoder", "MapCoder", "PaneInfo", "Deterministic",
    "FastPrimitives",
)  # fmt: skip


def _job(tasks: int, files: int, near: bool = True) -> Job:
    """Make a job in the shape of Flan 2022: its inputs are nowhere, its graph needs no more."""
    return Job.model_construct(
        tasks=[
            Task(name=f"task{i:04d}_of_some_length", source="s", collection="c", family="nli")
            for i in range(tasks)
        ],
        files=[
            RecordFile(
                index=i,
                path=f"{WORK}/{i}",
                source="s",
                collection="c",
                source_rank=0,
                records=10_000,
            )
            for i in range(files)
        ],
        settings=CorpusSettings.model_validate(
            {
                "deduplicate": {
                    "near": {"enabled": near, "at_once": 10**9},
                    "against": ["store@latest"] * near,
                }
            }
        ),
    )


def _assembly(job: Job) -> api.Pipeline:
    pipeline = beam.Pipeline()
    assemble(pipeline, WORK, job, carrier="shuffle")
    return pipeline.to_runner_api()


def _ingest(pieces: int) -> api.Pipeline:
    """Read every source of the shipped Flan 2022 recipe, together with so many pieces."""
    recipe = validate(Recipe, read(shipped_files("pipelines", "recipes")["flan2022"]))
    root = "gs://some-bucket-of-mine/raw"
    sources = []
    for name, source in recipe.sources.items():
        count = pieces // len(recipe.sources) + 1
        names = [f"some/data_set/1.0.0/set-train.tfrecord-{i:05d}-of-{count}" for i in range(count)]
        pieces_of_it = [
            SourcePiece(
                name,
                source,
                Piece(path=f"{root}/{name}/{file}", relative=file, start=0, end=100_000, task=file),
                i,
            )
            for i, file in enumerate(names)
        ]
        node = Node("source", name, {})
        sources.append(
            FingerprintedSource(
                name=name,
                settings=source,
                files=[],
                paths=[],
                pieces=pieces_of_it,
                node=node,
                directory=f"{WORK}/{name}",
                warnings=[],
            )
        )
    pipeline = beam.Pipeline()
    add_ingest(pipeline, sources)
    return pipeline.to_runner_api()


@pytest.fixture(scope="module")
def large() -> api.Pipeline:
    """Return the assembly of 1,800 tasks in 3,000 record files."""
    return _assembly(_job(TASKS, FILES))


def _labels(graph: api.Pipeline) -> list[str]:
    roots = graph.root_transform_ids
    return [t.unique_name for i, t in graph.components.transforms.items() if i not in roots]


def _own_labels(graph: api.Pipeline, golden: list[str]) -> list[str]:
    """Return the labels at the top and inside those of `golden` that have parts there.

    What Beam puts below its own transforms is its affair.
    """
    ours = {"", *(label.rpartition("/")[0] for label in golden)}
    return sorted(label for label in _labels(graph) if label.rpartition("/")[0] in ours)


def _coder_names(graph: api.Pipeline, coder_id: str) -> set[str]:
    """Return the class or URN of a coder and of all its parts."""
    coder = graph.components.coders[coder_id]
    name = coder.spec.urn.removeprefix("beam:coder:").removesuffix(":v1")
    if name == "pickled_python":
        # The payload begins with the name of the class.
        start = coder.spec.payload[:60]
        name = next(known for known in PICKLED_CODERS if known.encode() in start)
    parts = (_coder_names(graph, part) for part in coder.component_coder_ids)
    return {name}.union(*parts)


def _output_coders(graph: api.Pipeline) -> dict[str, set[str]]:
    """Return label of a transform → coders of its output."""
    components = graph.components
    return {
        transform.unique_name: _coder_names(graph, components.pcollections[output].coder_id)
        for transform in components.transforms.values()
        if not transform.subtransforms
        for output in transform.outputs.values()
    }


def _pardos(graph: api.Pipeline) -> dict[str, tuple[api.PTransform, api.ParDoPayload]]:
    return {
        transform.unique_name: (transform, api.ParDoPayload.FromString(transform.spec.payload))
        for transform in graph.components.transforms.values()
        if transform.spec.urn == "beam:transform:pardo:v1"
    }


NAMES = [stage.name for stage in STAGES]
NEAR = {"sign", "verify_pairs", "choose_survivors", "near_duplicates"}
NEAR |= {"known", "other_snapshots"}


def test_every_stage_is_there_and_carries_names(large: api.Pipeline) -> None:
    coders = _output_coders(large)
    assert {name: coders[f"{name}/Run"] for name in NAMES} == {name: {"RunCoder"} for name in NAMES}


def test_side_inputs_are_the_runs_of_stages_that_have_one_alone(large: api.Pipeline) -> None:
    """No side input grows with the records: all else is grouped by the work item."""
    components = large.components
    made_by = {
        output: transform.unique_name
        for transform in components.transforms.values()
        for output in transform.outputs.values()
        if transform.unique_name.endswith("/Run")
    }
    one_run = {f"{stage.name}/Run" for stage in STAGES if stage.items == ONCE}
    seen = set()
    for label, (transform, payload) in _pardos(large).items():
        for side_input in payload.side_inputs:
            coder_id = components.pcollections[transform.inputs[side_input]].coder_id
            names = _coder_names(large, coder_id)
            assert names <= {"RunCoder", "kv", "Deterministic"}, label
            assert made_by[transform.inputs[side_input]] in one_run, label
            seen |= names
    assert "RunCoder" in seen


def test_a_run_travels_as_its_path_whatever_its_summary_holds() -> None:
    counts = {f"task{i:04d}": i for i in range(TASKS)}
    path = f"{WORK}/deduplicate/000000.run"
    encoded = RunCoder().encode(Run(path, json.dumps(counts).encode()))
    assert encoded == path.encode()
    assert RunCoder().decode(encoded) == Run(path)


@pytest.mark.parametrize("content", [b"", b"\0", b"sections\0summary"])
def test_a_run_in_memory_travels_with_its_content(content: bytes) -> None:
    path = f"{WORK}/render/000000-000003.run"
    coded = RunCoder().decode(RunCoder().encode(Run(path, content=content)))
    assert (coded.path, coded.content) == (path, content)


def test_the_graphs_of_a_large_recipe_are_small(large: api.Pipeline) -> None:
    assert large.ByteSize() < MOST_BYTES
    assert _ingest(FILES).ByteSize() < MOST_BYTES
    # What grows is an integer a record file, and a path a raw file.
    assert large.ByteSize() - _assembly(_job(1, 2)).ByteSize() < 20 * FILES
    assert _ingest(2 * FILES).ByteSize() - _ingest(FILES).ByteSize() < 300 * FILES


INGEST_LABELS = ["Raw files", "Read", "Read/Read"]
ASSEMBLE_LABELS = [
    "Items: all rows at once",
    "Items: as many as the stage before says",
    "Items: buckets of duplicate keys",
    "Items: buckets of hashes",
    "Items: buckets of tasks",
    "Items: once",
    "Items: record files",
    "Items: sections of the stage before",
    "choose_survivors",
    "choose_survivors/Group",
    "choose_survivors/Key",
    "choose_survivors/Run",
    "choose_survivors/Send edges",
    "count records",
    "count records/Count",
    "count records/Spread",
    "count write",
    "count write/Count",
    "count write/Spread",
    "decontaminate",
    "decontaminate/Group",
    "decontaminate/Key",
    "decontaminate/Run",
    "decontaminate/Send rows",
    "deduplicate",
    "deduplicate/Group",
    "deduplicate/Key",
    "deduplicate/Run",
    "deduplicate/Send rows",
    "index",
    "index/Run",
    "known",
    "known/Run",
    "list_records",
    "list_records/Group",
    "list_records/Key",
    "list_records/Run",
    "list_records/Send ranked",
    "list_records/Send selected",
    "manifest",
    "manifest/Group",
    "manifest/Key",
    "manifest/Run",
    "manifest/Send choose_survivors",
    "manifest/Send decontaminate",
    "manifest/Send deduplicate",
    "manifest/Send list_records",
    "manifest/Send near_duplicates",
    "manifest/Send other_snapshots",
    "manifest/Send rank",
    "manifest/Send read_records",
    "manifest/Send records",
    "manifest/Send render",
    "manifest/Send scan",
    "manifest/Send select",
    "manifest/Send sign",
    "manifest/Send verify_pairs",
    "manifest/Send write",
    "near_duplicates",
    "near_duplicates/Group",
    "near_duplicates/Key",
    "near_duplicates/Run",
    "near_duplicates/Send removals",
    "near_duplicates/Send rows",
    "other_snapshots",
    "other_snapshots/Group",
    "other_snapshots/Key",
    "other_snapshots/Run",
    "other_snapshots/Send rows",
    "plan",
    "plan/Group",
    "plan/Key",
    "plan/Run",
    "plan/Send ranked",
    "plan_shards",
    "plan_shards/Group",
    "plan_shards/Key",
    "plan_shards/Run",
    "plan_shards/Send examples",
    "rank",
    "rank/Group",
    "rank/Key",
    "rank/Run",
    "rank/Send rows",
    "read_records",
    "read_records/Group",
    "read_records/Key",
    "read_records/Run",
    "read_records/Send listed_records",
    "records",
    "records/Group",
    "records/Key",
    "records/Run",
    "records/Send lines",
    "render",
    "render/Group",
    "render/Key",
    "render/Run",
    "render/Send selected",
    "scan",
    "scan/Run",
    "select",
    "select/Group",
    "select/Key",
    "select/Run",
    "select/Send ranked",
    "sign",
    "sign/Group",
    "sign/Key",
    "sign/Run",
    "sign/Send rows",
    "task_texts",
    "verify_pairs",
    "verify_pairs/Group",
    "verify_pairs/Key",
    "verify_pairs/Run",
    "verify_pairs/Send bands",
    "write",
    "write/Divide examples",
    "write/Group",
    "write/Key",
    "write/Run",
    "write/Send examples",
    "write/Spread examples",
]


def test_labels_are_those_of_the_golden_list_and_unique(large: api.Pipeline) -> None:
    assert _own_labels(large, ASSEMBLE_LABELS) == ASSEMBLE_LABELS
    ingest = _ingest(FILES)
    assert _own_labels(ingest, INGEST_LABELS) == INGEST_LABELS
    for graph in (large, ingest):
        assert len(_labels(graph)) == len(set(_labels(graph)))


@pytest.mark.parametrize(("tasks", "files"), [(1, 1), (3, 70)])
def test_labels_do_not_depend_on_the_tasks(tasks: int, files: int) -> None:
    assert _own_labels(_assembly(_job(tasks, files)), ASSEMBLE_LABELS) == ASSEMBLE_LABELS


def test_without_near_duplicates_their_stages_alone_are_missing() -> None:
    plain = _own_labels(_assembly(_job(TASKS, FILES, near=False)), ASSEMBLE_LABELS)
    only_near = {"Items: buckets of hashes", "Items: all rows at once"}
    only_near |= {f"manifest/Send {name}" for name in NEAR}
    kept = [label for label in ASSEMBLE_LABELS if label.partition("/")[0] not in NEAR]
    assert plain == sorted({*kept} - only_near)


_LOAD = """
import json, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ImportError(name + " is not on a worker")

sys.meta_path.insert(0, Blocker())
from apache_beam.internal import pickler
for label, payload in json.load(sys.stdin).items():
    pickler.loads(bytes.fromhex(payload))
    print(label)
"""
NOT_ON_WORKERS = ["tensorflow", "jax", "jaxlib", "flax", "optax", "orbax", "grain", "seqio"]


def test_workers_need_no_tensorflow_and_no_jax(large: api.Pipeline) -> None:
    payloads = {
        label: payload.do_fn.payload.hex()
        for graph in (large, _ingest(10))
        for label, (_, payload) in _pardos(graph).items()
        if payload.do_fn.payload
    }
    done = subprocess.run(
        [sys.executable, "-c", _LOAD.replace("{blocked}", repr(NOT_ON_WORKERS))],
        input=json.dumps(payloads),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stages = {f"{name}/Run" for name in NAMES}
    assert {*stages, "Read/Read"} <= set(done.stdout.splitlines())
