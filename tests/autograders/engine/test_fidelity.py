"""The same cells in a real kernel and in our forked shell leave the same outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute

from autograders.engine.cells import CellServer

CELLS: dict[str, list[str]] = {
    "results": ["1 + 1", "x = 3", "x", "None", "_", "In[1], Out[1]", "'a'; 2;", "{'b': [1, 2.5]}", "__name__"],
    "streams": [
        "print('out')",
        "import sys\nprint('err', file=sys.stderr)\nprint('out again')",
        "sys.stdout.write('no newline')\nsys.stdout.flush()",
        "print('x' * 20000)",
        "import warnings\nwarnings.warn('careful')",
        "import logging\nlogging.warning('logged')",
        "sys.stdout.isatty(), sys.stdout.encoding",
        "print(1, 2, sep='\\r\\n', end='\\u2028')",
    ],
    "errors": [
        "print('before')\n1 / 0",
        "def f(x):\n    raise ValueError(f'bad {x}')\n\ndef g(x):\n    return f(x)",
        "g(2)",
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('k') from error",
        "def f(:",
        "1 +",
        "raise SystemExit(3)",
        "assert 1 == 2, 'never'",
        "class Own(Exception):\n    def __str__(self):\n        return 'own\\nlines'\nraise Own",
        "import json\njson.loads('{')",
        "def deep(n):\n    return deep(n + 1)\ntry:\n    deep(0)\nexcept RecursionError as error:\n    print(error)",
        "undefined",
        "raise KeyboardInterrupt",
        "%nonsense",
        "%%nonsense\nx",
        "from nowhere import nothing",
        "try:\n    raise ExceptionGroup('both', [ValueError(1), TypeError(2)])\nexcept* ValueError:\n    pass",
    ],
    "rich": [
        "from IPython.display import HTML, Image, JSON, Latex, Markdown, SVG, clear_output, display, update_display",
        "HTML('<b>x</b>')",
        "display(Markdown('*a*'), Latex('$x$'))\nprint('between')\ndisplay(3)",
        "class R:\n    def _repr_html_(self):\n        return '<i>r</i>'\n"
        "    def __repr__(self):\n        return 'R()'\nR()",
        "class Bad:\n    def __repr__(self):\n        raise ValueError('no repr')\nBad()",
        "class M:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'text/plain': 'm', 'application/x+json': {'a': 1}}, {'application/x+json': {'w': 2}}\nM()",
        "display('first', display_id='one')\nprint('x')",
        "update_display('second', display_id='one')",
        "print('gone')\nclear_output()\nprint('kept')",
        "print('gone')\nclear_output(wait=True)\nprint('kept')",
        "print('stays')\nclear_output(wait=True)",
        "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 16, format='png')",
        "JSON({'a': [1]})",
        "from IPython import get_ipython\ntype(get_ipython()).__name__",
        "display({'text/plain': 'raw'}, raw=True, metadata={'k': 1})",
    ],
    "async": [
        "import asyncio\nawait asyncio.sleep(0.01)\n'slept'",
        "asyncio.run(asyncio.sleep(0))",
        "async def one():\n    return 1\nawait one()",
        "await asyncio.gather(one(), one())",
        "async def bad():\n    1 / 0\nawait bad()",
        "asyncio.get_running_loop() is not None",
        "async with asyncio.timeout(1):\n    print('inside')",
        "[i async for i in __import__('builtins').anext]",
    ],
    "input": ["input('name? ')", "from getpass import getpass\ngetpass()", "import sys\nsys.stdin.readline()"],
    "programs": [
        "!echo hi",
        "files = !echo one two\nfiles",
        "import os, time\n_ = os.system('echo system')\ntime.sleep(0.3)",
        "import subprocess\n_ = subprocess.run(['echo', 'child'])\ntime.sleep(0.3)",
        "subprocess.run(['sh', '-c', 'echo wrong >&2; exit 3'], capture_output=True).returncode",
        "%%bash\necho cell",
        "!exit 4",
        "_exit_code",
        "x = 5\n!echo {x} $x",
    ],
    "magics": [
        "%precision 2",
        "3.14159",
        "%%capture held\nprint('held')",
        "held.stdout",
        "%who_ls",
        "%%writefile note.txt\nhello",
        "open('note.txt').read()",
        "%pwd\n'after'",
        "%%html\n<p>x</p>",
        "%xmode Plain\n1 / 0",
        "%config InlineBackend",
        "?print",
        "print?",
    ],
    "frames": [
        "import pandas as pd, numpy as np\npd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
        "np.float64(0.5), np.arange(3)",
        "np.float64(0.0)",
        "pd.Series([1.0]).astype(int)",
        "pd.DataFrame({'a': [1]})['b']",
        "np.array([1]) / 0",
    ],
    "imports": [
        "%%writefile helper.py\ndef double(x):\n    return 2 * x",
        "import helper\nhelper.double(4)",
        "import sys\n'' in sys.path",
        "import __main__\n__main__.helper is helper",
        "import os\nos.environ.get('TERM'), os.environ.get('MPLBACKEND')",
    ],
    "empty cells": ["", "   \n", "# only a comment", "1"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[CellServer]:
    with CellServer() as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("name", CELLS)
def test_outputs_equal_a_real_kernels(
    name: str, server: CellServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By this variable ipykernel lets its programs' output go past the notebook.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    ours, real = (new_notebook(cells=[new_code_cell(source) for source in CELLS[name]]) for _ in range(2))
    places = [tmp_path / "ours", tmp_path / "real"]
    for place in places:
        place.mkdir()
    chosen = [index for index, cell in enumerate(ours.cells) if cell.source.strip()]
    run = server.run(ours.cells, chosen, place=places[0], timeout=20, on_timeout={})
    assert run.complete
    client = NotebookClient(real, timeout=20, kernel_name="python3", allow_errors=True, resources=_in(places[1]))
    client.on_cell_executed = lambda **facts: Execute.on_cell_executed(client, **facts)
    client.execute()
    for mine, theirs in zip(ours.cells, real.cells, strict=True):
        assert _plain(mine) == _plain(theirs)
    assert real.metadata.language_info == run.language_info


def _in(place: Path) -> dict[str, Any]:
    return {"metadata": {"path": str(place)}}


def _plain(cell: Any) -> tuple[str, Any, list[Any]]:
    """Return what a cell shows, without what differs from run to run: process ids, and how text was cut in pieces."""
    outputs: list[Any] = []
    for output in cell.outputs:
        last = outputs[-1] if outputs else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last["text"] += output.text
        else:
            outputs.append(dict(output))
    return cell.source, cell.execution_count, [_without_ids(output) for output in outputs]


def _without_ids(value: Any) -> Any:
    if isinstance(value, str):
        # The child's home is its scratch folder, so paths are not shortened by "~".
        value = value.replace(str(Path.home()), "~")
        return re.sub(r"ipykernel_\d+|0x[0-9a-f]{6,}|/tmp/\S*/(ours|real)|\(\d+ times\)", "#", value)
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items()}
    return [_without_ids(part) for part in value] if isinstance(value, list) else value
