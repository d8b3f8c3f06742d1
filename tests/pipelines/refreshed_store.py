"""A store that one recipe is refreshed into, and the commands on both."""

from pathlib import Path
from typing import Any

from tests.pipelines.corpus import Corpus
from tfrecords_schema.channels import resolve


class RefreshedStore:
    """A store, its recipe, and the command with both."""

    def __init__(self, flanbeam: Any, corpus: Corpus, root: Path) -> None:
        self._flanbeam, self.corpus, self.root = flanbeam, corpus, root
        self.more: list[str] = []

    def refresh(self, *argv: object) -> Any:
        """Run `flanbeam refresh` with the settings made so far."""
        return self._flanbeam(
            "refresh", self.corpus.recipe, "--store", self.root, "--json", *self.more, *argv
        )

    def plan(self, *argv: object) -> Any:
        """Run `flanbeam plan --refresh` with the settings made so far."""
        return self._flanbeam(
            "plan", self.corpus.recipe, "--refresh", self.root, "--json", *self.more, *argv
        )

    def run(self, *argv: object) -> Any:
        """Run any other command."""
        return self._flanbeam(*argv, "--json")

    def current(self) -> str:
        """Return the path of the snapshot that `latest` points at."""
        return resolve(f"{self.root}@latest")

    def states(self, *argv: object) -> dict[str, str]:
        """Return node → state, hits left out."""
        nodes = self.plan(*argv).document["nodes"]
        keys = {f"{n['kind']}:{n['name']}".rstrip(":"): n["state"] for n in nodes}
        return {key: state for key, state in keys.items() if state != "hit"}

    def set(self, assignment: str) -> None:
        """Change a setting of the recipe from here on."""
        self.more += ["--set", assignment]
