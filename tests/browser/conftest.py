"""A real JupyterLab in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: ``GITQUEST_SCREENSHOTS``, else pytest's own folder."""
    chosen = os.environ.get("GITQUEST_SCREENSHOTS")
    folder = Path(chosen) if chosen else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder with a copy of a released lesson."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "release" / "git-01-first-repository", folder / "git-01-first-repository")
    return folder


@pytest.fixture(scope="session")
def lab(desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab on the student's folder."""
    home = tmp_path_factory.mktemp("home")
    folders = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
            *("--IdentityProvider.token=", "--ServerApp.port_retries=100", f"--ServerApp.root_dir={desk}"),
        ],
        env={
            **os.environ,
            **folders,
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "lab"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    address = next((found.group(1) for line in server.stderr if (found := re.search(r"(http://\S+?)/lab", line))), None)
    assert address, "JupyterLab did not start"
    # Somebody has to read what it says, or it stops when the pipe is full.
    threading.Thread(target=server.stderr.read, daemon=True).start()
    yield address
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, or a skip that says what is missing."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install 'gitquest[dev]'")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


class LabPage:
    """One notebook open in JupyterLab."""

    def __init__(self, page: Any, screenshots: Path) -> None:
        self.page, self.screenshots = page, screenshots
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, address: str, notebook: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.page.goto(f"{address}/lab/tree/{notebook}?reset")
        self.page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=60_000)
        # The indicator is idle before the kernel answers; what is run in between is lost.
        self._with_kernel("await session.kernel.info")

    def restart(self) -> None:
        """Restart the kernel."""
        self._with_kernel("await session.kernel.restart(); await session.kernel.info")

    def _with_kernel(self, script: str) -> None:
        context = "window.jupyterapp.shell.currentWidget.sessionContext"
        begin = f"const context = {context}; await context.ready; const session = context.session"
        self.page.evaluate(f"async () => {{ {begin}; {script}; }}")

    def cell(self, text: str) -> Any:
        """Return the code cell whose source begins with a text."""
        editors = self.page.locator(".jp-Notebook .jp-CodeCell")
        return editors.filter(has=self.page.locator(".cm-line", has_text=re.compile(f"^{re.escape(text)}"))).first

    def run(self, text: str, source: str | None = None) -> Any:
        """Run a cell, with another source if one is given, and return it."""
        cell = self.cell(text)
        cell.locator(".cm-content").first.click()
        if source is not None:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")
        return cell

    def picture(self, name: str) -> None:
        """Keep a picture of the page."""
        self.page.screenshot(path=self.screenshots / f"{name}.png")


@pytest.fixture
def lab_page(chromium: Any, lab: str, screenshots: Path, request: pytest.FixtureRequest) -> Iterator[LabPage]:
    page = chromium.new_page(viewport={"width": 1300, "height": 1400})
    page.set_default_timeout(30_000)
    opened = LabPage(page, screenshots)
    opened.open(lab, "git-01-first-repository/git-01-first-repository.ipynb")
    yield opened
    opened.picture(f"last-{request.node.name}")
    page.close()
