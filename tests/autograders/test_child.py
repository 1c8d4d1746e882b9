"""A forked child: how it may end, and that nothing of it is left.

Each case runs in a process of its own, as the runner does: forking and reaping everybody is no job for the test run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

_SCRIPT = """
import json, os, pathlib, subprocess, sys, time
from autograders.child import in_child
from gitquest_kernel.confinement.descendants import own_descendants
from gitquest_kernel.errors import LimitReached, Refused
own_descendants(); waiting, kept = os.pipe()
def work():
{work}
ended = in_child(work, place=pathlib.Path(sys.argv[1]), seconds={seconds}, parent=waiting)
print(json.dumps([ended.value, ended.outcome, ended.error]))
"""


def _ended(tmp_path: Path, work: str, seconds: float = 20) -> tuple[object, str | None, dict[str, str] | None]:
    script = _SCRIPT.format(work=textwrap.indent(work, "    "), seconds=seconds)
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    value, outcome, error = json.loads(done.stdout)
    return value, outcome, error


def test_a_value_comes_back(tmp_path: Path) -> None:
    assert _ended(tmp_path, "return {'where': os.getcwd()}") == ({"where": str(tmp_path)}, None, None)


def test_what_it_prints_disturbs_nothing(tmp_path: Path) -> None:
    assert _ended(tmp_path, "os.write(1, b'junk'); print('junk', flush=True)\nreturn {}") == ({}, None, None)


def test_large_values_come_back(tmp_path: Path) -> None:
    value, _, _ = _ended(tmp_path, "return {'text': 'x' * 3_000_000}")
    assert isinstance(value, dict)
    assert len(value["text"]) == 3_000_000


@pytest.mark.parametrize(
    ("work", "outcome"),
    [
        ("raise MemoryError", "out_of_memory"),
        ("os.kill(os.getpid(), 9)", "crashed"),
        ("os._exit(0)", "crashed"),
        ("os.kill(os.getpid(), 24)", "timeout"),
    ],
)
def test_each_violent_end_has_its_outcome(tmp_path: Path, work: str, outcome: str) -> None:
    assert _ended(tmp_path, work) == (None, outcome, None)


def test_too_much_time_is_a_timeout(tmp_path: Path) -> None:
    assert _ended(tmp_path, "time.sleep(600)", seconds=0.3) == (None, "timeout", None)


def test_errors_made_on_purpose_keep_their_sort_and_facts(tmp_path: Path) -> None:
    _, _, error = _ended(tmp_path, "raise Refused('no', where='line 1', remedy='do not')")
    assert error == {"type": "Refused", "problem": "no", "where": "line 1", "remedy": "do not"}


def test_facts_of_an_errors_own_come_back_as_well(tmp_path: Path) -> None:
    _, _, error = _ended(tmp_path, "raise LimitReached('slow', limit='time')")
    assert error is not None
    assert error["limit"] == "time"


def test_other_exceptions_are_faults_with_their_traceback(tmp_path: Path) -> None:
    _, _, error = _ended(tmp_path, "1 / 0")
    assert error is not None
    assert error["type"] == "Fault"
    assert "ZeroDivisionError" in error["problem"]


def test_processes_that_fled_into_a_session_of_their_own_are_dead_afterwards(tmp_path: Path) -> None:
    work = (
        "fled = subprocess.Popen(['sh', '-c', 'setsid sh -c \"echo $$ > pid; sleep 600\" & sleep 600'])\n"
        "while not (os.path.exists('pid') and open('pid').read().strip()): time.sleep(0.01)\n"
        "return {'pid': int(open('pid').read())}"
    )
    value, _, _ = _ended(tmp_path, work)
    assert isinstance(value, dict)
    assert not Path(f"/proc/{value['pid']}").exists()
