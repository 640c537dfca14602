"""Every word of the interface is said in the visitor's language: held by reading the program itself."""

from __future__ import annotations

import ast
import importlib
import itertools
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

from assistant import pages
from assistant.visit import Visit, at, say, visit, visiting
from tests.conftest import ROOT

TABLES = sorted((ROOT / "assistant" / "interface").glob("*.json"))
VIETNAMESE = re.compile("[À-ÖØ-öø-ỹ]")
#: What is called so in every language.
NAMES = ("Nếp", "Tiếng Việt")

# Where words stand that are not said: in these functions and constants, for these reasons.
NOT_SAID: Mapping[str, Mapping[str, str]] = {
    "assistant/occasion.py": {"occasion": "words of an answer, which is Vietnamese like what it cites"},
    "assistant/web.py": {
        "_Guarded": "answers before it is known who asks, in plain text",
        "_listen": "said on the command line",
        "serve": "said on the command line",
    },
}


# --- what is said ----------------------------------------------------------------------------------


class Unresolved(Exception):
    """What an expression may be cannot be read off the source."""


@dataclass
class Source:
    """A module, with the node around each of its nodes."""

    path: Path
    tree: ast.Module
    around: dict[ast.AST, ast.AST] = field(default_factory=dict)
    called: list[tuple[str, ast.Call]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self.around[child] = node

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def dotted(self) -> str:
        return self.name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def module(self) -> ModuleType:
        return importlib.import_module(self.dotted)

    def said(self) -> list[ast.expr]:
        """The first argument of each call of ``say``, where that is ours."""
        if "assistant.visit.say" not in self.imported():
            return []
        return [
            call.args[0] for called, call in self.calls() if called.rpartition(".")[2] == "say" and call.args
        ]

    def calls(self) -> list[tuple[str, ast.Call]]:
        """Every call, with the name of what is called."""
        if not self.called:
            found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
            self.called = [(ast.unparse(call.func), call) for call in found]
        return self.called

    def imported(self) -> set[str]:
        return {
            f"{node.module}.{alias.name}"
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def enclosing(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.around:
            node = self.around[node]
            yield node


def texts(of: Source, expression: ast.expr) -> set[str]:
    """Every text that an argument of ``say`` may be: written there, or in a constant of the module, which it
    is taken from directly, in a loop, or by the callers of its function. Raises Unresolved."""
    found = values(of, expression)
    if not found or not all(isinstance(one, str) for one in found):
        raise Unresolved(ast.unparse(expression))
    return {str(one) for one in found}


def values(of: Source, expression: ast.expr) -> list[object]:
    match expression:
        case ast.Constant(value):
            return [value]
        case ast.IfExp(body=one, orelse=other):
            return [*values(of, one), *values(of, other)]
        case ast.Subscript(value=mapping, slice=key):
            found: list[object] = []
            for held in values(of, mapping):
                try:
                    found += [held[place] for place in values(of, key)]  # type: ignore[index]
                except (Unresolved, LookupError, TypeError):
                    found += list(held.values() if isinstance(held, Mapping) else held)  # type: ignore[call-overload]
            return found
        case ast.Attribute(value=ast.Name(id=name)) if kind := caught(of, expression, name):
            return made(kind)
        case ast.Call(func=ast.Name(id=name)) if (given := returned(of, name)) is not None:
            return given
        case ast.Call(func=ast.Attribute(value=mapping, attr="get"), args=[_, *default]):
            got = [value for one in values(of, mapping) if isinstance(one, Mapping) for value in one.values()]
            return got + [value for other in default for value in values(of, other)]
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    local = {name: bound for name in names if (bound := bindings(of, expression, name)) is not None}
    code = compile(ast.Expression(expression), of.name, "eval")
    try:
        return [
            eval(code, dict(vars(of.module)), dict(zip(local, row, strict=True)))
            for row in itertools.product(*local.values())
        ]
    except Unresolved:
        raise
    except Exception as error:
        raise Unresolved(ast.unparse(expression)) from error


def bindings(of: Source, where: ast.AST, name: str) -> list[object] | None:
    """What a name may stand for; None if it is none of the names around."""
    for node in of.enclosing(where):
        if isinstance(node, ast.For):
            loops = [(node.target, node.iter)]
        else:
            loops = [(loop.target, loop.iter) for loop in getattr(node, "generators", [])]
        for target, iterated in loops:
            if name in names_in(target):
                each = [one for some in values(of, iterated) for one in some]  # type: ignore[attr-defined]
                return [taken(target, one, name) for one in each]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg]
            if name in {a.arg for a in given if a}:
                return passed(of, node, name)
            assigned: list[object] = []
            for inner in ast.walk(node):
                if isinstance(inner, ast.Assign):
                    for target in inner.targets:
                        if name in names_in(target):
                            assigned += [taken(target, one, name) for one in values(of, inner.value)]
                elif isinstance(inner, ast.Call) and ast.unparse(inner.func) == f"{name}.append":
                    assigned.append(values(of, inner.args[0]))  # as a list that is put behind the other
            if assigned:
                return assigned
    return None


def caught(of: Source, where: ast.AST, name: str) -> str | None:
    """The class of the errors that the name stands for, where they are ours."""
    for node in of.enclosing(where):
        if isinstance(node, ast.ExceptHandler) and node.name == name and isinstance(node.type, ast.Name):
            return node.type.id
    return None


def made(kind: str) -> list[object]:
    """What is given first wherever something of that class is made."""
    return [
        value
        for of in sources()
        for called, call in of.calls()
        if called.rpartition(".")[2] == kind and call.args
        for value in values(of, call.args[0])
    ]


def returned(of: Source, name: str) -> list[object] | None:
    """What a function of ours gives that goes by that name in the module; None if it is none."""
    function = vars(of.module).get(name)
    for there in sources():
        if getattr(function, "__module__", None) == there.dotted:
            for node in there.tree.body:
                if isinstance(node, ast.FunctionDef) and node.name == getattr(function, "__name__", ""):
                    returns = [
                        one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value
                    ]
                    return [value for one in returns for value in values(there, one)]
    return None


def names_in(target: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def taken(target: ast.AST, value: object, name: str) -> object:
    """What the name in the target is, if the target is the value."""
    if isinstance(target, ast.Tuple):
        for part, one in zip(target.elts, value, strict=True):  # type: ignore[call-overload]
            if name in names_in(part):
                return taken(part, one, name)
    return value


def passed(of: Source, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> list[object]:
    """What callers give for a parameter, and what it is if they give nothing; of one that takes any number,
    each list of them."""
    arguments = function.args
    order = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    defaults = dict(zip(reversed(order), reversed(arguments.defaults), strict=False))
    defaults |= {
        a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    }
    calls = callers(of, function.name)
    if not calls or function in SOUGHT:
        raise Unresolved(f"{function.name}({name})")
    SOUGHT.append(function)
    try:
        if arguments.vararg and arguments.vararg.arg == name:
            return [
                [value for one in call.args[len(order) :] for value in values(by, one)] for by, call in calls
            ]
        found = values(of, defaults[name]) if name in defaults else []
        for by, call in calls:
            by_name = [k.value for k in call.keywords if k.arg == name]
            by_place = call.args[order.index(name) :][:1] if name in order else []
            for given in by_name or by_place:
                found += values(by, given)
    finally:
        SOUGHT.pop()
    return found


#: The functions whose callers are being looked at: one that calls itself says nothing new.
SOUGHT: list[ast.AST] = []


def callers(of: Source, name: str) -> list[tuple[Source, ast.Call]]:
    """The calls of a module's function, with the modules they are in."""
    elsewhere = f"{of.dotted.rpartition('.')[2]}.{name}"
    found = []
    for by in {one.path: one for one in (*sources(), of)}.values():
        here = {name} if by is of or f"{of.dotted}.{name}" in by.imported() else set()
        found += [(by, call) for called, call in by.calls() if called in {elsewhere, *here}]
    return found


@cache
def sources() -> tuple[Source, ...]:
    found = sorted((ROOT / "assistant").rglob("*.py"))
    return tuple(Source(path, ast.parse(path.read_text(encoding="utf-8"))) for path in found)


@cache
def everything_said() -> dict[str, str]:
    """Each text that is said, with a place where it is."""
    found: dict[str, str] = {}
    unresolved = []
    for of in sources():
        for expression in of.said():
            place = f"{of.name}:{expression.lineno}"
            try:
                found |= dict.fromkeys(texts(of, expression), place)
            except Unresolved as error:
                unresolved.append(f"{place}: say({ast.unparse(expression)}): what is {error}?")
    assert not unresolved, "\n".join(unresolved)
    return found


def english() -> dict[str, str]:
    return {
        vietnamese: told
        for table in TABLES
        for vietnamese, told in json.loads(table.read_text(encoding="utf-8")).items()
    }


# --- the tables ------------------------------------------------------------------------------------


def test_everything_said_has_its_english() -> None:
    missing = [f"{place}: {words!r}" for words, place in everything_said().items() if words not in english()]
    assert not missing, "\n".join(missing)


def test_every_english_entry_is_said_somewhere() -> None:
    unused = sorted(set(english()) - set(everything_said()))
    assert not unused, "\n".join(unused)


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_values_to_fill_in() -> None:
    for vietnamese, told in english().items():
        assert placeholders(vietnamese) == placeholders(told), vietnamese


def test_the_english_has_no_vietnamese_letters_but_in_names() -> None:
    for vietnamese, told in english().items():
        plain = told
        for name in NAMES:
            plain = plain.replace(name, "")
        assert not VIETNAMESE.search(plain), (vietnamese, told)


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_a_table_is_sorted_with_an_entry_a_line(table: Path) -> None:
    text = table.read_text(encoding="utf-8")
    entries = json.loads(text)
    assert list(entries) == sorted(entries)
    assert len(text.splitlines()) == len(entries) + 2
    assert all(isinstance(told, str) and told for told in entries.values())


def test_no_two_tables_say_the_same_words_otherwise() -> None:
    known: dict[str, str] = {}
    for table in TABLES:
        for vietnamese, told in json.loads(table.read_text(encoding="utf-8")).items():
            assert known.setdefault(vietnamese, told) == told, f"{table.name}: {vietnamese}"


# --- nothing is shown that is not said -------------------------------------------------------------


def unsaid(of: Source) -> Iterator[tuple[str, int, str]]:
    """The texts with Vietnamese letters in a module that are not said, each with the function or constant it
    stands in and its line."""
    said = {id(node) for expression in of.said() for node in ast.walk(expression)}
    for node in ast.walk(of.tree):
        if not (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and VIETNAMESE.search(node.value)
        ):
            continue
        if id(node) in said or node.value in {*everything_said(), *NAMES}:
            continue
        if isinstance(of.around[node], ast.Expr):
            continue
        around = [node, *of.enclosing(node)]
        if any(isinstance(one, ast.Call) and ast.unparse(one.func).startswith("re.") for one in around):
            continue  # a pattern of letters
        top = around[-2]
        targets = [getattr(top, "target", None), *getattr(top, "targets", [])]
        names = [getattr(top, "name", ""), *(ast.unparse(t) for t in targets if t is not None)]
        yield next(filter(None, names), "?"), node.lineno, node.value


def makes_pages(of: Source) -> bool:
    """Whether a module writes HTML or says things."""
    return bool(of.imported() & {"html.escape", "assistant.visit.say"})


def test_no_words_reach_a_page_but_those_that_are_said() -> None:
    found = [
        f"{of.name}:{line}: {words!r} in {name}"
        for of in sources()
        if makes_pages(of)
        for name, line, words in unsaid(of)
        if name not in NOT_SAID.get(of.name, {})
    ]
    assert not found, "\n".join(found)


def test_every_reason_for_words_unsaid_is_one_still() -> None:
    for file, names in NOT_SAID.items():
        of = next(one for one in sources() if one.name == file)
        assert set(names) <= {name for name, _, _ in unsaid(of)}, file


@pytest.mark.parametrize("script", sorted((ROOT / "assistant/static").glob("*.js")), ids=lambda p: p.name)
def test_scripts_get_their_words_from_the_page(script: Path) -> None:
    for number, line in enumerate(script.read_text(encoding="utf-8").splitlines(), 1):
        code = re.sub(r"(^|\s)//.*|/\*.*?\*/", "", line)
        assert not VIETNAMESE.search(code), f"{script.name}:{number}: {line.strip()}"


def test_style_sheets_have_no_words() -> None:
    for sheet in sorted((ROOT / "assistant/static").glob("*.css")):
        css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        for content in re.findall(r"content:\s*([^;}]*)", css):
            assert not re.search(r'"[^"]*[^\W\d_]{2,}[^"]*"', content), f"{sheet.name}: {content}"


# --- the visit itself ------------------------------------------------------------------------------


def test_what_is_read_off_the_source_is_what_python_would_say(monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
A = "một"
B = {"x": "hai", "y": "ba"}
C = (("k", "bốn"), ("l", "năm"))
from assistant.visit import say
def f(key, name="sáu"):
    say(A), say(B[key]), say("bảy" if key else A), say(name)
    [say(label) for _, label in C]
    told = "tám" if key else "chín"
    return say(told)
def g(): return f("x", "mười")
def h(key): return say(B[key]), say(B.get(key, "mười một")), say(k()), l("mười ba", "mười bốn")
def k(): return "mười hai"
def l(*names): return [say(name) for name in names]
def m():
    names = ["mười lăm"]
    names.append("mười sáu")
    return [say(name) for name in names]
"""
    of = Source(ROOT / "assistant" / "invented.py", ast.parse(code))
    module = ModuleType(of.dotted)
    exec(code, vars(module))
    module.__dict__["__name__"] = of.dotted
    monkeypatch.setitem(sys.modules, of.dotted, module)
    monkeypatch.setattr(sys.modules[__name__], "sources", lambda: (of,))
    found = set().union(*(texts(of, expression) for expression in of.said()))
    unknown = Source(
        of.path, ast.parse("from assistant.visit import say\ndef nobody(x): return say(x + 'y')")
    )
    with pytest.raises(Unresolved):
        texts(unknown, unknown.said()[0])
    digits = "một hai ba bốn năm sáu bảy tám chín".split()
    assert found == {*digits, "mười", *(f"mười {n}" for n in [*digits[:4], "lăm", "sáu"])}


def test_words_are_said_in_the_language_of_the_visit() -> None:
    assert say("Tư liệu") == "Tư liệu"
    with visiting(Visit(language="en")):
        assert say("Tư liệu") == "Documents"
        assert say("Trang {page} trong {pages}", page=2, pages=3) == "Page 2 of 3"
        assert say("không có trong bảng {x}", x="{y}") == "không có trong bảng {y}"
    assert visit() == Visit()


def test_an_address_stands_under_the_path_of_the_visit() -> None:
    with visiting(Visit(base="/nep")):
        assert at("/tu-lieu") == "/nep/tu-lieu"
        for html in (pages.failure("Không có."), pages.frame("x", "y")):
            addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', html)
            assert addresses
            assert all(address.startswith("/nep/") for address in addresses), addresses
