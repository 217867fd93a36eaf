"""Where a value in a test comes from: which computing functions of the engine gave it.

Reads syntax trees and runs nothing. A value is followed back through names, loops, parameters, fixtures and the tests'
own helpers to the function of the engine that gave it; what that function was given stands behind it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise
from operator import or_
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# These compute nothing: they read a scheme or a number, or put marks in rows.
READING = ("scoring.scheme.", "scoring.numbers.exact", "scoring.inform.grid.")
SECOND = "scoring.verify."  # the second calculation, which shares nothing with the engine
_ALIKE = ("close", "equal")  # how functions end that compare two values: isclose, allclose, assert_array_equal
_INNER = (ast.FunctionDef, ast.ClassDef)

_GIVEN = "a parameter"

Source = Callable[[str], str | None]  # the text of a module by its full name, None where there is none


@dataclass(frozen=True, slots=True)
class Origin:
    """Functions of the engine: those that gave a value, and behind them those that gave what these were given."""

    by: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()

    def __or__(self, other: "Origin") -> "Origin":
        return Origin(self.by | other.by, self.behind | other.behind)

    def union(self, others: Iterable["Origin"]) -> "Origin":
        return reduce(or_, others, self)

    @property
    def all(self) -> frozenset[str]:
        return self.by | self.behind

    def where(self, given: "Origin") -> "Origin":
        """The same where the parameters were given this."""
        by = (self.by - {_GIVEN}) | (given.by if _GIVEN in self.by else frozenset())
        behind = (self.behind - {_GIVEN}) | (given.all if _GIVEN in self.behind else frozenset())
        return Origin(by, behind | (given.behind if _GIVEN in self.by else frozenset()))


NOWHERE = Origin()


@cache
def on_disk(module: str) -> str | None:
    """The text of a module or package of this repository."""
    stem = ROOT / module.replace(".", "/")
    files = [file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()]
    return files[0].read_text(encoding="utf-8") if files else None


class Modules:
    """All modules that are asked for, each read once."""

    def __init__(self, source: Source = on_disk) -> None:
        self.source = source
        self.known: dict[str, Scope | None] = {}

    def __getitem__(self, module: str) -> "Scope | None":
        if module not in self.known:
            text = self.source(module)
            self.known[module] = None if text is None else Scope(self, ast.parse(text), None)
        return self.known[module]

    def methods(self, name: str) -> list["Scope"]:
        """The methods of this name of all classes of the tests."""
        return [scope for module in self.known.values() if module for scope in module.methods.get(name, ())]

    def computes(self, name: str) -> bool:
        """Whether it is a function of the engine, not a class, a module or one that only reads."""
        function = name.rpartition(".")[2].lstrip("_")[:1].islower() and self.source(name) is None
        return function and not name.startswith((*READING, SECOND))

    def origin(self, name: str) -> Origin:
        """Of what is called ``name`` in full: itself where it computes, and what a helper of the tests gives."""
        module, _, last = name.rpartition(".")
        if name.startswith("scoring."):
            return Origin(frozenset({name})) if self.computes(name) else NOWHERE
        inside = self[module] if name.startswith("tests.") else None
        return inside.named(last) if inside else NOWHERE


class Scope:
    """A module or a function: what its names are bound to."""

    def __init__(self, modules: Modules, node: ast.Module | ast.FunctionDef, outer: "Scope | None") -> None:
        self.modules, self.node, self.outer = modules, node, outer
        self.imported: dict[str, str] = {}
        self.bound: dict[str, list[ast.expr]] = {}
        self.inner: dict[str, Scope] = {}
        self.methods: dict[str, list[Scope]] = {}
        self.parameters: set[str] = set()
        self._origins: dict[str, Origin] = {}
        if isinstance(node, ast.FunctionDef):
            self._take(node)
        for one in own(node):
            self._bind(one)

    def compared(self) -> Iterator[tuple[int, Origin, Origin]]:
        """Line and both origins of every two values that are held to be equal, here and in the functions inside."""
        for node in own(self.node):
            for left, right in equal(node):
                yield left.lineno, self.of(left).where(NOWHERE), self.of(right).where(NOWHERE)
        for scope in self._scopes():
            yield from scope.compared()

    def names(self) -> Iterator[tuple[str, Origin]]:
        """Every name that is bound here and in the functions inside."""
        yield from ((name, self.named(name).where(NOWHERE)) for name in self.bound)
        for scope in self._scopes():
            yield from scope.names()

    def named(self, name: str) -> Origin:
        """The origin of a name as it is used here."""
        if name not in self._origins:
            self._origins[name] = NOWHERE  # what is made of itself comes from its other parts
            self._origins[name] = self._named(name)
        return self._origins[name]

    def given(self) -> Origin:
        """The origin of what the function gives."""
        if "return" not in self._origins:
            self._origins["return"] = NOWHERE
            back = [one.value for one in own(self.node) if isinstance(one, ast.Return | ast.Yield) and one.value]
            self._origins["return"] = self._all(back)
        return self._origins["return"]

    def is_fixture(self) -> bool:
        """Whether tests are given its value under its name."""
        decorators = self.node.decorator_list if isinstance(self.node, ast.FunctionDef) else []
        return any(ast.unparse(one).startswith("pytest.fixture") for one in decorators)

    def of(self, node: ast.AST) -> Origin:
        """The origin of a value."""
        match node:
            case ast.Name(id=name):
                return self.named(name)
            case ast.Call():
                return self._called(node)
            case ast.Attribute(value=value):
                full = self._full(node)
                return self.modules.origin(full) if full else self.of(value)
            case (
                ast.Subscript(value=value)
                | ast.Lambda(body=value)
                | ast.ListComp(elt=value)
                | ast.SetComp(elt=value)
                | ast.GeneratorExp(elt=value)
                | ast.DictComp(value=value)
            ):
                return self.of(value)
            case ast.Dict(values=values):  # its keys say whose a value is
                return self._all(values)
            case ast.IfExp(body=first, orelse=second):
                return self.of(first) | self.of(second)
        return self._all(list(ast.iter_child_nodes(node)))

    def _called(self, call: ast.Call) -> Origin:
        """A function of the engine or of the tests that computes; else what is in the arguments goes through."""
        function = call.func
        given = self._all([*call.args, *(keyword.value for keyword in call.keywords)])
        full = self._full(function)
        if full and full.startswith("scoring."):
            if self.modules.computes(full):
                return Origin(frozenset({full}), given.all)
            return Origin(behind=given.all) if full.startswith(SECOND) else given
        if isinstance(function, ast.Attribute) and not full:
            given |= self.of(function.value)
        helper = self._helper(function)
        return self.of(function) | given if helper is None else helper.where(given)

    def _helper(self, function: ast.expr) -> Origin | None:
        """What a function of the tests gives; None where it is none, or not known."""
        full = self._full(function)
        if full:
            module, _, name = full.rpartition(".")
            inside = self.modules[module] if full.startswith("tests.") else None
            return inside.inner[name].given() if inside and name in inside.inner else None
        if isinstance(function, ast.Attribute):
            methods = self.modules.methods(function.attr)
            return NOWHERE.union(one.given() for one in methods) if methods else None
        if not isinstance(function, ast.Name) or function.id in self.bound or function.id in self.parameters:
            return None
        if function.id in self.inner:
            return self.inner[function.id].given()
        return self.outer._helper(function) if self.outer else None  # noqa: SLF001

    def _all(self, nodes: list[ast.expr] | list[ast.AST]) -> Origin:
        return NOWHERE.union(map(self.of, nodes))

    def _named(self, name: str) -> Origin:
        if name in self.bound:
            return self._all(self.bound[name])
        if name in self.inner:
            return self.inner[name].given()
        if name in self.parameters:  # a fixture has the name of a function outside
            same = self.outer.inner.get(name) if self.outer else None
            return same.given() if same and same.is_fixture() else Origin(frozenset({_GIVEN}))
        if name in self.imported:
            return self.modules.origin(self.imported[name])
        return self.outer.named(name) if self.outer else NOWHERE

    def _full(self, node: ast.expr) -> str | None:
        """The full name of what was imported, or stands in an imported module; else None."""
        if isinstance(node, ast.Attribute):
            module = self._full(node.value)
            return f"{module}.{node.attr}" if module and self.modules.source(module) is not None else None
        if not isinstance(node, ast.Name) or node.id in self.bound or node.id in self.parameters:
            return None
        return self.imported.get(node.id) or (self.outer._full(node) if self.outer else None)  # noqa: SLF001

    def _scopes(self) -> Iterator["Scope"]:
        yield from self.inner.values()
        for scopes in self.methods.values():
            yield from scopes

    def _take(self, function: ast.FunctionDef) -> None:
        """The parameters, with the columns of values a test is run with."""
        inputs = function.args
        every = (*inputs.posonlyargs, *inputs.args, *inputs.kwonlyargs, inputs.vararg, inputs.kwarg)
        self.parameters = {one.arg for one in every if one}
        for call in function.decorator_list:
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "parametrize":
                names, rows = call.args[:2]
                listed = ast.literal_eval(names)
                target = ast.Tuple([ast.Name(name) for name in ([listed] if isinstance(listed, str) else listed)])
                for row in rows.elts if isinstance(rows, ast.List | ast.Tuple) else [rows]:
                    self._to(target if len(target.elts) > 1 else target.elts[0], row)

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                self.imported |= {one.asname or one.name: f"{module}.{one.name}" for one in names}
            case ast.Import(names=names):
                self.imported |= {one.asname: one.name for one in names if one.asname}
            case ast.FunctionDef(name=name):
                self.inner[name] = Scope(self.modules, node, self)
            case ast.ClassDef(body=body):
                for one in body:
                    if isinstance(one, ast.FunctionDef):
                        self.methods.setdefault(one.name, []).append(Scope(self.modules, one, self))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._to(target, value)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
                | ast.For(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
                | ast.withitem(context_expr=value, optional_vars=ast.expr() as target)
            ):
                self._to(target, value)

    def _to(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self.bound.setdefault(name, []).append(value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for one, part in side_by_side(target, value) or [(one, value) for one in targets]:
                    self._to(one, part)
            case ast.Starred(value=inside) | ast.Subscript(value=inside) | ast.Attribute(value=inside):
                self._to(inside, value)


def own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes inside, without those of the functions and classes inside."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _INNER):
            yield from own(child)


def equal(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The pairs of values that a node holds to be equal or near: ``a == b``, ``abs(a - b)``, ``isclose(a, b)``."""
    match node:
        case ast.Compare(left=first, comparators=others, ops=ops):
            sides = pairwise([first, *others])
            pairs = [pair for operator, pair in zip(ops, sides, strict=True) if isinstance(operator, ast.Eq)]
        case ast.Call(func=ast.Name(id="abs"), args=[ast.BinOp(left=left, op=ast.Sub(), right=right)]):
            pairs = [(left, right)]
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[left, right, *_]):
            pairs = [(left, right)] if name.endswith(_ALIKE) else []
        case _:
            pairs = []
    for left, right in pairs:
        yield from side_by_side(left, right) or [(left, right)]


def side_by_side(left: ast.expr, right: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """The parts of two rows that are written out with as many parts each; nothing otherwise."""
    if not (isinstance(left, ast.Tuple | ast.List) and isinstance(right, ast.Tuple | ast.List)):
        return []
    if len(left.elts) != len(right.elts) or any(isinstance(one, ast.Starred) for one in (*left.elts, *right.elts)):
        return []
    return list(zip(left.elts, right.elts, strict=True))
