"""A workspace runs real git, the same everywhere, and keeps to its folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gitquest_kernel.errors import SandboxError
from gitquest_kernel.sandbox import CommandResult, Limits, Workspace

FIRST = "git init\necho hello > notes.txt\ngit add notes.txt\ngit commit -m 'First notes'"


def test_the_same_answer_gives_the_same_object_ids() -> None:
    ids = set()
    for _ in range(2):
        with Workspace() as workspace:
            workspace.run_script(FIRST)
            ids.add(workspace.run("git rev-parse HEAD").stdout)
    assert ids == {"e5823e049d430c3016f8051ca2dd3223066096a1\n"}


def test_the_clock_is_a_function_of_the_position() -> None:
    with Workspace() as workspace:
        assert workspace.run("date").stdout == "Mon Jan  5 09:01:00 UTC 2026\n"
        assert workspace.run("date +%H:%M").stdout == "09:02\n"


def test_nothing_of_the_user_or_the_system_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Somebody Else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "From Outside")
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    with Workspace() as workspace:
        workspace.run_script(FIRST)
        assert workspace.run("git log --format=%an").stdout == "Ada Student\n"


def test_the_exit_code_of_one_command_decides_what_follows() -> None:
    with Workspace() as workspace:
        assert workspace.run("false && echo no; true || echo no; echo $?").stdout == "0\n"
        assert workspace.run("ls missing || echo 'not there'").stdout == "not there\n"


def test_pipes_and_redirections_join_real_programs() -> None:
    with Workspace() as workspace:
        workspace.run_script("printf 'b\\na\\nb\\n' > names.txt\nsort names.txt | uniq >> sorted.txt")
        assert workspace.run("cat sorted.txt").stdout == "a\nb\n"
        assert workspace.run("ls missing 2>&1 | wc -l").stdout == "1\n"
        assert workspace.run("wc -l < names.txt").stdout == "3\n"
        workspace.run("cat < names.txt > names.txt 2> errors.txt")


def test_globs_match_files_and_quoted_ones_do_not() -> None:
    with Workspace() as workspace:
        workspace.run("touch b.txt a.txt .hidden.txt")
        assert workspace.run("echo *.txt").stdout == "a.txt b.txt\n"
        assert workspace.run("echo '*.txt' *.md").stdout == "*.txt *.md\n"


def test_an_editor_gets_the_texts_of_the_answer_in_order() -> None:
    with Workspace() as workspace:
        workspace.run_script(FIRST)
        workspace.run("git commit --amend <<'EDITOR'\nA better message\n\n# gone\nbody\nEDITOR")
        assert workspace.run("git log --format=%B").stdout == "A better message\n\nbody\n\n"


def test_an_editor_without_a_text_says_what_is_missing() -> None:
    with Workspace() as workspace:
        workspace.run_script(FIRST)
        result = workspace.run("git commit --amend")
        assert result.returncode == 1
        assert "git opened an editor for COMMIT_EDITMSG" in result.stderr


@pytest.mark.parametrize(
    "line",
    [
        "cat /etc/passwd",
        "cat ../bin/editor",
        "ls ..",
        "echo x > ../out.txt",
        "echo x > /tmp/out.txt",
        "git init /tmp/elsewhere",
        "git -C / status",
        "git --git-dir=/ log",
        "git clone https://example.com/a.git",
        "git clone ext::sh",
        "git remote add origin git@example.com:a.git",
        "git fetch --upload-pack=touch",
        "git -c core.pager=touch log",
        "git config core.sshCommand touch",
        "git config filter.x.clean python3",
        "git --exec-path=. x",
        "git daemon",
        "python -c 1",
        "bash",
        "find . -exec touch x ;",
    ],
)
def test_what_leaves_the_folder_or_starts_programs_is_refused(line: str) -> None:
    with Workspace() as workspace:
        result = workspace.run(line.replace(" ;", " ';'"))
        assert result.outcome == "refused"
        assert result.stderr


def test_a_link_out_of_the_folder_is_not_followed_by_redirections(tmp_path: Path) -> None:
    with Workspace() as workspace:
        (workspace.root / "out").symlink_to(tmp_path)
        assert workspace.run("echo x > out/file").outcome == "refused"
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("line", ["echo /build/ > .gitignore", "git commit --allow-empty -m '/ slash'", "git log a..b"])
def test_texts_that_only_look_like_paths_pass(line: str) -> None:
    with Workspace() as workspace:
        workspace.run("git init")
        assert workspace.run(line).outcome == "ran"


def test_sed_cannot_run_programs() -> None:
    with Workspace() as workspace:
        result = workspace.run("sed '1e touch pwned'")
        assert result.returncode != 0
        assert not (workspace.root / "pwned").exists()


def test_a_script_goes_on_after_a_failure_and_stops_after_a_refusal() -> None:
    with Workspace() as workspace:
        failing = workspace.run_script("false\necho after")
        assert [result.stdout for result in failing] == ["", "after\n"]
        refused = workspace.run_script("bash\necho after")
        assert [result.outcome for result in refused] == ["refused"]


def test_a_command_that_takes_too_long_is_stopped_with_its_children() -> None:
    with Workspace(limits=Limits(seconds=0.5)) as workspace:
        workspace.run_script("git init\ngit config alias.wait '!sleep 60'")
        assert workspace.run("git wait").outcome == "timeout"


def test_a_command_that_prints_too_much_is_stopped() -> None:
    with Workspace(limits=Limits(output=1000)) as workspace:
        result = workspace.run("seq 1 1000000")
        assert result.outcome == "too_much_output"
        assert len(result.stdout) == 1000


def test_a_folder_that_is_gone_is_said_to_be_gone() -> None:
    with Workspace() as workspace:
        shutil.rmtree(workspace.root)
        with pytest.raises(SandboxError, match="gone"):
            workspace.run("git init")


def test_a_temporary_workspace_leaves_nothing_behind() -> None:
    with Workspace() as workspace:
        folder = workspace.root.parent
        workspace.run_script(FIRST)
    assert not folder.exists()


def test_folders_are_shown_under_one_name() -> None:
    with Workspace() as workspace:
        assert workspace.run("git init").stdout == "Initialized empty Git repository in /quest/.git/\n"
        workspace.run("mkdir -p a/b && cd a")
        workspace.run("cd a")
        assert workspace.run("pwd").stdout == "/quest/a\n"


def test_somebody_else_can_work_in_between() -> None:
    with Workspace() as workspace:
        workspace.run_script(FIRST)
        workspace.run_as({"GIT_AUTHOR_NAME": "Grace"}, "git commit --allow-empty -m Theirs")
        workspace.run("git commit --allow-empty -m Ours")
        assert workspace.run("git log --format=%an").stdout == "Ada Student\nGrace\nAda Student\n"


def test_a_students_variables_never_reach_git() -> None:
    with Workspace() as workspace:
        workspace.run_script(FIRST)
        workspace.run("GIT_AUTHOR_NAME=Mallory\nHOME=/tmp\nPATH=/none")
        workspace.run("git commit --allow-empty -m $GIT_AUTHOR_NAME")
        assert workspace.run("git log -1 --format='%an %s'").stdout == "Ada Student Mallory\n"
        assert workspace.run("GIT_DIR=x git status").outcome == "refused"


def test_redirections_take_effect_from_left_to_right() -> None:
    with Workspace() as workspace:
        assert workspace.run("ls missing > both.txt 2>&1").stderr == ""
        assert "missing" in workspace.run("cat both.txt").stdout
        assert "missing" in workspace.run("ls missing 2>&1 > out.txt").stdout
        assert workspace.run("echo oops >&2") == CommandResult("echo oops >&2", "", "oops\n", 0)


@pytest.mark.parametrize(
    "line",
    [
        "git rebase --exec 'python3 -c 1' HEAD",
        "git rebase -x bash HEAD",
        "git rebase --exec='sh -c \"curl x\"' HEAD",
        "git rebase -i HEAD <<'EDITOR'\nexec /bin/bash\nEDITOR",
        "git bisect run python3 x.py",
        "git bisect run ../../x.sh",
        "git submodule foreach 'make'",
        "git filter-branch --tree-filter 'perl x' HEAD",
        "git config filter.x.smudge 'sh -c id'",
        "git config --global diff.x.textconv /usr/bin/env",
        "git -c merge.x.driver=perl merge topic",
        "git -c remote.o.uploadpack=x fetch o",
        "git maintenance start",
        "git grep -O x",
        "ln -s ../../../../etc/passwd here",
    ],
)
def test_a_program_that_git_would_start_must_be_one_of_the_sandbox(line: str) -> None:
    with Workspace() as workspace:
        result = workspace.run(line)
        assert (result.outcome, result.returncode) == ("refused", 126)


def test_a_link_is_judged_from_where_it_lies() -> None:
    with Workspace() as workspace:
        workspace.run("mkdir -p a/b && touch top")
        assert workspace.run("ln -s ../../top a/b/link && cat a/b/link").returncode == 0
        workspace.run("cd a/b")
        assert workspace.run("ln -s ../../bin ../../x").outcome == "refused"


def test_a_text_that_no_editor_was_opened_for_is_said_to_be_unused() -> None:
    with Workspace() as workspace:
        workspace.run_script(FIRST)
        assert "was not used" in workspace.run("git status <<'EDITOR'\ntext\nEDITOR").stderr
        assert "was not used" not in workspace.run("git commit --amend --no-edit").stderr


def test_a_merge_by_pull_is_the_same_commit_on_every_machine() -> None:
    script = (
        "git init --bare hub\ngit clone hub a\ngit clone hub b\ncd a\ngit commit --allow-empty -m 1\ngit push\n"
        "cd ../b\ngit pull\ngit commit --allow-empty -m 2\ngit push\ncd ../a\ngit commit --allow-empty -m 3\n"
        "git pull --no-rebase --no-edit\ngit rev-parse HEAD"
    )
    ids = set()
    for _ in range(2):
        with Workspace() as workspace:
            ids.add(workspace.run_script(script)[-1].stdout)
            assert workspace.run("git log -1 --format=%s").stdout == "Merge branch 'main' of /quest/hub\n"
    assert len(ids) == 1
