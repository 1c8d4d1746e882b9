"""A course root of one small lesson, written afresh for each test."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

COURSE = """\
id: tiny
title: A tiny course
chapters:
  - id: basics
    title: Basics
    lessons: [01-start]
"""

LESSON = """\
---
title: Start
minutes: 5
objectives: [save a file]
unlocks: [git init]
resources:
  Git: https://git-scm.com
---

Some words.

## See it

```{code-cell}
git init
```

```bash
this fence stays text
```

## Do it

```{quest} save
```

+++

A word between the two.

```{quest} what-is-head
```
"""

SAVE = """\
id: save
title: Save a file
kind: git
type: tutorial
difficulty: beginner
points: 2
xp: 20
story: Robin's plan is on paper.
task: Commit `plan.txt`.
hints: ["`git init` first"]
checks:
  - branch: {name: main, commits: 1}
    say: main holds one commit
    name: one-commit
  - file: {path: plan.txt, at: HEAD, contains: tent}
    say: plan.txt mentions the tent
    name: plan
hidden:
  - clean: true
    say: "a hidden “remark”: nothing <left> over"
    name: tidy
solutions:
  - |
    git init
    echo "a tent, four pegs & a \\"mallet\\"" > plan.txt
    git add plan.txt
    git commit -m "Zürich plan, secret route one"
harmless:
  - change: git commit -m ".* x"
    why: the message is the student's own
wrong:
  - answer: |
      git init
      git commit --allow-empty -m "an empty commit is enough, surely"
    why: commits nothing
    caught_by: plan
  - answer: |
      git init
      echo tent > plan.txt
      git add plan.txt
      git commit -m plan
      echo stove-and-a-kettle >> plan.txt
    why: leaves work behind
    caught_by: tidy
"""

QUIZ = """\
id: what-is-head
title: What HEAD is
kind: quiz
type: quiz
difficulty: beginner
points: 1
xp: 10
requires: [save]
task: Choose.
reveal: after_grading
questions:
  - id: head
    ask: What does HEAD name?
    choices: {a: the newest file, b: the commit you stand on}
    answer: [b]
    explain: HEAD follows you about, not the files.
solutions: ["head: b"]
wrong:
  - answer: "head: a"
    why: mixes commits up with files
    caught_by: head
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a course root and return it."""
    lesson = tmp_path / "root" / "courses" / "tiny" / "basics" / "01-start"
    lesson.mkdir(parents=True)
    (lesson.parents[1] / "course.yaml").write_text(COURSE)
    (lesson / "lesson.md").write_text(LESSON)
    (lesson / "save.yaml").write_text(SAVE)
    (lesson / "what-is-head.yaml").write_text(QUIZ)
    return tmp_path / "root"


@pytest.fixture
def lesson_folder(root: Path) -> Path:
    """Return the folder of the root's only lesson."""
    return root / "courses" / "tiny" / "basics" / "01-start"


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one empty gradebook; nbgrader starts a process for each new one, which costs seconds."""
    file = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        Gradebook(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def registrar(root: Path, empty_gradebook: Path) -> Path:
    """Give the root an empty gradebook and return the root."""
    shutil.copy(empty_gradebook, root / "gradebook.db")
    return root
