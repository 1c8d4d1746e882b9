"""Lines of git in Python cells."""

from __future__ import annotations

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from gitquest_kernel.git_lines import GitLines, keep_bodiless, point_out_misplaced


@pytest.fixture
def transforms() -> TransformerManager:
    manager = TransformerManager()
    manager.cleanup_transforms += [keep_bodiless, point_out_misplaced]
    manager.token_transformers.append(GitLines)
    return manager


@pytest.mark.parametrize(
    "line",
    [
        "git status",
        "git -C docs log",
        "git --version",
        'git commit -m "it\'s {x} and $y"',
        "git show HEAD@{1}:a.txt",
        "git log --format='%h %s' | head -n 1",
        "git add . && git commit -m x",
        "git log 0123abc",
        "git stash list # the stash",
    ],
)
def test_a_git_line_reaches_the_playground_word_for_word(transforms: TransformerManager, line: str) -> None:
    call = transforms.transform_cell(line)
    assert call == f"get_ipython().run_line_magic('git', {line.removeprefix('git ')!r})\n"


@pytest.mark.parametrize(
    "code",
    [
        "git = 3\n",
        "git.status()\n",
        "git(1)\n",
        "git\n",
        "git - 3\n",
        "git -3\n",
        "git in names\n",
        "git is None\n",
        "git if x else y\n",
        "git and add\n",
        "git, status = 1, 2\n",
        "text = '''\ngit status\n'''\n",
        "call(\n    git\n)\n",
        "# git status\n",
    ],
)
def test_python_that_only_mentions_git_stays_as_it_is(transforms: TransformerManager, code: str) -> None:
    assert transforms.transform_cell(code) == code


def test_neighbouring_lines_become_one_script_and_line_numbers_stay(transforms: TransformerManager) -> None:
    cell = "git init\n\n# then\ngit status\nprint(1)\ngit log\n"
    lines = transforms.transform_cell(cell).splitlines()
    assert lines[0] == "get_ipython().run_cell_magic('playground', '', 'git init\\ngit status')"
    assert lines[4:] == ["print(1)", "get_ipython().run_line_magic('git', 'log')"]


def test_git_lines_keep_their_place_in_blocks(transforms: TransformerManager) -> None:
    code = transforms.transform_cell("for _ in range(2):\n    git init\n    git status\n    x = 1\n")
    ast.parse(code)
    assert "    get_ipython().run_cell_magic('playground', '', 'git init\\ngit status')\n" in code


def test_a_backslash_continues_a_git_line(transforms: TransformerManager) -> None:
    code = transforms.transform_cell("git commit \\\n  -m x\nprint(1)\n")
    assert ast.unparse(ast.parse(code)).splitlines()[-1] == "print(1)"
    assert "'commit    -m x'" in code


@pytest.mark.parametrize("cell", ["%%quest first-commit", "%%quest first-commit\n", "%%quest first-commit\n\n  \n"])
def test_an_empty_quest_cell_gets_a_blank_body(transforms: TransformerManager, cell: str) -> None:
    assert transforms.transform_cell(cell) == "get_ipython().run_cell_magic('quest', 'first-commit', '\\n')\n"


def test_a_quest_below_a_comment_is_pointed_out_instead_of_run(transforms: TransformerManager) -> None:
    code = transforms.transform_cell("# my answer\n%%quest first-commit\ngit init\n")
    assert code == "get_ipython().run_line_magic('quest', 'first-commit')\n"
