"""A class that does not exist hands in."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from courses.build import build
from courses.collect import collect
from courses.commands import rehearse as command
from courses.rehearsal_class import rehearsal_class
from courses.rehearse import rehearse
from courses.release import release
from gitquest_kernel.answers import quest_cell
from gitquest_kernel.errors import BuildError

NAME = "tiny-01-start"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_student_hands_in_a_whole_submission(root: Path) -> None:
    build(root)
    report = rehearse(root, [NAME], students=12)
    assert report.students == tuple(f"rehearsal-{number:02}" for number in range(1, 13))
    assert report.submissions == 12
    for student in report.students:
        folder = root / "submitted" / student / NAME
        assert (folder / "timestamp.txt").read_text().endswith(" UTC")
        assert (folder / "quests" / "save.json").is_file()
        notebook = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
        nbformat.validate(notebook)


def test_answers_are_right_wrong_missing_in_cells_and_saved(root: Path) -> None:
    build(root)
    rehearse(root, [NAME], students=24)
    cells, saved, untouched = set(), set(), 0
    for folder in sorted((root / "submitted").glob(f"*/{NAME}")):
        notebook = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
        source = next(cell.source for cell in notebook.cells if cell.id == "save-answer")
        kept = folder / "answers" / "save.txt"
        body = (quest_cell(source) or ("", ""))[1]
        if kept.is_file():
            saved.add(kept.read_text().partition("\n")[2])
            assert kept.read_text().startswith("# gitquest save sha256:")
        elif body.startswith("#"):
            untouched += 1
        else:
            cells.add(body)
    assert len(cells) >= 2
    assert saved
    assert untouched


def test_the_same_seed_gives_the_same_class_and_another_another(root: Path, tmp_path: Path) -> None:
    build(root)
    seen = []
    for seed in (1, 1, 2):
        rehearse(root, [NAME], students=6, seed=seed)
        seen.append(contents(root / "submitted"))
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_events_are_whole_distinct_and_before_the_submission(root: Path) -> None:
    build(root)
    rehearse(root, [NAME], students=6)
    events = [
        json.loads(line)
        for path in (root / "submitted").rglob("events.jsonl")
        for line in path.read_text().splitlines()
    ]
    assert len({event["id"] for event in events}) == len(events)
    assert {"lesson_opened", "quest_started", "command_executed", "check_run", "quest_passed"} <= {
        event["type"] for event in events
    }
    for event in events:
        assert set(event) == {"id", "ts", "session", "course", "quest", "type", "data"}
        assert event["ts"].endswith("Z")
    for path in (root / "submitted").rglob("events.jsonl"):
        handed_in = (path.parent / "timestamp.txt").read_text().replace(" ", "T", 1)
        assert all(json.loads(line)["ts"] < handed_in for line in path.read_text().splitlines())


def test_a_class_has_able_weak_and_late_students_who_work_on_several_days() -> None:
    students = rehearsal_class(12, seed=1, lessons=5)
    assert max(student.ability for student in students) > 0.9
    assert min(student.ability for student in students) < 0.45
    assert any(student.late for student in students)
    assert any(student.lessons < 5 for student in students)
    assert len({student.handed_in(0).date() for student in students}) >= 3


def test_one_student_goes_through_the_exchange(registrar: Path) -> None:
    root = registrar
    release(root, [NAME])
    report = rehearse(root, [NAME], students=1, exchange_student="rehearsal-remote")
    assert report.submissions == 2
    folder = root / "submitted" / "rehearsal-remote" / NAME
    assert not folder.exists()
    assert collect(root).collected == (("rehearsal-remote", NAME),)
    assert collect(root).collected == ()
    assert (folder / "submission_secret.txt").is_file()
    assert (folder / "events.jsonl").is_file()
    first = (folder / "timestamp.txt").read_text()
    rehearse(root, [NAME], students=1, exchange_student="rehearsal-remote")
    assert collect(root, [NAME]).collected == (("rehearsal-remote", NAME),)
    assert (folder / "timestamp.txt").read_text() > first


def test_other_students_work_is_left_alone(root: Path) -> None:
    build(root)
    real = root / "submitted" / "ada" / NAME / "x.txt"
    real.parent.mkdir(parents=True)
    real.write_text("mine")
    rehearse(root, [NAME], students=2)
    assert real.read_text() == "mine"


def test_what_was_not_released_cannot_be_handed_in(root: Path) -> None:
    with pytest.raises(BuildError, match="has not been released") as error:
        rehearse(root, [NAME])
    assert f"gitquest release {NAME}" in error.value.remedy
    build(root)
    with pytest.raises(BuildError, match="has not been released"):
        rehearse(root, [NAME], students=1, exchange_student="rehearsal-remote")


def test_the_command_counts_submissions(root: Path) -> None:
    build(root)
    result = CliRunner().invoke(command, ["tiny", "--students", "3", "--root", str(root), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["submissions"] == 3
