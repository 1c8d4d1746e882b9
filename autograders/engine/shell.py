"""A warm IPython shell that is ipykernel's own in everything but its sockets, to be forked once a notebook.

What a kernel would send to a client becomes events, written one JSON line each to a pipe as they happen, so that
whatever ends the process takes nothing back:

``["cell", index]``, ``["stream", name, text]``, ``["message", type, content]``, ``["done", index, reply, timed_out]``,
``["tampered", index, findings]``, ``["end"]``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from traitlets.config import Config

from autograders.engine.hooks import Hooks
from autograders.engine.streams import CapturedStream, FileOutput

__all__ = ["WarmShell"]

_WARM_UP = (
    "import sys\nprint('warm')",
    "def warm(x):\n    raise NotImplementedError()\nwarm(1)",
    "1 +",
    "await __import__('asyncio').sleep(0)\n{'a': [1.0]}",
)
_LARGEST = 32 << 20
_REPLY = ("status", "ename", "evalue", "traceback", "execution_count")


class _Session(Session):
    """A session whose messages go to a function instead of a socket."""

    shell: WarmShell

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if isinstance(msg_or_type, dict):
            msg_or_type, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
        self.shell.message(msg_or_type, content)
        return {}


class WarmShell:
    """Everything that a notebook needs, imported and run once, before the fork."""

    def __init__(self) -> None:
        self._writer, self._written = -1, 0
        session = _Session(key=b"")
        session.shell = self
        config = Config()
        # Its thread would not survive the fork.
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        log = logging.getLogger("gitquest.engine.shell")
        log.setLevel(logging.CRITICAL + 1)
        # The debugger would start threads, and print. Students may import it all the same.
        sys.modules["debugpy"] = None  # type: ignore[assignment]
        self._kernel = IPythonKernel.instance(session=session, iopub_socket=None, config=config, log=log)
        del sys.modules["debugpy"]
        # By this ipykernel knows on which thread an interrupt cancels an await.
        self._kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
        self.shell = self._kernel.shell
        self._warm()

    @property
    def language_info(self) -> dict[str, Any]:
        """What a kernel says of its language, which ends up in every notebook that it ran."""
        return dict(self._kernel.language_info)

    def run(self, cells: Iterable[bytes], *, timeout: float, writer: int) -> None:
        """Run cells, in a forked child, and write what happens to ``writer``.

        Parameters
        ----------
        cells
            A line of JSON each: index, source, and whether students may not change it; the last line is ``null``.
        timeout
            Seconds that one cell may take before it is interrupted.
        """
        self._writer = writer
        self._outputs()
        self.shell.system = self._system
        # Not asyncio.run: that would take the interrupt that a cell should get.
        loop = asyncio.new_event_loop()
        # An interrupt cancels an await by way of it; "exit" would stop it.
        self._kernel.io_loop = SimpleNamespace(
            asyncio_loop=loop, add_callback=loop.call_soon_threadsafe, call_later=lambda *_: None, stop=None
        )
        loop.run_until_complete(self._run(cells, timeout))
        self._emit(["end"])

    def message(self, kind: str, content: dict[str, Any]) -> None:
        """Take a message that a kernel would have sent."""
        if self._writer < 0 or kind in {"status", "execute_input"}:
            return
        sys.stdout.flush()
        sys.stderr.flush()
        self._emit(["message", kind, content])

    async def _run(self, cells: Iterable[bytes], timeout: float) -> None:
        hooks = Hooks(self.shell)
        for line in cells:
            cell = json.loads(line)
            if cell is None:
                return
            index, source, locked = cell
            self._emit(["cell", index])
            if locked and (findings := hooks.restore()):
                self._emit(["tampered", index, findings])
            late = _Alarm()
            late.set(timeout)
            try:
                reply = await self._kernel.do_execute(source, silent=False, store_history=True, allow_stdin=False)
            except (KeyboardInterrupt, asyncio.CancelledError):
                # Between the cell's last statement and here.
                reply = {"status": "ok", "execution_count": self.shell.execution_count - 1}
            finally:
                late.clear()
            # "exit" ends a kernel some time later, or not: here the next cell runs.
            self.shell.exit_now = False
            self._streams_flush()
            self._emit(["done", index, {name: reply[name] for name in _REPLY if name in reply}, late.rang])

    def _system(self, command: str) -> None:
        """Run ``!command`` as ipykernel does, but without a terminal, which a confined process may not have."""
        if command.rstrip().endswith("&"):
            raise OSError("Background processes not supported.")
        line = ["/bin/sh", "-c", self.shell.var_expand(command, depth=1)]
        with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as ran:
            assert ran.stdout is not None
            for text in ran.stdout:
                sys.stdout.write(text.decode(errors="replace").replace("\n", "\r\n"))
        self.shell.user_ns["_exit_code"] = ran.returncode

    def _outputs(self) -> None:
        others = {"stdout": FileOutput(1), "stderr": FileOutput(2)}
        self._stdout, self._stderr = (CapturedStream(name, self._stream, file) for name, file in others.items())
        sys.stdout = sys.__stdout__ = self._stdout  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = self._stderr  # type: ignore[misc]

    def _stream(self, name: str, text: str) -> None:
        self._emit(["stream", name, text])

    def _streams_flush(self) -> None:
        self._stdout.flush()
        self._stderr.flush()

    def _emit(self, event: list[Any]) -> None:
        line = json.dumps(event, default=json_default).encode() + b"\n"
        if event[0] in {"stream", "message"}:
            if self._written > _LARGEST:
                return
            self._written += len(line)
        while line:
            line = line[os.write(self._writer, line) :]

    def _warm(self) -> None:
        async def run() -> None:
            for source in _WARM_UP:
                await self._kernel.do_execute(source, silent=False, store_history=True, allow_stdin=False)

        out, err = sys.stdout, sys.stderr
        with open(os.devnull, "w") as nothing:  # noqa: PTH123
            sys.stdout = sys.stderr = nothing
            try:
                asyncio.run(run())
                self.shell.reset(new_session=True, aggressive=False)
            finally:
                sys.stdout, sys.stderr = out, err
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)


class _Alarm:
    """An interrupt, as a client would send it, after some time."""

    def __init__(self) -> None:
        self.rang = False

    def set(self, seconds: float) -> None:
        """Interrupt this process after ``seconds``."""
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def clear(self) -> None:
        """Do not interrupt it any more."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_: object) -> None:
        self.rang = True
        signal.raise_signal(signal.SIGINT)
