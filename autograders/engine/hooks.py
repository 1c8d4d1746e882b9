"""What a shell's cells can bend: kept as it was before the student's first cell, put back before each locked one.

Everything here lives in the process that runs the student's code, so it is evidence, not proof: code that knows of it
can evade it. Nothing of it decides a mark; see ``QuestExecute.hold_tampered``.
"""

from __future__ import annotations

import builtins
import gc
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

__all__ = ["Hooks"]

_EVENTS = ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell")
_LISTS = ("ast_transformers", "input_transformers_post")
_TRANSFORMS = ("cleanup_transforms", "line_transforms", "token_transformers")
_PARTS = ("compile", "display_pub", "displayhook", "display_formatter", "events", "input_transformer_manager")
_MODULE = "__main__"


class Hooks:
    """The pristine state of a shell.

    Parameters
    ----------
    shell
        ipykernel's shell, before it runs a cell of a student's.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._manager = shell.input_transformer_manager
        self._lists = [(shell, name, list(getattr(shell, name))) for name in _LISTS]
        self._lists += [(self._manager, name, list(getattr(self._manager, name))) for name in _TRANSFORMS]
        self._events = {name: list(shell.events.callbacks[name]) for name in _EVENTS}
        self._parts = {name: getattr(shell, name) for name in _PARTS}
        objects = [shell, shell.kernel, *self._parts.values(), shell.displayhook.session]
        self._objects = [(owner, set(vars(owner))) for owner in objects]
        self._classes = [(cls, dict(vars(cls))) for cls in _classes_of(objects)]
        self._builtins = dict(vars(builtins))
        self._sys = {name: getattr(sys, name) for name in ("displayhook", "excepthook", "stdout", "stderr")}

    def restore(self) -> list[str]:
        """Put everything back and return what had been changed, in words."""
        return sorted({*self._restore(), *_always_equal(self._shell.user_ns)})

    def _restore(self) -> Iterator[str]:
        for owner, name, kept in self._lists:
            now = getattr(owner, name)
            strange = [item for item in now if all(item is not old for old in kept) and not _is_installed(item)]
            if strange or len(now) < len(kept):
                yield f"{name.replace('_', ' ')} changed"
                setattr(owner, name, list(kept))
        for name, kept in self._events.items():
            now = self._shell.events.callbacks[name]
            strange = [item for item in now if all(item is not old for old in kept) and not _is_installed(item)]
            if strange:
                yield f"a {name} hook was registered"
                self._shell.events.callbacks[name][:] = [item for item in now if item not in strange]
        for name, value in vars(builtins).copy().items():
            if name in self._builtins and value is not self._builtins[name] and name != "_":
                yield f"the builtin {name} was replaced"
        vars(builtins).update({name: value for name, value in self._builtins.items() if name != "_"})
        yield from self._restore_shell()
        if sys.gettrace() is not None or sys.getprofile() is not None:
            yield "a trace function was set"
            sys.settrace(None)
            sys.setprofile(None)

    def _restore_shell(self) -> Iterator[str]:
        for owner, known in self._objects:
            for name in [
                name for name in vars(owner) if name not in known and callable(getattr(type(owner), name, None))
            ]:
                yield f"{type(owner).__name__}.{name} was replaced"
                vars(owner).pop(name)
        for cls, kept in self._classes:
            bases = cls.__mro__[1:]
            for name in [name for name in vars(cls) if name not in kept and any(name in vars(b) for b in bases)]:
                yield f"{cls.__name__}.{name} was replaced"
                delattr(cls, name)
            for name, value in kept.items():
                if vars(cls).get(name) is not value:
                    yield f"{cls.__name__}.{name} was replaced"
                    with suppress(AttributeError, TypeError):
                        setattr(cls, name, value)
        for name, part in self._parts.items():
            if getattr(self._shell, name) is not part:
                yield f"the shell's {name} was replaced"
                setattr(self._shell, name, part)
        for name, value in self._sys.items():
            if getattr(sys, name) is not value:
                if name in {"displayhook", "excepthook"}:
                    yield f"sys.{name} was replaced"
                setattr(sys, name, value)


def _classes_of(objects: list[Any]) -> list[type]:
    classes = dict.fromkeys(cls for owner in objects for cls in type(owner).__mro__)
    return [cls for cls in classes if cls.__module__.startswith(("ipykernel.", "IPython.", "jupyter_client."))]


def _is_installed(item: Any) -> bool:
    """Whether a hook is a function of an installed package under its own name, such as matplotlib's."""
    function: Any = getattr(item, "__func__", item)
    module = sys.modules.get(getattr(function, "__module__", "") or "")
    origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
    if not origin.startswith((sys.prefix, sys.base_prefix)):
        return False
    found: Any = module
    for part in getattr(function, "__qualname__", "").split("."):
        found = getattr(found, part, None)
    return found is function


def _always_equal(namespace: dict[str, Any]) -> Iterator[str]:
    """Find classes of the notebook whose objects say that they equal anything."""
    for cls in gc.get_objects():
        if type(cls) is type and cls.__module__ == _MODULE and _own_equal(cls):
            with suppress(Exception):
                made = _instance(cls, namespace)
                if all((made == other) is True for other in _CANARIES):
                    yield f"objects of {cls.__name__} equal everything"


def _own_equal(cls: type) -> bool:
    equal: Callable[..., Any] = cls.__eq__
    return isinstance(equal, types.FunctionType) and equal.__module__ == _MODULE


def _instance(cls: type, namespace: dict[str, Any]) -> Any:
    found = next((value for value in namespace.copy().values() if type(value) is cls), None)
    return found if found is not None else object.__new__(cls)


_CANARIES = (object(), [1, 2.5, "x"], -7.25)
