"""The house's rules that a program can hold: who imports whom, how long a file is, what the locks hold."""

import ast
import json
import re
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("aggregator", "bots", "connectors", "nlu")
TYPES = {"bots.base", "connectors.base", "connectors.check", "connectors.fetch", "connectors.poll", "nlu.base"}
RULES, STORE = "aggregator.rules", "aggregator.store"
APP = {
    f"aggregator.{part}"
    for part in ("app", "channels", "checkers", "fetchers", "knowledge", "places", "pollers", "reach", "settings")
}
TOP = {*APP, "aggregator.worker", "aggregator.pipeline", "aggregator.web.passwords", RULES, STORE, *TYPES}

MAY_IMPORT = {  # arrows only go down; a name stands for itself and all below it
    "connectors": set(),
    "nlu": set(),
    "bots": {"connectors.base", "connectors.graph", "nlu.base"},
    RULES: TYPES,
    STORE: {RULES, *TYPES},
    "aggregator.web": {RULES, STORE, "bots.dialogue", "bots.wording", *TYPES},
    "aggregator.pipeline": {RULES, STORE, "bots.dialogue", *TYPES},
    "aggregator.worker": {"aggregator.pipeline", STORE},
    "aggregator.settings": {RULES},
    "aggregator.places": {"nlu"},
    "aggregator.channels": {"aggregator.settings", "bots", "connectors"},
    "aggregator.checkers": {"aggregator.settings", "connectors"},
    "aggregator.fetchers": {"aggregator.settings", "connectors"},
    "aggregator.pollers": {"aggregator.settings", "connectors"},
    "aggregator.knowledge": {"aggregator.settings", RULES, "nlu"},
    "aggregator.reach": {*APP, "aggregator.pipeline", STORE, "bots", "connectors"},
    "aggregator.app": {*APP, "aggregator.pipeline", "aggregator.web", RULES, STORE, "bots", "connectors", "nlu"},
    "aggregator.demo": {*TOP, "connectors.whatsapp_export"},  # the recorded export comes as a file
    # import-chat reads a file, classify and evaluate need an engine and no store
    "aggregator.cli": {*TOP, "aggregator.demo", "connectors.whatsapp_export", "nlu"}
    | {
        f"connectors.{part}"
        for part in ("export_chat", "export_file", "export_headers", "export_lines", "export_words", "payload")
    },
    "aggregator.__main__": {"aggregator.cli"},
    "aggregator": set(),
}


def named(path):
    """A file's module name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {named(p): p for package in PACKAGES for p in (ROOT / package).rglob("*.py") if "migrations" not in p.parts}


def imports(module):
    """The modules of ours that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in PACKAGES)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            if node.module.split(".")[0] in PACKAGES:
                names = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
                yield from names or {node.module}


def room(module):
    """The longest name of the table that a module stands below."""
    return max((name for name in MAY_IMPORT if below(module, name)), key=len)


def below(module, name):
    return module == name or module.startswith(f"{name}.")


@pytest.mark.parametrize("module", MODULES)
def test_arrows_only_go_down(module):
    own = room(module)
    allowed = MAY_IMPORT[own] | ({own} - {"aggregator"})
    assert [name for name in imports(module) if not any(below(name, one) for one in allowed)] == []


def test_no_module_imports_itself_by_a_circle():
    order = TopologicalSorter({module: set(imports(module)) - {module} for module in MODULES})
    assert set(order.static_order()) >= MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_short_and_says_what_it_is_for(module):
    source = MODULES[module].read_text()
    assert ast.get_docstring(ast.parse(source)), "no docstring"
    assert source.count("\n") <= 260


def test_no_room_is_named_for_anything_and_everything():
    vague = {"utils", "helpers", "common", "core", "services", "managers"}
    parts = {part for module in MODULES for part in module.split(".")}
    assert not parts & (vague | {name.removesuffix("s") for name in vague})


def test_every_dependency_says_what_it_is_for():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    wanted = project["dependencies"] + [one for group in project["optional-dependencies"].values() for one in group]
    assert [one for one in wanted if not re.search(rf'"{re.escape(one)}",\s+# \S', text)] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "package-lock.json"])
def test_the_locks_pin_hashes_and_hold_no_address(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|\"resolved\"", text)
    if lock.endswith(".json"):
        packages = json.loads(text)["packages"]
        assert [name for name, one in packages.items() if name and not one.get("integrity")] == []
    else:
        pinned = re.findall(r"^([a-z0-9-]+)==[^\n]* \\\n    --hash=sha256:", text, re.MULTILINE)
        assert set(pinned) == set(re.findall(r"^([a-z0-9-]+)", text, re.MULTILINE))
        assert len(pinned) > 50
