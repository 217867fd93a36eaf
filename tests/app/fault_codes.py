"""The fault codes in a module, read off its source; codes that are put together are followed to their words.

``Fault("grid.empty")`` is plain. ``Fault(f"table.{what}")`` inside ``def fault(self, what, **params)`` is followed to
every call of that function. What cannot be followed is an error: then the code has to be spelt out in the source.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CODE = re.compile(r"[a-z]+\.[a-z][a-z_]*")
MAKERS = ("Fault", "PydanticCustomError")
# Texts that look like codes and are none.
NO_CODES = frozenset({"rubrics.toml"})


@dataclass(frozen=True, slots=True)
class Said:
    """A code, the names of its particulars (None where the source does not show them all), and the file."""

    code: str
    params: frozenset[str] | None
    where: str


class CannotFollow(AssertionError):
    """A code is put together in a way that nobody can look up."""


def codes_in(source: str, where: str) -> list[Said]:
    """Every code of one module. ``where`` is its path, for messages."""
    return list(_Module(ast.parse(source), where).codes())


class _Module:
    def __init__(self, tree: ast.Module, where: str) -> None:
        self.tree = tree
        self.where = where
        self.above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}

    def codes(self) -> Iterator[Said]:
        told: set[int] = set()
        for call in self.calls(MAKERS):
            if call.args:
                yield from self.made(call)
                told |= {id(node) for node in ast.walk(call.args[0])}
        rooms = self.rooms()
        for node in ast.walk(self.tree):
            # Codes that stand in a table, a condition or a class, and reach a Fault from there.
            if id(node) not in told and isinstance(node, ast.Constant) and _is_code(node.value, rooms):
                yield Said(str(node.value), None, self.where)

    def rooms(self) -> frozenset[str]:
        """The first words of this module's codes; a class of trouble has ``code = "..."``."""
        texts = [
            node.value.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "code"
            and isinstance(node.value, ast.Constant)
        ]
        texts += [t for call in self.calls(MAKERS) if call.args for t in _constants(call.args[0])]
        return frozenset(str(text).partition(".")[0] for text in texts if "." in str(text)) | {"rule", "scheme"}

    def made(self, call: ast.Call) -> Iterator[Said]:
        """The codes of ``Fault(code, params)``."""
        maker = call.args[0]
        if isinstance(maker, ast.JoinedStr):
            for text, via in self.spelt(maker):
                yield Said(text, self.params(call, via), self.where)
        elif isinstance(maker, ast.Constant | ast.IfExp):
            for text in _constants(maker):
                yield Said(text, self.params(call, None), self.where)
        # A name or attribute: the code stands elsewhere as a constant, and is found there.

    def spelt(self, joined: ast.JoinedStr) -> Iterator[tuple[str, ast.Call | None]]:
        """What an f-string with one hole can say, and the call that fills the hole."""
        start, hole = joined.values[0], joined.values[-1]
        if len(joined.values) != 2 or not isinstance(start, ast.Constant) or not isinstance(hole, ast.FormattedValue):
            raise CannotFollow(f"{self.where}:{joined.lineno}")
        name = ast.unparse(hole.value)
        found = False
        for word, via in self.words(name, joined):
            found = True
            yield f"{start.value!s}{word}", via
        if not found:
            raise CannotFollow(f"{self.where}:{joined.lineno}: {ast.unparse(joined)}")

    def words(self, name: str, at: ast.AST) -> Iterator[tuple[str, ast.Call | None]]:
        """The values of the variable ``name``: of a loop over words, of a parameter, or of yielded pairs."""
        function = self.function_of(at)
        if function is None:
            return
        for loop in ast.walk(function):
            if isinstance(loop, ast.For) and ast.unparse(loop.target) == name:
                yield from ((word, None) for word in _constants(loop.iter))
            elif isinstance(loop, ast.For) and ast.unparse(loop.target).startswith(f"({name}, "):
                yield from ((word, None) for word in self.pairs())
        names = [argument.arg for argument in function.args.args if argument.arg != "self"]
        if name not in names:
            return
        for call in self.calls((function.name,)):
            keyword = next((word.value for word in call.keywords if word.arg == name), None)
            place = names.index(name)
            given = call.args[place] if place < len(call.args) else keyword
            if given is not None:
                yield from ((word, call) for word in _constants(given))

    def pairs(self) -> Iterator[str]:
        """The first of every pair ``"word", {...}`` in the module, as generators of trouble yield them."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
                first = node.elts[0]
                if isinstance(first, ast.JoinedStr):
                    yield from (text for text, _ in self.spelt(first))
                else:
                    yield from _constants(first)

    def calls(self, names: Iterable[str]) -> Iterator[ast.Call]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if called in names:
                    yield node

    def function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        found: ast.AST | None = node
        while found is not None and not isinstance(found, ast.FunctionDef):
            found = self.above.get(found)
        return found

    def params(self, call: ast.Call, via: ast.Call | None) -> frozenset[str] | None:
        """The names of the particulars in ``Fault(code, {...})``; ``**params`` are the keywords of the call ``via``."""
        if len(call.args) == 1:
            return frozenset()
        given = call.args[1]
        if not isinstance(given, ast.Dict) or getattr(call.func, "id", "") != "Fault":
            return None
        names: set[str] = set()
        function = self.function_of(call)
        rest = function.args.kwarg if function else None
        for key, value in zip(given.keys, given.values, strict=True):
            if isinstance(key, ast.Constant):
                names.add(str(key.value))
            elif key is None and via and rest and ast.unparse(value) == rest.arg:
                if any(word.arg is None for word in via.keywords):
                    return None
                names |= {str(word.arg) for word in via.keywords}
            else:
                return None
        return frozenset(names)


def _is_code(value: object, rooms: frozenset[str]) -> bool:
    return (
        isinstance(value, str)
        and bool(CODE.fullmatch(value))
        and value.partition(".")[0] in rooms
        and value not in NO_CODES
    )


def _constants(node: ast.AST) -> Iterator[str]:
    """The texts an expression can be: a constant, a choice, or each of a row."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _constants(body)
            yield from _constants(other)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _constants(element)
