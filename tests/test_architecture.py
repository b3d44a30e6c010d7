"""The direction of knowledge: who may import whom, read from the source text itself.

The drawing of the rooms is in README.md. An arrow down is an import; there is no arrow up and no circle. The rule is
read from the syntax tree, so an import inside a function counts as much as one at the top of a file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ROOF = "coopportal"
GROUND = "coopportal.common"

# What each room knows below itself (besides the ground, which every room knows).
KNOWS: dict[str, frozenset[str]] = {
    "sources": frozenset(),
    "municipalities": frozenset({"sources"}),
    "accounts": frozenset({"municipalities", "sources"}),
    "funding": frozenset({"municipalities", "sources"}),
    "agreements": frozenset({"funding", "accounts", "municipalities", "sources"}),
    "watching": frozenset({"agreements", "funding", "accounts", "municipalities", "sources"}),
}

# Inside a room a module imports only modules to its left. "pure" stands for every module of another name: a small pure
# helper (ratios, steps, reading, ...) that knows at most the keys and other pure modules.
ORDER = (
    "keys pure choices querysets models permissions workflow filters serializers importers forms views api urls".split()
)
# These may import any module of their room; no module of the list above imports them.
FREE = frozenset({"admin", "templatetags", "management", "apps"})

# Modules of another name that are not pure: room.module -> (counts as, why).
PLACED: dict[str, tuple[str, str]] = {
    "accounts.adapters": ("views", "answers what django-allauth asks while it serves a request"),
    "accounts.admin_site": ("views", "answers the requests that enter the admin"),
    "accounts.authentication": ("views", "says for every view of the API who is asking"),
    "accounts.middleware": ("views", "stands before every view"),
    "accounts.signals": ("views", "hears from Django and django-allauth what a request has done"),
    "agreements.legal_hints": ("choices", "says of the legal forms what applies to them in a Land"),
    "agreements.newcomers": ("serializers", "gathers bodies side by side, as serializers gather them into JSON"),
    "agreements.maps": ("views", "the map is a page of its own kind beside the lists"),
    "agreements.histories": ("serializers", "gathers rows of history into a page, as serializers into JSON"),
    "agreements.legacies": ("serializers", "gathers what is read of many records, as serializers gather rows"),
    "agreements.desks": ("serializers", "gathers rows into a municipality's desk, as serializers into that of JSON"),
    "agreements.reckoning": ("filters", "reckons what is due for a question, as filters find rows"),
    "agreements.due": ("serializers", "gathers rows into days, as serializers gather them into JSON"),
    "agreements.deadlines": ("serializers", "gathers rows into days to remember, as serializers gather them into JSON"),
    "agreements.happened": ("serializers", "reads rows as plain values, to be gathered into what happened"),
    "agreements.moments": ("serializers", "keeps how much happened where and when, to be gathered into pages"),
    "agreements.happenings": ("serializers", "gathers rows into what happened, as serializers gather them into JSON"),
    "agreements.statistics": ("serializers", "gathers rows into charts, as serializers gather them into JSON"),
    "agreements.network": ("serializers", "gathers rows into nodes and ties, as serializers gather them into JSON"),
    "agreements.network_file": ("serializers", "the rows of the network as a file"),
    "agreements.ties": ("serializers", "gathers who takes part beside whom, as serializers gather rows into JSON"),
    "agreements.slow_ties": ("serializers", "the same by queries"),
    "agreements.nodes": ("serializers", "what the nodes of the network are called"),
    "agreements.gaps": ("serializers", "gathers what districts do into a matrix, as serializers gather JSON"),
    "agreements.partners": ("serializers", "gathers what neighbours do, as serializers gather rows into JSON"),
    "agreements.comparing": ("serializers", "gathers rows side by side, as serializers gather them into JSON"),
    "agreements.places": ("serializers", "gathers rows into the places of a map, as serializers into those of JSON"),
    "municipalities.meaning": (
        "workflow",
        "asks the directory whom a text means, for filters, imports and forms",
    ),
    "municipalities.roll": ("filters", "keeps the rows at hand that questions are about"),
    "municipalities.gathering": ("serializers", "gathers a body for its page, as serializers gather rows into JSON"),
    "municipalities.rows": ("serializers", "gathers plain rows for a list, as serializers gather them into JSON"),
    "municipalities.tree": ("serializers", "gathers periods into a page, as serializers into JSON"),
    "municipalities.maps": ("views", "answers the map's requests for borders"),
    "agreements.standing": ("serializers", "gathers what became of participants into the shape of a page"),
    "agreements.progress": ("serializers", "gathers what the checklist says into the shape of a page"),
    **{
        f"{room}.linked": ("serializers", "tells records as linked data, as serializers tell rows in JSON")
        for room in ("sources", "municipalities", "funding", "agreements")
    },
    "agreements.geojson": ("serializers", "tells rows to maps, as serializers tell them in JSON"),
    "funding.rows": ("serializers", "gathers plain rows for a list, as serializers gather them into JSON"),
    "sources.rows": ("serializers", "gathers plain rows for a list, as serializers gather them into JSON"),
    "sources.footnotes": ("serializers", "gives citations the shape of a page, as serializers give rows that of JSON"),
    "agreements.comparisons": ("serializers", "tells rows in words, as serializers tell them in JSON"),
    "agreements.proposed": ("serializers", "tells proposals in words, as serializers tell them in JSON"),
    "agreements.reviews": ("serializers", "gathers what a reviewer reads and compares, as serializers gather JSON"),
    "agreements.gathering": ("serializers", "gathers a record for its page, as serializers gather rows into JSON"),
    "agreements.belongings": ("serializers", "gathers the places of a body for its page, as serializers into JSON"),
    "agreements.items": ("serializers", "gathers rows into the items of a list, as serializers gather them into JSON"),
    "agreements.event_items": ("serializers", "gathers rows into the items of a list, as serializers into JSON"),
    "agreements.cards": ("serializers", "gathers rows into the cards of a list, as serializers gather them into JSON"),
    "agreements.records": ("serializers", "gathers rows into the shape of a page, as serializers into that of JSON"),
}

BANNED_NAMES = frozenset({"utils", "helpers"})
NOT_OURS = frozenset({".git", ".venv", "node_modules", "var", "htmlcov"})


@dataclass(frozen=True)
class Import:
    """One import statement, resolved to the module of this repository that it reaches."""

    importer: str
    target: str
    line: int
    typing_only: bool
    inside_function: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


def modules_of(root: Path) -> dict[str, Path]:
    """Dotted name -> file of every module of the rooms, the roof and the ground below `root`; migrations are exempt."""
    found = {}
    for package in (ROOF, *KNOWS):
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _is_typing_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _statements(
    tree: ast.AST, typing_only: bool = False, in_function: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    """Every import statement of a tree with the two facts that matter: only for types? inside a function?"""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, typing_only, in_function
            continue
        function = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if _is_typing_guard(node):
            assert isinstance(node, ast.If)
            yield from _statements(ast.Module(body=node.body, type_ignores=[]), True, function)
            yield from _statements(ast.Module(body=node.orelse, type_ignores=[]), typing_only, function)
        else:
            yield from _statements(node, typing_only, function)


def _named_by(node: ast.Import | ast.ImportFrom, importer: str, is_package: bool) -> Iterator[str]:
    """The dotted names a statement reaches for, relative ones resolved; `from a import b` reaches for a.b."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        parts = importer.split(".")
        package = parts[: len(parts) - node.level + is_package]
        base = ".".join([*package, base] if base else package)
    yield from (f"{base}.{alias.name}" for alias in node.names)


