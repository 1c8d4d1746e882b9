"""A workspace runs real git, the same everywhere, and keeps to its folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gitquest_kernel.errors import SandboxError
from gitquest_kernel.sandbox import Limits, Workspace

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
