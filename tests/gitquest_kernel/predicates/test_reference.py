"""The reference page tells what the models take."""

from __future__ import annotations

from pathlib import Path

from gitquest_kernel.predicates import Predicate
from gitquest_kernel.predicates.reference import reference

PAGE = Path(__file__).parents[3] / "gitquest_kernel" / "predicates" / "README.md"


def test_the_page_is_in_step_with_the_models() -> None:
    remedy = "write it anew: python -m gitquest_kernel.predicates.reference > gitquest_kernel/predicates/README.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), remedy


def test_keys_are_in_the_order_of_the_alphabet() -> None:
    keys = [name for name, field in Predicate.model_fields.items() if not field.alias]
    assert keys == sorted(keys)
    headings = [line for line in reference().splitlines() if line.startswith("## ")]
    assert headings == sorted(headings)
    assert len(headings) == len(Predicate.model_fields)


def test_an_editor_is_told_what_each_key_means() -> None:
    parts = Predicate.model_json_schema(by_alias=True)["$defs"]
    assert parts["MergeIs"]["properties"]["into"]["description"] == "Where it went."
    assert parts["FileIs"]["properties"]["repo"]["description"].startswith("Its folder relative to the workspace")
    assert "Parameters" not in str(parts["FileIs"]["description"])
