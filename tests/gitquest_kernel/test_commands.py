"""The commands graph, schema and doctor, as a shell would call them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner, Result

from gitquest_kernel import doctor as doctor_module
from gitquest_kernel.cli import main
from gitquest_kernel.confinement.confine import Level
from gitquest_kernel.doctor import Finding, examine
from gitquest_kernel.schema import KINDS, schema


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def kitchen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of three commits, one of them a merge."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.com")
    path = tmp_path / "kitchen"
    for line in (
        "init -q -b main",
        "commit -q --allow-empty -m One",
        "switch -q -c soup",
        "commit -q --allow-empty -m Soup",
        "switch -q main",
        "merge -q --no-ff -m Merge soup",
    ):
        path.mkdir(exist_ok=True)
        subprocess.run(["git", *line.split()], cwd=path, check=True, capture_output=True)
    return path


def test_graph_writes_a_page_beside_you_and_prints_its_path(kitchen: Path) -> None:
    result = run("graph", "kitchen", "--root", kitchen.parent)
    assert result.exit_code == 0
    drawing = Path(result.stdout.strip())
    assert drawing == kitchen.parent / "kitchen-graph.html"
    assert "3 commits · 2 branches" in drawing.read_text("utf-8")


def test_graph_never_leaves_a_file_in_a_repository_unasked(kitchen: Path) -> None:
    result = run("graph", "--root", kitchen)
    drawing = Path(result.stdout.strip())
    assert drawing.name == "kitchen-graph.html"
    assert kitchen not in drawing.parents
    assert [path.name for path in kitchen.iterdir()] == [".git"]
    drawing.unlink()
    drawing.parent.rmdir()


def test_graph_writes_svg_and_text_by_the_files_name(kitchen: Path, tmp_path: Path) -> None:
    assert run("graph", kitchen, "-o", tmp_path / "g.svg").exit_code == 0
    assert ElementTree.parse(tmp_path / "g.svg").getroot().tag.endswith("svg")
    assert run("graph", kitchen, "-o", tmp_path / "g.txt").exit_code == 0
    assert (tmp_path / "g.txt").read_text("utf-8").startswith("○  ")


def test_graph_draws_in_the_terminal_and_says_when_there_is_more(kitchen: Path) -> None:
    result = run("graph", kitchen, "-o", "-", "--max", "1")
    assert "(HEAD → main) Merge" in result.stdout
    assert "--max 0 draws all" in result.stderr
    assert "--max" not in run("graph", kitchen, "-o", "-", "--max", "0").stderr


def test_graph_prints_json_for_scripts(kitchen: Path) -> None:
    data = json.loads(run("graph", kitchen, "--json").stdout)
    assert [commit["subject"] for commit in data["commits"]] == ["Merge", "Soup", "One"]
    assert [commit["lane"] for commit in data["commits"]] == [0, 1, 0]
    assert len(data["edges"]) == 3
    assert data["more"] is False


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "no such folder"),
        ((".",), "not a git repository"),
        (("kitchen", "--branch", "pie"), "there is no branch or tag 'pie'"),
        (("kitchen", "-o", "missing/g.svg"), "cannot be written"),
    ],
)
def test_graph_names_the_problem_and_a_remedy(kitchen: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("graph", *arguments, "--root", kitchen.parent)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) >= 2


@pytest.mark.parametrize("arguments", [("-o", "g.png"), ("--json", "-o", "g.svg"), ("--max", "-1")])
def test_graph_refuses_options_that_make_no_sense(kitchen: Path, arguments: tuple[str, ...]) -> None:
    assert run("graph", kitchen, *arguments).exit_code == 2


@pytest.mark.parametrize("kind", KINDS)
def test_schema_prints_a_schema_of_every_kind(kind: str) -> None:
    printed = json.loads(run("schema", kind).stdout)
    assert printed == json.loads(json.dumps(schema(kind)))
    assert printed["$schema"].endswith("2020-12/schema")
    assert "Git Quest" in printed["title"]


def test_schema_knows_the_keys_of_the_file_and_not_the_models_names() -> None:
    assert "validate" in schema("dbt")["properties"]
    assert "validations" not in schema("dbt")["properties"]
    assert schema("quest")["discriminator"]["propertyName"] == "kind"


def test_schema_can_be_written_to_a_file(tmp_path: Path) -> None:
    result = run("schema", "git", "-o", "git.schema.json", "--root", tmp_path)
    assert Path(result.stdout.strip()) == tmp_path / "git.schema.json"
    assert yaml.safe_load((tmp_path / "git.schema.json").read_text("utf-8"))["properties"]["setup"]


def healthy(root: Path, **options: Callable[..., object]) -> dict[str, Finding]:
    defaults = {"which": lambda name: f"/usr/bin/{name}", "confinement": lambda: Level(7, True)}
    return {finding.name: finding for finding in examine(root, **(defaults | options))}  # type: ignore[arg-type]


def test_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    result = run("doctor", "--root", tmp_path, "--json")
    findings = {found["name"]: found for found in json.loads(result.stdout)}
    assert all(found["fine"] for found in findings.values() if found["essential"]), findings
    assert result.exit_code == 0
    assert findings["Python"]["found"] == sys.version.split()[0]


def test_doctor_says_how_to_get_what_is_missing(tmp_path: Path) -> None:
    findings = healthy(tmp_path, which=lambda name: None)
    assert not findings["git"].fine
    assert findings["git"].essential
    assert "apt install git" in findings["git"].remedy
    assert not findings["chromium"].fine
    assert not findings["chromium"].essential


def test_doctor_wants_a_recent_git(tmp_path: Path) -> None:
    old = tmp_path / "git"
    old.write_text("#!/bin/sh\necho git version 2.25.1\n")
    old.chmod(0o755)
    finding = healthy(tmp_path, which=lambda name: str(old))["git"]
    assert (finding.fine, finding.found, finding.essential) == (False, "2.25.1", False)
    assert "2.39" in finding.remedy


@pytest.mark.parametrize(
    ("reached", "fine", "said"),
    [
        (
            Level(7, True, True, True, True, True),
            True,
            "files by Landlock 7 (modes and times by a mount namespace), network by a namespace and refused sockets, "
            "processes by a namespace, their number by a control group",
        ),
        (
            Level(4, False, system_calls=True),
            True,
            "files by Landlock 4 (not their modes and times), network by refused sockets, "
            "processes by adoption, their number by looking on",
        ),
        (
            Level(4, False),
            True,
            "files by Landlock 4 (not their modes and times), network by Landlock (TCP only), "
            "processes by adoption, their number by looking on",
        ),
        (
            Level(1, False),
            False,
            "files by Landlock 1 (not their modes and times), network not confined, "
            "processes by adoption, their number by looking on",
        ),
        (Level(0, False), False, "files not confined, network not confined"),
    ],
)
def test_doctor_tells_what_confinement_rests_on(tmp_path: Path, reached: Level, fine: bool, said: str) -> None:
    finding = healthy(tmp_path, confinement=lambda: reached)["confinement"]
    assert (finding.fine, finding.found, finding.essential) == (fine, said, False)


def test_doctor_exits_with_1_when_something_essential_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("doctor", "--root", tmp_path)
    assert result.exit_code == 1
    assert "missing git" in " ".join(result.stdout.split())


def test_doctor_tells_of_a_library_that_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "_COMPILED", ("duckdb",))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    finding = healthy(tmp_path)["duckdb"]
    assert not finding.fine
    assert finding.found.startswith("cannot be imported")


@pytest.mark.parametrize("command", ["graph", "schema", "doctor"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert "Example" in result.stdout
    assert f"gitquest {command}" in result.stdout
