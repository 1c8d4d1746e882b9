"""One way out that git, or a file command, offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tests.gitquest_kernel.confinement.escape.vectors import ANYTHING, Vector

__all__ = ["Policy", "Way", "executing", "reaching"]

Policy = Literal["refused", "neutral", "left"]
"""What the command policy does alone: refuses; lets run what its settings made harmless; leaves it to the system."""


@dataclass(frozen=True)
class Way:
    """A way out.

    Parameters
    ----------
    script
        What a student would type. ``@OUT@`` is the folder out of bounds, ``@UP@`` the same from here, ``@WORK@`` the
        student's folder, ``@PORT@`` where this machine listens.
    shell
        The same for a real shell, where the answer grammar has something of its own.
    why
        Why the policy does not refuse it.
    terminal
        Whether git takes this way only on a terminal.
    inside
        Whether the way works inside the sandbox, aimed at a folder there: then the operating system stopped the harm
        and not the way itself.
    """

    group: str
    name: str
    script: str
    vectors: tuple[Vector, ...] = ANYTHING
    policy: Policy = "refused"
    why: str = ""
    shell: str = ""
    terminal: bool = False
    inside: bool = True

    @property
    def executes(self) -> bool:
        """Whether it runs a program of the attacker's choice."""
        return Vector.EXECUTE in self.vectors


def executing(group: str, rows: dict[str, str], policy: Policy = "refused", why: str = "", **more: Any) -> list[Way]:
    """Return ways that run a program of the attacker's choice."""
    return [Way(group, name, script, policy=policy, why=why, **more) for name, script in rows.items()]


def reaching(
    group: str, vector: Vector, rows: dict[str, str], policy: Policy = "refused", why: str = "", **more: Any
) -> list[Way]:
    """Return ways that do one harm and start nothing."""
    return [Way(group, name, script, (vector,), policy, why, **more) for name, script in rows.items()]
