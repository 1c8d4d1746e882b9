"""What a predicate's docstring says, for its JSON Schema and its reference."""

from __future__ import annotations

import inspect
import re
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from gitquest_kernel.model import Model

__all__ = ["Described", "documented"]

_ENTRY = re.compile(r"^(?P<names>[a-z_]+(?:, [a-z_]+)*)\n(?P<text>(?:    .*\n?)+)", re.MULTILINE)


def documented(kind: type[BaseModel]) -> tuple[str, dict[str, str]]:
    """Return a model's first sentences, and what its docstring says of each field; those of its bases count too."""
    described: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        _, _, parameters = inspect.cleandoc(base.__doc__ or "").partition("Parameters\n----------\n")
        for match in _ENTRY.finditer(parameters + "\n"):
            text = " ".join(match["text"].split()).replace("``", "`")
            described |= dict.fromkeys(match["names"].split(", "), text)
    summary = inspect.cleandoc(kind.__doc__ or "").partition("Parameters\n----------\n")[0]
    return " ".join(summary.split()).replace("``", "`"), described


class Described(Model):
    """A model whose JSON Schema tells an editor what its docstring says."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Give each property its description."""
        found = handler.resolve_ref_schema(handler(core))
        summary, described = documented(cls)
        found["description"] = summary
        for name, text in described.items():
            if name in found.get("properties", {}):
                found["properties"][name].setdefault("description", text)
        return found
