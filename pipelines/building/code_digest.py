"""Digests of the code that a stage or a reader runs, for its fingerprint.

A digest covers the syntax trees of a module and of the project's modules that it imports, without
comments, docstrings and layout. A fix to a reader is applied by the next build; a comment rebuilds
nothing, and neither does a module that is not imported. The template families are not covered: the
nodes hold those that a recipe uses.

Parsing takes a third of a second, so what a file gave is kept beside the compiled modules, by the
bytes of the file; where nothing can be written there, files are parsed each time.
"""

import ast
import importlib.util
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b, sha256
from pathlib import Path

import orjson

from tfrecords_schema import filesystem

_PACKAGES = ("transforms", "tfrecords_schema")
# Data, not code: nodes.py adds the families that a recipe uses to the fingerprints.
_DATA = ("transforms.templates.families", "transforms.templates.inversions")
_DIGITS = 16
# Fields of syntax nodes that do not affect execution.
_NO_MEANING = {"type_comment", "kind", "ctx"}
# Beside the compiled modules, and as good as they are.
_KEPT = Path(importlib.util.cache_from_source(__file__)).with_name("code_digests.json")


@lru_cache
def code_digest(module: str) -> str:
    """Return 16 hex digits for the code of `module` and of the project's modules that it imports.

    The digest is the same in every version of Python that parses the modules.
    """
    digest = sha256()
    for name in sorted(imported_modules(module)):
        digest.update(f"{name} {_read(name).digest}\n".encode())
    _keep()
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


@dataclass(frozen=True)
class _Module:
    """The digests of a module's file and of its code, and what it imports, also when it runs."""

    file: str
    digest: str
    imports: list[str]


@dataclass
class _Tree:
    """A module's syntax tree as texts."""

    pieces: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)

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
    data = Path(_file(module)).read_bytes()
    file = sha256(data).hexdigest()
    kept = _kept().modules.get(module)
    if kept is not None and kept.file == file:
        return kept
    tree = _Tree()
    tree.add(ast.parse(data))
    text = "\0".join(tree.pieces).encode("utf-8", "surrogatepass")
    read = _Module(file, blake2b(text, digest_size=16).hexdigest(), sorted(tree.imports))
    _kept().modules[module] = read
    _kept().is_new = True
    return read


@dataclass
class _Kept:
    """What is known of modules; `is_new` where the file does not have all of it."""

    modules: dict[str, _Module] = field(default_factory=dict)
    is_new: bool = False


@lru_cache
def _kept() -> _Kept:
    """Return what the file has, if the same code wrote it; nothing where it is damaged."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        document = orjson.loads(_KEPT.read_bytes())
        if document["by"] == _own_digest():
            return _Kept({name: _Module(**one) for name, one in document["modules"].items()})
    return _Kept()


def _keep() -> None:
    """Write the file, where one can be written and there is something new."""
    if not _kept().is_new or sys.dont_write_bytecode:
        return
    with suppress(OSError):
        document = {"by": _own_digest(), "modules": _kept().modules}
        filesystem.write_bytes(str(_KEPT), orjson.dumps(document))
    _kept().is_new = False


@lru_cache
def _own_digest() -> str:
    return sha256(Path(__file__).read_bytes()).hexdigest()


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    is_constant = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if is_constant and isinstance(first.value.value, str):  # type: ignore[union-attr]
        return body[1:]
    return body
