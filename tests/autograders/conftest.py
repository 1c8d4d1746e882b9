"""Classrooms for the tests of this folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.autograders.classroom import COMMIT, HEAD, SEAS, Classroom


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with one lesson of a git, a SQL and a quiz quest, generated once."""
    room = Classroom(tmp_path_factory.mktemp("published"))
    quests = [room.write_quest(data) for data in (COMMIT, SEAS, HEAD)]
    room.publish(*quests)
    return room.root


@pytest.fixture
def classroom(published: Path, tmp_path: Path) -> Classroom:
    """A copy of the published root, for one test."""
    root = tmp_path / "class"
    shutil.copytree(published, root)
    return Classroom(root)
