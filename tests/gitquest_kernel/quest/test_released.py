"""Reading the versions of a quest that students were given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitquest_kernel.errors import CourseError
from gitquest_kernel.quest import complete_json, digest, parse_quest
from gitquest_kernel.quest.released import released, released_path

QUEST = parse_quest(
    {
        "id": "save",
        "title": "Save",
        "kind": "git",
        "type": "tutorial",
        "difficulty": "beginner",
        "points": 1.5,
        "xp": 10,
        "task": "Commit Zürich.",
        "checks": [{"clean": True, "say": "nothing is left"}],
    },
    "a test",
)


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """Freeze the quest as a release does and return its file."""
    path = released_path(tmp_path, "save", digest(QUEST))
    assert path is not None
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(complete_json(QUEST), indent=1))
    return path


@pytest.mark.usefixtures("frozen")
def test_a_frozen_quest_comes_back_with_its_digest(tmp_path: Path) -> None:
    quest = released(tmp_path, "save", digest(QUEST))
    assert quest == QUEST.model_copy(update={"digest": digest(QUEST)})


@pytest.mark.usefixtures("frozen")
def test_another_quest_or_version_was_never_released(tmp_path: Path) -> None:
    assert released(tmp_path, "save", "sha256:" + "0" * 64) is None
    assert released(tmp_path, "other", digest(QUEST)) is None


@pytest.mark.parametrize("text", ['{"id": "save"}', "[]", "{", ""])
def test_a_damaged_file_is_named_with_a_remedy(tmp_path: Path, frozen: Path, text: str) -> None:
    frozen.write_text(text)
    with pytest.raises(CourseError) as error:
        released(tmp_path, "save", digest(QUEST))
    assert error.value.where == str(frozen)
    assert "backup" in error.value.remedy


@pytest.mark.parametrize("version", ["-", "", "sha256:abc", "sha256:" + "A" * 64, "md5:" + "0" * 64, "sha256:../x"])
def test_what_is_no_digest_names_no_file(tmp_path: Path, version: str) -> None:
    assert released_path(tmp_path, "save", version) is None
