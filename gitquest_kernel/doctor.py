"""Look at this machine: what Git Quest needs, what is there, and how to get the rest."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitquest_kernel.confinement.confine import Level

__all__ = ["Finding", "examine"]

_PYTHON = (3, 11)
_GIT = (2, 39)
_STUDENT = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "pygit2", "duckdb", "dbt-core", "dbt-duckdb")
_COMPILED = ("pygit2", "duckdb")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    found
        What is there, or what is wrong.
    essential
        Whether quests cannot be played without it.
    remedy
        What to do when it is not fine.
    """

    name: str
    fine: bool
    found: str
    essential: bool = False
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding in JSON's types."""
        return asdict(self)


def examine(
    root: Path,
    *,
    which: Callable[[str], str | None] = shutil.which,
    confinement: Callable[[], Level] | None = None,
) -> tuple[Finding, ...]:
    """Return what this machine has of what Git Quest needs, in the order in which it is needed.

    Parameters
    ----------
    root
        The folder to work in.
    which
        Finds a program by name.
    confinement
        Says what the operating system can confine; by default the sandbox does.
    """
    return (
        _python(),
        _git(which),
        *_packages(),
        _kernel(),
        _folder("folder", root, "choose a folder that you may write: answers are kept beside the notebooks"),
        _folder("scratch folder", Path(tempfile.gettempdir()), "set TMPDIR to a folder that you may write"),
        _confinement(confinement),
        _grading(),
        _browser(which),
    )


def _python() -> Finding:
    found = sys.version.split()[0]
    wanted = ".".join(map(str, _PYTHON))
    return Finding("Python", sys.version_info >= _PYTHON, found, True, f"install Python {wanted} or newer")


def _git(which: Callable[[str], str | None]) -> Finding:
    program = which("git")
    if program is None:
        remedy = "install git: 'apt install git', 'brew install git', or https://git-scm.com/downloads"
        return Finding("git", False, "not found", True, remedy)
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=20)
    numbers = re.search(r"(\d+)\.(\d+)(?:\.\d+)*", answer.stdout)
    if numbers is None:
        return Finding("git", False, f"{program} does not tell its version", True, "install git again")
    wanted = ".".join(map(str, _GIT))
    fine = (int(numbers[1]), int(numbers[2])) >= _GIT
    remedy = f"update git to {wanted} or newer: some lessons use commands that this one lacks"
    return Finding("git", fine, numbers[0], False, remedy)


def _packages() -> Iterator[Finding]:
    for name in _STUDENT:
        found = _version(name)
        fault = "not installed" if found is None else _fault(name) if name in _COMPILED else ""
        yield Finding(name, not fault, fault or str(found), True, "pip install --force-reinstall gitquest")


def _fault(module: str) -> str:
    try:
        import_module(module)
    except ImportError as error:
        return f"cannot be imported: {error}"
    return ""


def _kernel() -> Finding:
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError as error:
        return Finding("kernel", False, f"not looked for: {error}", True, "pip install gitquest")
    try:
        spec = KernelSpecManager().get_kernel_spec("gitquest")
    except NoSuchKernel:
        remedy = "pip install --force-reinstall gitquest, in the environment that JupyterLab runs in"
        return Finding("kernel", False, "JupyterLab does not know the kernel 'gitquest'", True, remedy)
    return Finding("kernel", True, str(spec.resource_dir), True)


def _folder(name: str, folder: Path, remedy: str) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding(name, True, str(folder.absolute()), True, remedy)
    except OSError as error:
        return Finding(name, False, f"{folder.absolute()} cannot be written ({error.strerror})", True, remedy)


def _confinement(confinement: Callable[[], Level] | None) -> Finding:
    try:
        reached = (confinement or _level)()
    except ImportError as error:
        return Finding("confinement", False, f"not looked at: {error}", False, "pip install gitquest")
    kept = "modes and times by a mount namespace" if reached.mount_namespace else "not their modes and times"
    files = f"files by Landlock {reached.landlock} ({kept})" if reached.files else "files not confined"
    if reached.system_calls:
        network = f"network by {'a namespace and ' if reached.network_namespace else ''}refused sockets"
    elif reached.network_namespace:
        network = "network by a namespace (not socket files)"
    elif reached.network:
        network = "network by Landlock (TCP only)"
    else:
        network = "network not confined"
    processes = "a namespace" if reached.process_namespace else "adoption"
    number = "a control group" if reached.process_group else "looking on"
    if reached.files:
        network += f", processes by {processes}, their number by {number}"
    remedy = (
        "playing needs no confinement; to grade what others hand in, use Linux 5.13 or newer with Landlock "
        "(6.7 where containers may not make namespaces)"
    )
    return Finding("confinement", reached.enough_to_grade, f"{files}, {network}", False, remedy)


def _level() -> Level:
    from gitquest_kernel.confinement.confine import level

    return level()


def _grading() -> Finding:
    found = _version("nbgrader")
    said = f"nbgrader {found}" if found else "nbgrader is not installed"
    return Finding("grading", found is not None, said, False, "instructors: pip install 'gitquest[instructor]'")


def _browser(which: Callable[[str], str | None]) -> Finding:
    program = next(filter(None, map(which, _BROWSERS)), None)
    remedy = "only the browser tests need it: 'apt install chromium'"
    return Finding("chromium", program is not None, program or "not found", False, remedy)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
