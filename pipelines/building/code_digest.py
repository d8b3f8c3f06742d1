"""Digests of the code that a stage or a reader runs, for its fingerprint.

A digest covers the syntax trees of a module and of the project's modules that it imports, without
comments, docstrings and layout. A fix to a reader is applied by the next build; a comment rebuilds
nothing, and neither does a module that is not imported. The template families are not covered: the
nodes hold those that a recipe uses.
"""

import ast
import importlib.util
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b, sha256
from pathlib import Path

_PACKAGES = ("transforms", "tfrecords_schema")
# Data, not code: nodes.py adds the families that a recipe uses to the fingerprints.
_DATA = ("transforms.templates.families", "transforms.templates.inversions")
_DIGITS = 16
# Fields of syntax nodes that do not affect execution.
_NO_MEANING = {"type_comment", "kind", "ctx"}


@lru_cache
def code_digest(module: str) -> str:
    """Return 16 hex digits for the code of `module` and of the project's modules that it imports.

    The digest is the same in every version of Python that parses the modules.
    """
    digest = sha256()
    for name in sorted(imported_modules(module)):
        digest.update(f"{name} {_read(name).digest}\n".encode())
    return digest.hexdigest()[:_DIGITS]


def imported_modules(module: str) -> set[str]:
    """Return `module` and the project's modules that it imports, directly or through others."""
    seen, waiting = {module}, [module]
    while waiting:
        new = {name for name in _read(waiting.pop()).imports if _file(name)} - seen
        seen |= new
        waiting += new
    return seen


@lru_cache
def _root(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not installed")
    return Path(spec.submodule_search_locations[0])


@lru_cache(maxsize=2048)
def _file(module: str) -> str:
    """Return the file of a project module without importing it; "" if there is none."""
    package, *parts = module.split(".")
    if package not in _PACKAGES or module.startswith(_DATA):
        return ""
    path = _root(package).joinpath(*parts)
    candidates = (path.with_suffix(".py") if parts else path / "__init__.py", path / "__init__.py")
    return next((str(file) for file in candidates if file.is_file()), "")


@dataclass
class _Module:
    """A module's syntax tree as texts, and its imports, at the top or in functions."""

    pieces: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)

    @cached_property
    def digest(self) -> str:
        text = "\0".join(self.pieces)
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def add(self, value: object) -> None:
        """Add a node and its descendants.

        Empty fields are omitted, so that a field added by a later Python changes nothing. Imports
        only for type checkers are omitted too.
        """
        if isinstance(value, list):
            for item in value:
                self.add(item)
            self.pieces.append("]")
        elif not isinstance(value, ast.AST):
            self.pieces.append(repr(value))
        elif not (isinstance(value, ast.If) and "TYPE_CHECKING" in ast.dump(value.test)):
            self._note_import(value)
            self.pieces.append(type(value).__name__)
            for name in value._fields:
                part = getattr(value, name, None)
                if name == "body" and isinstance(part, list):
                    part = _without_docstring(part)
                if part is None or part == [] or name in _NO_MEANING:
                    continue
                self.pieces.append(name)
                self.add(part)
            self.pieces.append(")")

    def _note_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            self.imports.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            self.imports.add(node.module)
            self.imports.update(f"{node.module}.{alias.name}" for alias in node.names)


@lru_cache(maxsize=512)
def _read(module: str) -> _Module:
    read = _Module()
    read.add(ast.parse(Path(_file(module)).read_bytes()))
    return read


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    is_constant = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if is_constant and isinstance(first.value.value, str):  # type: ignore[union-attr]
        return body[1:]
    return body