def _longest_module(name: str, known: dict[str, Path]) -> str | None:
    """The module of ours that a dotted name lies in: `municipalities.models.State` lies in `municipalities.models`."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if (candidate := ".".join(parts[:length])) in known:
            return candidate
    return None


def imports_of(root: Path) -> list[Import]:
    """Every import of one of our modules by another one below `root`."""
    known = modules_of(root)
    found = []
    for name, path in known.items():
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for node, typing_only, in_function in _statements(tree):
            for wanted in _named_by(node, name, path.name == "__init__.py"):
                target = _longest_module(wanted, known)
                if target and target != name:
                    found.append(Import(name, target, node.lineno, typing_only, in_function))
    return found


def room_of(module: str) -> str:
    """The room a module lies in; the ground is a room of its own below the roof."""
    return GROUND if module == GROUND or module.startswith(GROUND + ".") else module.split(".")[0]


def layer_of(module: str) -> str:
    """The place of a module in ORDER (or one of FREE); a folder of the same name counts as the module."""
    parts = module.split(".")
    if len(parts) == 1:
        return "keys"  # the room's own __init__: it knows nothing
    if parts[1] in FREE:
        return parts[1]
    if parts[1] in ORDER:
        return parts[1]
    return PLACED.get(".".join(parts[:2]), ("pure", ""))[0]


def wrong_room(link: Import) -> str | None:
    """Why an import goes against the drawing of the rooms, or None."""
    here, there = room_of(link.importer), room_of(link.target)
    if here in {there, ROOF}:
        return None
    if here == GROUND:
        return f"{link}: the ground knows no room"
    if there == ROOF:
        return f"{link}: rooms know only {GROUND} of the roof"
    if there == GROUND or there in KNOWS[here]:
        return None
    return f"{link}: {here} does not know {there}"


def wrong_layer(link: Import) -> str | None:
    """Why an import goes against the order inside a room, or None."""
    if room_of(link.importer) not in KNOWS or room_of(link.importer) != room_of(link.target):
        return None
    here, there = layer_of(link.importer), layer_of(link.target)
    if here in FREE or (here == "querysets" and there == "models" and link.typing_only):
        return None
    if there in FREE:
        return f"{link}: nobody imports {there}"
    same = here == there and (here == "pure" or link.importer.split(".")[:2] == link.target.split(".")[:2])
    placed = here == there and {".".join(m.split(".")[:2]) for m in (link.importer, link.target)} & PLACED.keys()
    if same or placed or ORDER.index(there) < ORDER.index(here):
        return None
    return f"{link}: {there} is not to the left of {here}"


def circle_in(links: list[Import]) -> list[str]:
    """One circle of imports (first module repeated at the end), or an empty list."""
    graph: dict[str, set[str]] = {}
    for link in links:
        if not link.typing_only:
            graph.setdefault(link.importer, set()).add(link.target)
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for target in sorted(graph.get(module, ())):
            if circle := walk(target, [*path, module]):
                return circle
        done.add(module)
        return []

    return next((circle for module in sorted(graph) if (circle := walk(module, []))), [])


def faults_of(root: Path) -> list[str]:
    """Everything wrong below `root`, one sentence each."""
    links = imports_of(root)
    faults = [fault for link in links for fault in (wrong_room(link), wrong_layer(link)) if fault]
    inline = [link for link in links if link.inside_function and not link.importer.endswith(".apps")]
    faults += [f"{link}: our own code is imported at the top of the file" for link in inline]
    if circle := circle_in(links):
        faults.append("circle: " + " -> ".join(circle))
    return faults


def test_no_import_goes_against_the_drawing() -> None:
    assert faults_of(ROOT) == []


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    found = [
        path.relative_to(ROOT)
        for path in ROOT.rglob("*.py")
        if path.stem in BANNED_NAMES and not NOT_OURS & set(path.relative_to(ROOT).parts)
    ]
    assert found == []


def test_every_placed_module_exists_and_says_why() -> None:
    known = modules_of(ROOT)
    for module, (layer, reason) in PLACED.items():
        assert module in known, f"{module} is gone: take it out of PLACED"
        assert layer in ORDER
        assert reason


# The checker itself, on a made-up tree: what it lets through and what it catches.

ALLOWED = {
    "coopportal/urls.py": "import agreements.models\nfrom coopportal.common import dates",
    "coopportal/common/dates.py": "import datetime",
    "sources/models.py": "from coopportal.common.dates import day",
    "municipalities/keys.py": "",
    "municipalities/ratios.py": "from municipalities.keys import ars",
    "municipalities/querysets.py": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from municipalities.models import State"
    ),
    "municipalities/models/__init__.py": "from .body import Body",
    "municipalities/models/body.py": "from ..querysets import Q\nfrom sources.models import Citation",
    "municipalities/admin.py": "from . import models, views",
    "municipalities/views.py": "from municipalities.models import Body",
    "municipalities/migrations/0001_initial.py": "import agreements.models",
    "accounts/models.py": "from municipalities.models import Body",
    "funding/models.py": "from municipalities import models",
    "agreements/models.py": "from funding.models import Programme\nfrom accounts.models import User",
}


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for folder in list(path.relative_to(root).parents)[:-1]:
            (root / folder / "__init__.py").touch()
    return root


def test_the_checker_lets_a_sound_tree_through(tmp_path: Path) -> None:
    assert faults_of(plant(tmp_path, ALLOWED)) == []


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("coopportal/common/dates.py", "import sources.models", "the ground knows no room"),
        ("coopportal/common/dates.py", "from coopportal import urls", "the ground knows no room"),
        ("sources/models.py", "from municipalities.keys import ars", "sources does not know municipalities"),
        ("municipalities/models/body.py", "import accounts.models", "municipalities does not know accounts"),
        ("accounts/models.py", "from funding import models", "accounts does not know funding"),
        ("funding/models.py", "from agreements.models import A", "funding does not know agreements"),
        ("agreements/models.py", "from coopportal.urls import x", "rooms know only coopportal.common"),
        ("sources/models.py", "def f():\n    from funding.models import P", "sources does not know funding"),
        ("municipalities/keys.py", "from .ratios import r", "pure is not to the left of keys"),
        ("municipalities/ratios.py", "from . import models", "models is not to the left of pure"),
        ("municipalities/querysets.py", "from .models import Body", "models is not to the left of querysets"),
        ("municipalities/models/body.py", "from ..views import v", "views is not to the left of models"),
        ("municipalities/views.py", "from .admin import a", "nobody imports admin"),
        ("municipalities/views.py", "def f():\n    from .models import Body", "imported at the top of the file"),
        ("municipalities/models/body.py", "from . import Body", "circle: "),
    ],
)
def test_the_checker_catches_a_wrong_import(tmp_path: Path, file: str, text: str, fault: str) -> None:
    faults = faults_of(plant(tmp_path, ALLOWED | {file: text}))
    assert any(re.search(re.escape(fault), found) for found in faults), faults
