"""What a dbt answer may hold: models, tests and their properties, and nothing that reaches beyond them.

Grading builds projects in a confined process, so these rules are the second fence. They also tell a student at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from gitquest_kernel.errors import AnswerError, Refused

__all__ = ["check_files"]

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FORBIDDEN = {
    "hooks": {"pre_hook", "post_hook", "run_hooks", "on_run_start", "on_run_end"},
    "SQL that runs while dbt compiles": {"run_query", "statement", "adapter", "load_result", "store_result"},
    "Python": {"modules", "submit_python_job", "builtins", "context", "attr"},
    "the machine's environment": {"env_var", "invocation_args_dict", "dbt_metadata_envs"},
    "materializations of your own": {"materialization", "endmaterialization"},
}
_PROJECT_KEYS = {
    "name",
    "version",
    "config-version",
    "profile",
    "models",
    "seeds",
    "data_tests",
    "tests",
    "vars",
    "snapshots",
}
_HOOK_KEYS = {"pre-hook", "post-hook", "pre_hook", "post_hook", "on-run-start", "on-run-end"}


def check_files(files: Mapping[str, str], editable: Iterable[str]) -> None:
    """Refuse files that an answer may not hold.

    Raises
    ------
    Refused
        A path is not one of ``editable``, or a file uses hooks, Python, the environment or SQL at compile time.
    AnswerError
        A properties file is not YAML.
    """
    allowed = set(editable)
    for path, text in files.items():
        if path not in allowed:
            raise Refused(
                "this quest does not take this file", where=path, remedy=f"Change these: {', '.join(sorted(allowed))}."
            )
        try:
            text.encode()
        except UnicodeEncodeError:
            raise AnswerError("this file holds half a character", where=path, remedy="Type it anew.") from None
        _check_jinja(path, text)
        if path.endswith(".yml"):
            _check_yaml(path, text)


def _check_jinja(path: str, text: str) -> None:
    for block in _JINJA.finditer(text):
        words = {word.lower() for word in _WORD.findall(block.group().replace("-", "_"))}
        for what, names in _FORBIDDEN.items():
            if found := sorted(words & names):
                line = text.count("\n", 0, block.start()) + 1
                raise Refused(
                    f"'{found[0]}' is not run here: an answer holds models and tests, not {what}",
                    where=f"{path}, line {line}",
                    remedy="Take it out; ref, source, config and plain SQL are enough for this quest.",
                )
        if re.search(r"\bdbt\s*(\[|\|)", block.group()):
            raise Refused("'dbt' may only be followed by a dot and a macro's name here", where=path)


def _check_yaml(path: str, text: str) -> None:
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise AnswerError(
            "this file is not YAML", where=path, remedy=f"Check its indentation. The parser says:\n  {_flat(error)}"
        ) from None
    for key in _keys(data):
        if key.lstrip("+") in _HOOK_KEYS:
            raise Refused(f"'{key}' is not run here: an answer holds models and tests, not hooks", where=path)
    if path == "dbt_project.yml" and isinstance(data, dict):
        for key in data:
            if key not in _PROJECT_KEYS:
                raise Refused(f"'{key}' may not be changed here", where=path, remedy="Take it out.")


def _keys(data: Any) -> Iterable[str]:
    """Return every key below ``data``, looking once at what an alias repeats."""
    seen: set[int] = set()
    left = [data]
    while left:
        part = left.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            yield from map(str, part)
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)


def _flat(error: Exception) -> str:
    return "\n  ".join(str(error).splitlines())
