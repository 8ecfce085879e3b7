"""Creates all mutants of a module.

Not changed: docstrings, annotations, imports, decorators, `__all__`, code for type checkers, and texts for people
(messages of exceptions and logs, sentences, the fixed parts of f-strings).
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from mutants import Mutant, Place, lines_of, text_of

T = TypeVar("T")

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
OTHER_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
EMPTY = {
    "str": '""',
    "int": "0",
    "float": "0.0",
    "list": "[]",
    "dict": "{}",
    "tuple": "()",
    "set": "set()",
    "frozenset": "frozenset()",
    "Sequence": "()",
    "Mapping": "{}",
}
ORDER_DOES_NOT_MATTER = {"min", "max", "isinstance", "issubclass", "cast", "getattr", "hasattr", "frozenset", "set"}
FOR_PEOPLE = re.compile(r"^[A-Z].* |^\s|\s$| .*[.!?…]$")
"""Matches strings that are a sentence or a part of one."""
LOGGERS = {"log", "logger", "logging", "warnings"}


def mutants_of(tree: ast.Module, path: str) -> list[Mutant]:
    """All mutants of a module in the order of its lines; deterministic for the same source."""
    return _Mutator(tree, path).make()


@dataclass(frozen=True, slots=True)
class _Scope:
    """The context of a node. around: nodes from the statement down to the node itself."""

    function: str = ""
    definition: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    at_import: bool = True
    is_enum: bool = False
    around: tuple[ast.AST, ...] = ()

    def qualified(self, name: str) -> str:
        return f"{self.function}.{name}".lstrip(".")

    @property
    def parent(self) -> ast.AST | None:
        return self.around[-2] if len(self.around) > 1 else None


class _Mutator:
    """Visits the tree; the methods `_mutate_<node type>` add mutants."""

    def __init__(self, tree: ast.Module, path: str) -> None:
        self._tree = tree
        self._path = path
        self._found: list[tuple[tuple[int, int], Mutant]] = []
        self._members: dict[str, list[str]] = {}
        self._scope = _Scope()
        self._place: Place

    def make(self) -> list[Mutant]:
        for node in ast.walk(self._tree):
            if _is_member(node):
                names = self._members.setdefault(node.value.id, [])  # type: ignore[attr-defined]
                if node.attr not in names:  # type: ignore[attr-defined]
                    names.append(node.attr)  # type: ignore[attr-defined]
        self._children(self._tree, _Scope())
        return [mutant for _, mutant in sorted(self._found, key=lambda found: found[0])]

    # --- traversal ---

    def _children(self, node: ast.AST, scope: _Scope) -> None:
        for field, value in ast.iter_fields(node):
            if field in {"annotation", "returns", "decorator_list", "bases"}:
                continue
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST):
                    self._visit(child, Place(node, field, index), scope)

    def _visit(self, node: ast.AST, place: Place, scope: _Scope) -> None:
        if _is_excluded(node, place):
            return
        scope = replace(scope, around=(node,) if isinstance(node, ast.stmt) else (*scope.around, node))
        if scope.definition is None and isinstance(node, (ast.Assign, ast.AnnAssign)):
            scope = replace(scope, function=scope.qualified(ast.unparse(_target(node))))
        self._scope, self._place = scope, place
        for kind in type(node).__mro__:
            rule: Callable[[ast.AST], None] | None = getattr(self, f"_mutate_{kind.__name__}", None)
            if rule is not None:
                rule(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            name = scope.qualified(node.name)
            self._visit(node.args, Place(node, "args", None), replace(scope, function=name))
            self._body(node, _Scope(name, node, at_import=False))
        elif isinstance(node, ast.ClassDef):
            is_enum = any(ast.unparse(base).endswith(("Enum", "Flag")) for base in node.bases)
            self._body(node, _Scope(scope.qualified(node.name), None, scope.at_import, is_enum))
        else:
            self._children(node, scope)

    def _body(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: _Scope) -> None:
        for index, child in enumerate(node.body):
            self._visit(child, Place(node, "body", index), scope)

    def _add(
        self, operator: str, replacement: object, place: Place | None = None, description: tuple[str, str] | None = None
    ) -> None:
        scope = self._scope
        node = scope.around[-1]
        first, last = lines_of(scope.around)
        found = Mutant(
            self._tree,
            self._path,
            scope.function,
            operator,
            (first, last),
            scope.at_import,
            place or self._place,
            replacement,
            scope.around,
            description,
        )
        self._found.append(((getattr(node, "lineno", first), getattr(node, "col_offset", 0)), found))

    def _here(self, field: str, index: int | None = None) -> Place:
        return Place(self._scope.around[-1], field, index)

    # --- conditions ---

    def _mutate_Compare(self, node: ast.Compare) -> None:
        for index, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                self._add("comparison", other(), self._here("ops", index))

    def _mutate_BoolOp(self, node: ast.BoolOp) -> None:
        self._add("and/or", ast.Or() if isinstance(node.op, ast.And) else ast.And(), self._here("op"))
        for index in range(len(node.values)):
            rest = _drop(node.values, index)
            self._add("operand removed", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))

    def _mutate_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._add("not removed", node.operand)
        elif isinstance(node.op, ast.USub):
            self._add("sign removed", node.operand)

    def _force(self, field: str, index: int | None = None, values: tuple[bool, ...] = (True, False)) -> None:
        for value in values:
            self._add("condition forced", ast.Constant(value), self._here(field, index))

    def _mutate_If(self, node: ast.If) -> None:
        self._force("test")

    def _mutate_While(self, node: ast.While) -> None:
        if not isinstance(node.test, ast.Constant):
            self._force("test")

    def _mutate_IfExp(self, node: ast.IfExp) -> None:
        self._force("test")

    def _mutate_comprehension(self, node: ast.comprehension) -> None:
        for index in range(len(node.ifs)):
            self._force("ifs", index)

    def _mutate_match_case(self, node: ast.match_case) -> None:
        if node.guard is not None:
            self._force("guard")

    # --- values ---

    def _mutate_BinOp(self, node: ast.BinOp) -> None:
        other = ARITHMETIC.get(type(node.op))
        is_type = isinstance(node.op, ast.BitOr) and (
            self._scope.at_import or _is_argument_of(self._scope, "isinstance")
        )
        is_text = isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant)
        if other is not None and not is_type and not is_text:
            self._add("arithmetic", other(), self._here("op"))

    def _mutate_AugAssign(self, node: ast.AugAssign) -> None:
        other = ARITHMETIC.get(type(node.op))
        if other is not None:
            self._add("arithmetic", other(), self._here("op"))
        self._remove()

    def _mutate_Constant(self, node: ast.Constant) -> None:
        value, parent = node.value, self._scope.parent
        operator = "default" if isinstance(parent, ast.arguments) else "constant"
        if isinstance(value, bool):
            self._add(operator, ast.Constant(not value))
        elif isinstance(value, (int, float)):
            self._add(operator, ast.Constant(value + 1))
            self._add(operator, ast.Constant(value - 1))
        elif isinstance(value, str) and self._is_data(parent) and not FOR_PEOPLE.search(value):
            self._add(operator, ast.Constant(f"{value}X"))

    def _is_data(self, parent: ast.AST | None) -> bool:
        """Whether a string is data: compared, listed, or the value of an enumeration member."""
        if isinstance(parent, (ast.Compare, ast.arguments, ast.Set, ast.List, ast.Tuple, ast.Dict)):
            return True
        return self._scope.is_enum and isinstance(parent, ast.Assign)

    def _mutate_Attribute(self, node: ast.Attribute) -> None:
        """Replace a member of an enumeration by the next one that the module uses."""
        if _is_member(node):
            names = self._members[node.value.id]  # type: ignore[attr-defined]
            other = names[(names.index(node.attr) + 1) % len(names)]
            if other != node.attr:
                self._add("member", ast.Attribute(node.value, other, ast.Load()))

    def _mutate_Return(self, node: ast.Return) -> None:
        value = node.value
        if value is None or (isinstance(value, ast.Constant) and value.value is None):
            return
        returns = self._scope.definition.returns if self._scope.definition else None
        kind = re.split(r"\W", ast.unparse(returns))[0] if returns is not None else ""
        if kind == "bool":
            empty = ["True", "False"]
        elif returns is not None and "None" in ast.unparse(returns):
            empty = ["None"]
        else:
            empty = [EMPTY.get(kind, "None")]
        for text in empty:
            other = ast.parse(text, mode="eval").body
            if not _same(other, value):
                self._add("return value", other, self._here("value"))

    # --- tables ---

    def _without(self, node: ast.Dict | ast.Set | ast.List | ast.Tuple, index: int) -> None:
        smaller = copy.copy(node)
        if isinstance(node, ast.Dict) and isinstance(smaller, ast.Dict):
            key, value = node.keys[index], text_of(node.values[index])
            smaller.keys, smaller.values = _drop(node.keys, index), _drop(node.values, index)
            text = f"{text_of(key)}: {value}" if key is not None else f"**{value}"
        elif not isinstance(node, ast.Dict) and not isinstance(smaller, ast.Dict):
            smaller.elts = _drop(node.elts, index)
            text = text_of(node.elts[index])
        self._add("member of a table removed", smaller, description=(text, "(removed)"))

    def _mutate_Dict(self, node: ast.Dict) -> None:
        for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            self._without(node, index)
            after = (index + 1) % len(node.keys)
            if key is not None and node.keys[after] is not None and not _same(value, node.values[after]):
                description = f"{text_of(key)}: {text_of(value)}", f"{text_of(key)}: {text_of(node.values[after])}"
                self._add("value of a table swapped", node.values[after], self._here("values", index), description)

    def _mutate_Set(self, node: ast.Set) -> None:
        for index in range(len(node.elts)) if len(node.elts) > 1 else ():
            self._without(node, index)

    def _mutate_List(self, node: ast.List) -> None:
        for index in range(len(node.elts)) if isinstance(node.ctx, ast.Load) else ():
            self._without(node, index)

    def _mutate_Tuple(self, node: ast.Tuple) -> None:
        """Remove elements; in functions only if it is searched or iterated, because others have a fixed length."""
        parent = self._scope.parent
        is_searched = isinstance(parent, ast.Compare) or node is getattr(parent, "iter", None)
        if isinstance(node.ctx, ast.Load) and (is_searched or self._scope.at_import) and len(node.elts) > 1:
            for index in range(len(node.elts)):
                self._without(node, index)

    # --- calls ---

    def _mutate_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in OTHER_NAMES and isinstance(node.func, ast.Name):
            self._add("min/max, any/all", ast.Name(OTHER_NAMES[name], ast.Load()), self._here("func"))
        if name in {"sorted", "sort", "min", "max"}:
            self._order(node, name)
        if name == "replace":
            for index in range(len(node.keywords)):
                rest = _drop(node.keywords, index)
                self._add("argument removed", ast.Call(node.func, node.args, rest))
        if name not in ORDER_DOES_NOT_MATTER:
            for index in range(len(node.args) - 1):
                one, other = node.args[index : index + 2]
                if not isinstance(one, ast.Starred) and not isinstance(other, ast.Starred) and not _same(one, other):
                    swapped = [*node.args[:index], other, one, *node.args[index + 2 :]]
                    self._add("arguments swapped", ast.Call(node.func, swapped, node.keywords))

    def _order(self, node: ast.Call, name: str) -> None:
        for dropped in ("key", "reverse"):
            rest = [k for k in node.keywords if k.arg != dropped]
            if len(rest) < len(node.keywords):
                self._add("order", ast.Call(node.func, node.args, rest))
        if name in {"sorted", "sort"} and not any(k.arg == "reverse" for k in node.keywords):
            turned = [*node.keywords, ast.keyword("reverse", ast.Constant(True))]
            self._add("order", ast.Call(node.func, node.args, turned))
        if name == "sorted":
            self._add("order", ast.Call(ast.Name("list", ast.Load()), node.args, []))

    # --- statements ---

    def _remove(self) -> None:
        self._add("statement removed", ast.Pass())

    def _mutate_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, (ast.Constant, ast.Yield)) and not self._scope.at_import:
            self._remove()

    def _mutate_Raise(self, node: ast.Raise) -> None:
        self._remove()

    def _mutate_Continue(self, node: ast.Continue) -> None:
        self._remove()

    def _mutate_Break(self, node: ast.Break) -> None:
        self._remove()

    def _mutate_Delete(self, node: ast.Delete) -> None:
        self._remove()

    def _mutate_Assign(self, node: ast.Assign) -> None:
        """Remove the assignment if the target had a value before; otherwise every test would fail."""
        definition = self._scope.definition
        if definition is None:
            return
        first = {arg.arg for arg in ast.walk(definition.args) if isinstance(arg, ast.arg)}
        for other in ast.walk(definition):
            if isinstance(other, ast.Name) and isinstance(other.ctx, ast.Store) and other.lineno < node.lineno:
                first.add(other.id)
        if all(not isinstance(target, ast.Name) or target.id in first for target in node.targets):
            self._remove()


def _target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    return node.targets[0] if isinstance(node, ast.Assign) else node.target


def _drop(items: list[T], index: int) -> list[T]:
    return items[:index] + items[index + 1 :]


def _same(one: ast.AST | None, other: ast.AST | None) -> bool:
    return one is None or other is None or ast.dump(one) == ast.dump(other)


def _is_member(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id[:1].isupper()
        and node.attr.isupper()
    )


def _is_argument_of(scope: _Scope, name: str) -> bool:
    return any(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name for n in scope.around)


def _is_excluded(node: ast.AST, place: Place) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert, ast.Pass)):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        target = _target(node)
        value = ast.unparse(node.value) if node.value is not None else ""
        is_type = value.startswith(("TypeVar(", "NewType(")) or (
            isinstance(place.parent, ast.Module) and isinstance(node.value, ast.Subscript)
        )
        return is_type or (isinstance(target, ast.Name) and target.id in {"__all__", "__slots__"})
    if isinstance(node, ast.Expr) and ast.unparse(node).startswith("assert_never("):
        return True
    call = node.value if isinstance(node, ast.Expr) else node
    callee = call.func if isinstance(call, ast.Call) else None
    if isinstance(callee, ast.Attribute) and ast.unparse(callee.value).split(".")[-1] in LOGGERS:
        return True
    if isinstance(node, ast.Constant) and isinstance(place.parent, ast.JoinedStr):
        return True
    return isinstance(place.parent, ast.Raise) and place.field == "exc" and isinstance(node, ast.Call)
