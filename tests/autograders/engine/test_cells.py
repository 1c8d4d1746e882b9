"""Running cells in a confined child: its limits, and what becomes of it when code misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell

from autograders.engine.cells import CellServer
from autograders.engine.messages import Run

LATE = {"ename": "CellTimeoutError", "evalue": "", "traceback": ["No reply from kernel before timeout"]}


@pytest.fixture(scope="module")
def server() -> Iterator[CellServer]:
    with CellServer() as running:
        yield running


def _run(server: CellServer, place: Path, *sources: str, timeout: float = 20) -> tuple[Run, list[Any]]:
    cells = [new_code_cell(source) for source in sources]
    return server.run(cells, range(len(cells)), place=place, timeout=timeout, on_timeout=LATE), cells


def _text(cell: Any) -> str:
    return "".join(o.get("text", "") + "".join(o.get("traceback", [])) for o in cell.outputs)


def test_notebooks_share_nothing(server: CellServer, tmp_path: Path) -> None:
    _run(server, tmp_path, "x = 1\nimport builtins\nbuiltins.len = lambda x: 0\nimport json\njson.dumps = None")
    _, cells = _run(server, tmp_path, "import json\nprint('x' in globals(), len('abc'), json.dumps(1))")
    assert _text(cells[0]) == "False 3 1\n"
    assert cells[0].execution_count == 1


def test_a_cell_that_does_not_end_is_interrupted_and_keeps_what_it_printed(server: CellServer, tmp_path: Path) -> None:
    run, cells = _run(server, tmp_path, "print('so far')\nwhile True: pass", "print('next')", timeout=1)
    assert run.complete
    assert cells[0].outputs[0].text == "so far\n"
    assert [o.ename for o in cells[0].outputs[1:]] == ["KeyboardInterrupt", "CellTimeoutError"]
    assert _text(cells[1]) == "next\n"


def test_an_await_that_does_not_end_is_interrupted(server: CellServer, tmp_path: Path) -> None:
    run, cells = _run(server, tmp_path, "import asyncio\nawait asyncio.sleep(600)", "print('next')", timeout=1)
    assert run.complete
    assert cells[0].outputs[-1].ename == "CellTimeoutError"
    assert _text(cells[1]) == "next\n"


def test_a_cell_that_ignores_the_interrupt_is_killed_and_keeps_what_it_printed(
    server: CellServer, tmp_path: Path
) -> None:
    stubborn = (
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "print('so far', flush=True)\nwhile True: time.sleep(1)"
    )
    run, cells = _run(server, tmp_path, stubborn, "print('never')", timeout=0.5)
    assert (run.complete, run.why) == (False, "timeout")
    assert _text(cells[0]) == "so far\n"
    assert cells[1].outputs == []


def test_a_process_that_ends_keeps_the_cells_before(server: CellServer, tmp_path: Path) -> None:
    run, cells = _run(server, tmp_path, "print('one')", "import os\nos._exit(0)", "print('three')")
    assert (run.complete, run.why) == (False, "exited")
    assert [_text(cell) for cell in cells] == ["one\n", "", ""]


def test_exit_does_not_end_the_notebook(server: CellServer, tmp_path: Path) -> None:
    run, cells = _run(server, tmp_path, "exit", "print('next')")
    assert run.complete
    assert _text(cells[1]) == "next\n"


def test_input_is_refused(server: CellServer, tmp_path: Path) -> None:
    _, cells = _run(server, tmp_path, "input()")
    assert cells[0].outputs[0].ename == "StdinNotImplementedError"


def test_widgets_are_said_to_need_a_kernel(server: CellServer, tmp_path: Path) -> None:
    run, _ = _run(server, tmp_path, "import ipywidgets\nipywidgets.IntSlider()")
    assert run.needs_kernel == "widgets"


def test_files_elsewhere_are_out_of_reach(server: CellServer, tmp_path: Path) -> None:
    secret, place = tmp_path / "gradebook.db", tmp_path / "place"
    secret.write_text("marks")
    place.mkdir()
    _, cells = _run(server, place, f"open({str(secret)!r}).read()", f"open({str(secret)!r}, 'w')", "open('mine', 'w')")
    # Reading is denied; writing is, too, or finds a file system that can only be read.
    read, write = (o.get("ename") for cell in cells[:2] for o in cell.outputs)
    assert read == "PermissionError"
    assert write in {"PermissionError", "OSError"}
    assert (place / "mine").exists()
    assert secret.read_text() == "marks"


def test_the_network_is_out_of_reach(server: CellServer, tmp_path: Path) -> None:
    source = "import socket\nsocket.create_connection(('127.0.0.1', 1), timeout=2)"
    _, cells = _run(server, tmp_path, source)
    assert cells[0].outputs[0].ename in {"OSError", "PermissionError", "ConnectionRefusedError"}


def test_endless_output_ends(server: CellServer, tmp_path: Path) -> None:
    run, cells = _run(server, tmp_path, "while True: print('x' * 100000)", "print('next')", timeout=1)
    assert run.complete
    assert len(cells[0].outputs[0].text) < 50_000_000


def test_nothing_outlives_its_notebook(server: CellServer, tmp_path: Path) -> None:
    source = "import subprocess\nprint(subprocess.Popen(['setsid', 'sleep', '600']).pid)"
    _, cells = _run(server, tmp_path, source)
    assert not Path(f"/proc/{_text(cells[0]).strip()}").exists()


@pytest.mark.parametrize(
    "forged",
    ['["done", 99, {}, false]', '["cell", "x"]', '["message", "execute_result", {}]', "[]", "junk", '["stream"]'],
)
def test_forged_events_end_the_run_instead_of_the_batch(server: CellServer, tmp_path: Path, forged: str) -> None:
    source = (
        "import os\nfor fd in range(3, 64):\n    try:\n"
        f"        os.write(fd, {forged.encode()!r} + bytes([10]))\n    except OSError:\n        pass"
    )
    run, cells = _run(server, tmp_path, source, "1")
    assert not run.complete
    assert cells[1].outputs == []
