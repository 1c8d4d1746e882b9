"""nbgrader's configuration of this course root: declarations only."""

from pathlib import Path

from autograders.config import configure

c = get_config()  # noqa: F821 - nbgrader provides it
configure(c, Path(__file__).parent)
