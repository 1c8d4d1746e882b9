"""The structure that the design promises."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
CHAIN = ("gitquest_kernel", "autograders", "courses", "analytics")
TOP_LEVEL = {
    *(".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "analytics", "autograders"),
    *("constraints.txt", "courses", "environment.yml", "gitquest_kernel", "nbgrader_config.py", "pyproject.toml"),
    *("release", "source", "tests"),
}


def modules(package: str) -> dict[str, ast.Module]:
    """Every module of a package by dotted name, parsed."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text())
    return found


def imports(name: str, tree: ast.Module, *, inside_functions: bool = True) -> set[str]:
    """What a module imports, as dotted names."""
    nodes = ast.walk(tree) if inside_functions else _at_import_time(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = {part for part in parts if is_module(part)}
            found |= submodules if submodules == parts else {node.module, *submodules}
    return found


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _at_import_time(tree: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        found += [node, *_at_import_time(node)]
    return found


@pytest.mark.parametrize("package", CHAIN)
def test_a_package_imports_only_those_before_it(package: str) -> None:
    later = CHAIN[CHAIN.index(package) + 1 :]
    wrong = {
        f"{name} imports {imported}"
        for name, tree in modules(package).items()
        for imported in imports(name, tree)
        if imported.split(".")[0] in later
    }
    assert not wrong


@pytest.mark.parametrize("package", CHAIN)
def test_no_module_imports_itself_by_a_detour(package: str) -> None:
    trees = modules(package)
    graph = {
        name: {i for i in imports(name, tree, inside_functions=False) if i in trees} for name, tree in trees.items()
    }
    for name, targets in graph.items():
        # A package's __init__ gathers its modules; they may not look back at it.
        targets -= {name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("package", CHAIN)
def test_public_names_are_there(package: str) -> None:
    for info in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
        if info.ispkg:
            module = importlib.import_module(info.name)
            missing = [name for name in getattr(module, "__all__", []) if not hasattr(module, name)]
            assert not missing, info.name


def test_the_top_level_is_the_one_that_was_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} == TOP_LEVEL


def test_environment_and_pyproject_ask_for_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    wanted = {r for r in [*project["dependencies"], *extras] if not r.startswith("gitquest[")}
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (by_pip,) = [entry["pip"] for entry in environment if isinstance(entry, dict)]
    assert set(by_pip) == wanted | {"--editable ."}
    assert f"python{project['requires-python']}" in environment


def test_every_requirement_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {
        line.partition("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().split()
    }
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    for requirement in [*project["dependencies"], *extras]:
        name = requirement.split("[")[0].split(">")[0].lower().replace("_", "-")
        assert name in locked | {"gitquest"}, requirement


@pytest.mark.parametrize("package", CHAIN)
def test_a_file_can_be_read_in_one_sitting(package: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long
