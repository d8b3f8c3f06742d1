"""Upload a snapshot to a Hugging Face hub as a data set, and nothing that is damaged."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.checks.verify import verify
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, DataError


@dataclass(frozen=True)
class Pushed:
    """Where a snapshot went: the repository's address, and the commit that holds it."""

    snapshot: str
    repository: str
    commit: str


def push(
    snapshot: str,
    repository: str,
    *,
    private: bool,
    branch: str,
    endpoint: str | None,
    say: Callable[[str], None],
) -> Pushed:
    """Verify a local snapshot and upload its directory as one commit.

    The data card's head tells the hub which Parquet files are which split. The token is the one
    that `hf auth login` stored, or $HF_TOKEN.

    Args:
      repository: "name/data-set"; it is made if it is not there.
      private: whether a repository that is made is private.
      endpoint: the hub's URL; $HF_ENDPOINT or huggingface.co if None.

    Raises:
      ConfigurationError: huggingface_hub is missing, the name is wrong, or the hub refuses it.
      DataError: the snapshot is damaged or remote, or the hub cannot be reached.
    """
    if not filesystem.is_local(snapshot):
        raise DataError(f"{snapshot}: copy the snapshot to this machine to push it")
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError as HubError
        from huggingface_hub.errors import HFValidationError
    except ImportError as error:
        raise ConfigurationError(
            "push needs huggingface_hub: pip install 'flanbeam[hub]'"
        ) from error
    verification = verify(snapshot)
    if not verification.passed:
        raise DataError(
            "\n".join([*verification.problems[:5], f"{snapshot}: damaged, so not pushed"])
        )
    api = HfApi(endpoint=endpoint, library_name="flanbeam")
    try:
        made = api.create_repo(repository, repo_type="dataset", private=private, exist_ok=True)
        say(f"uploading {verification.num_bytes:,} bytes of shards to {made}")
        commit = api.upload_folder(
            repo_id=repository,
            folder_path=snapshot,
            repo_type="dataset",
            revision=branch,
            commit_message=f"Add snapshot {os.path.basename(os.path.abspath(snapshot))}",
        )
    except HFValidationError as error:
        raise ConfigurationError(f"{repository}: {_first_line(error)}") from error
    except HubError as error:
        status = getattr(error.response, "status_code", None)
        hint = "; log in with `hf auth login`, or set HF_TOKEN" if status in (401, 403) else ""
        raise ConfigurationError(f"{repository}: {_first_line(error)}{hint}") from error
    except Exception as error:
        # The library's transport has errors of its own for a hub that does not answer.
        kind = type(error).__name__
        raise DataError(
            f"{repository}: the hub cannot be reached ({kind}: {_first_line(error)}); the same "
            "command uploads what is missing"
        ) from error
    return Pushed(snapshot, str(made), commit.oid)


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
