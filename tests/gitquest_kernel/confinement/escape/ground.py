"""The ground that all attempts of a test run share: one confined driver, listeners, the repository to begin with."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from gitquest_kernel.confinement import ConfinedExecutor, Limits, PlainExecutor, nursery
from tests.gitquest_kernel.confinement.escape.arena import Arena, Listeners, Target, baseline
from tests.gitquest_kernel.confinement.escape.layers import Observed, by_policy, by_shell
from tests.gitquest_kernel.confinement.escape.vectors import Vector
from tests.gitquest_kernel.confinement.escape.way import Way

__all__ = ["Ground"]


@dataclass
class Ground:
    """Runs ways with no layer, with the policy alone, with the operating system's layer alone.

    Parameters
    ----------
    folder
        An empty folder; ``in`` is the one that the confined driver may use.
    """

    folder: Path
    numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        for name in ("in", "out", "open"):
            (self.folder / name).mkdir()
        self.repository = baseline(self.folder / "base")
        self.listeners = Listeners(self.folder / "out")
        self.plain = PlainExecutor(self.folder / "open")
        self.confined = ConfinedExecutor(self.folder / "in")
        self.confined.run(["true"], cwd=self.folder / "in", env={}, stdin=b"", limits=Limits())
        self.us = Target.of(os.getpid())
        self.driver = Target.of(driver())

    def close(self) -> None:
        """End the driver and the listeners."""
        self.confined.close()
        self.listeners.close()

    def open(self, way: Way) -> Observed:
        """Take a way with no layer before it: the control."""
        arena = self._arena("open", self.us, way)
        return by_shell(arena, arena.fill(way.shell or way.script), self.plain, terminal=way.terminal)

    def policy(self, way: Way) -> Observed:
        """Take a way with the command policy, the grammar and the neutral environment alone before it."""
        arena = self._arena("open", self.us, way)
        return by_policy(arena, arena.fill(way.script))

    def system(self, way: Way, *, inside: bool = False) -> Observed:
        """Take a way with the operating system alone before it; ``inside`` aims it at a folder in the sandbox."""
        arena = self._arena("in", self.driver, way, inside=inside)
        script = arena.fill(way.shell or way.script)
        return by_shell(arena, script, self.confined, terminal=way.terminal, limited=True)

    def _arena(self, where: str, target: Target, way: Way, *, inside: bool = False) -> Arena:
        number = str(next(self.numbers))
        place = self.folder / where / number
        place.mkdir()
        out = self.folder / ("in" if inside else "out") / f"out{number}"
        out.mkdir()
        if not inside:
            (out / "socket").hardlink_to(self.folder / "out" / "socket")
        arena = Arena(place, out, self.listeners, target, stays=Vector.PERSIST in way.vectors)
        arena.prepare(self.repository)
        return arena


def driver() -> int:
    """Return the process number of the newest driver: the nursery's last descendant."""
    assert nursery._nursery is not None
    pid = nursery._nursery[0].pid
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[-1])
    return pid
