"""The ways in which a module can be broken: mutmut's operators, put to functions and to constants in capitals.

Left out are the words of refusals (whatever stands inside a `raise` statement): people read them, nothing relies on them.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*$")


@dataclass(frozen=True)
class Change:
    """One way to break a module.

    module: dotted name. before, after: the changed line or lines, stripped. first, last: lines of the statement that holds it, from 1.
    function: name of the function or class, or None. constants: names that the statement assigns, where it is one of the module.
    source: the module's whole text with the change.
    """

    module: str
    before: str
    after: str
    first: int
    last: int
    function: str | None
    constants: tuple[str, ...]
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the change while lines above it come and go."""
        return self.module, self.before, self.after


class _Visitor(MutationVisitor):
    """mutmut's visitor, which goes into properties too and leaves the words of refusals alone."""

    def __init__(self) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Raise):
            return True
        if isinstance(node, cst.FunctionDef) and any(
            isinstance(each.decorator, cst.Name) and each.decorator.value == "property" for each in node.decorators
        ):
            return False
        return super()._skip_node_and_children(node)


def changes(path: Path, *, module: str) -> Iterator[Change]:
    """Every change of a module, in the order of its lines."""
    text = path.read_text()
    wrapper = MetadataWrapper(cst.parse_module(text))
    visitor = _Visitor()
    wrapper.visit(visitor)
    places = wrapper.resolve(PositionProvider)
    tree = ast.parse(text)
    for mutation in sorted(visitor.mutations, key=lambda each: _start(places, each)):
        place = places[mutation.original_node]
        outer = _top_level(tree, place.start.line)
        constants = _constants(outer)
        if not constants and not isinstance(outer, ast.FunctionDef | ast.ClassDef):
            continue
        source = _replaced(wrapper.module, mutation)
        first, last = _span(tree, place.start.line)
        before, after = _differing(text, source)
        yield Change(module, before, after, first, last, getattr(outer, "name", None), constants, source)


def _start(places: dict[cst.CSTNode, CodeRange], mutation: Mutation) -> tuple[int, int]:
    start = places[mutation.original_node].start
    return start.line, start.column


def _replaced(module: cst.Module, mutation: Mutation) -> str:
    changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
    if not isinstance(changed, cst.Module):
        raise TypeError("A change of a part became the whole.")
    return changed.code


def _top_level(tree: ast.Module, line: int) -> ast.stmt | None:
    return next((node for node in tree.body if node.lineno <= line <= (node.end_lineno or node.lineno)), None)


def _constants(node: ast.stmt | None) -> tuple[str, ...]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
    return tuple(name for name in names if _CONSTANT.match(name))


def _span(tree: ast.Module, line: int) -> tuple[int, int]:
    """First and last line of the innermost statement around a line; of one with a body, its head."""
    found = line, line
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else (node.end_lineno or line)
            if line <= max(last, node.lineno):
                found = node.lineno, max(last, node.lineno)
    return found


def _differing(text: str, source: str) -> tuple[str, str]:
    lines = list(ndiff(text.splitlines(), source.splitlines()))
    before = " ".join(line[2:].strip() for line in lines if line.startswith("- "))
    after = " ".join(line[2:].strip() for line in lines if line.startswith("+ "))
    return before, after
