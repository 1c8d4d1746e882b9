"""Classrooms for the tests of this folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analytics.load import LoadSummary, load_warehouse
from tests.analytics.classroom import Classroom

ODD = "class, with {odd} [name] 'here'"


@pytest.fixture
def classroom(tmp_path: Path) -> Classroom:
    """A course without students, in a folder whose name asks for trouble."""
    return _new(tmp_path / ODD)


@pytest.fixture(scope="session")
def first_load(tmp_path_factory: pytest.TempPathFactory) -> tuple[Classroom, LoadSummary]:
    """A class that was loaded once, for tests that only read."""
    room = _new(tmp_path_factory.mktemp("loaded") / "class")
    room.fill()
    return room, load_warehouse(room.root)


@pytest.fixture(scope="session")
def empty_load(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A class without students that was loaded once, in a folder whose name asks for trouble."""
    room = _new(tmp_path_factory.mktemp("empty") / ODD)
    load_warehouse(room.root)
    return room


@pytest.fixture
def loaded(first_load: tuple[Classroom, LoadSummary], tmp_path: Path) -> Classroom:
    """A copy of the loaded class, for one test."""
    root = tmp_path / "copy"
    shutil.copytree(first_load[0].root, root)
    return Classroom(root)


def _new(root: Path) -> Classroom:
    root.mkdir()
    room = Classroom(root)
    room.write_course()
    return room
