"""An answer holds models, tests and their properties, and nothing that reaches beyond them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gitquest_kernel.dbt_project import check_files
from gitquest_kernel.errors import AnswerError, CourseError, Refused
from gitquest_kernel.quest import parse_quest

EDITABLE = ["models/a.sql", "models/a.yml", "dbt_project.yml"]


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "select * from {{ ref('raw') }}",
        "{{ config(materialized='incremental') }} select 1 {% if is_incremental() %} where x {% endif %}",
        "select '{{ var(\"year\", 2024) }}' -- run_query and pre_hook are only words here",
        "{% set sizes = ['S', 'M'] %} select {% for s in sizes %} '{{ s }}' {% endfor %}",
        "select modules, adapter, context from {{ source('shop', 'statement_of_account') }}",
    ],
)
def test_models_pass(text: str) -> None:
    check_files({"models/a.sql": text}, EDITABLE)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{{ config(pre_hook='drop table x') }} select 1", "pre_hook"),
        ("{{ config(**{'post-hook': 'x'}) }} select 1", "post_hook"),
        ("{% do run_query('drop table x') %} select 1", "run_query"),
        ("{%- call statement('x') -%} drop table x {%- endcall -%} select 1", "statement"),
        ("{% do adapter.drop_relation(this) %} select 1", "adapter"),
        ("select '{{ env_var('HOME') }}'", "env_var"),
        ("select '{{ modules.re }}'", "modules"),
        ("{{ context['run' ~ '_query']('x') }} select 1", "context"),
        ("{% materialization table, default %}{% endmaterialization %}", "materialization"),
    ],
)
def test_what_reaches_beyond_a_model_is_refused_with_its_line(text: str, word: str) -> None:
    with pytest.raises(Refused, match=word) as error:
        check_files({"models/a.sql": f"-- a comment\n{text}"}, EDITABLE)
    assert error.value.where == "models/a.sql, line 2"


@pytest.mark.parametrize("text", ["{{ dbt['run' ~ '_query']('x') }}", "{{ dbt | list }}"])
def test_macros_are_called_by_their_name(text: str) -> None:
    with pytest.raises(Refused, match="followed by a dot"):
        check_files({"models/a.sql": text}, EDITABLE)


def test_a_file_that_the_quest_does_not_take_is_refused() -> None:
    with pytest.raises(Refused, match="does not take this file") as error:
        check_files({"profiles.yml": "x: 1"}, EDITABLE)
    assert "models/a.sql" in error.value.remedy


@pytest.mark.parametrize("key", ["pre-hook", "+post-hook", "post_hook"])
def test_hooks_in_properties_are_refused(key: str) -> None:
    text = f"models:\n  - name: a\n    config:\n      {key}: drop table x\n"
    with pytest.raises(Refused, match="hooks"):
        check_files({"models/a.yml": text}, EDITABLE)


@pytest.mark.parametrize("key", ["on-run-start", "macro-paths", "packages-install-path", "flags"])
def test_a_project_file_keeps_to_its_own_business(key: str) -> None:
    with pytest.raises(Refused, match=key):
        check_files({"dbt_project.yml": f"name: a\n{key}: [x]\n"}, EDITABLE)


def test_properties_that_repeat_themselves_are_read_once() -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    bomb = "a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise(names))
    check_files({"models/a.yml": bomb, "models/a.sql": "select 1"}, EDITABLE)
    check_files({"models/a.yml": "a: &a\n  b: *a\n"}, EDITABLE)


def test_a_file_that_is_no_text_is_said_so() -> None:
    with pytest.raises(AnswerError, match="half a character"):
        check_files({"models/a.sql": "select '\ud800'"}, EDITABLE)


def test_properties_that_are_not_yaml_show_the_parsers_words() -> None:
    with pytest.raises(AnswerError, match="not YAML") as error:
        check_files({"models/a.yml": "models:\n  - name: [x\n"}, EDITABLE)
    assert "line 2" in error.value.remedy


@pytest.mark.parametrize(
    "path", ["../a.sql", "/a.sql", "models/.a.sql", "a/../../b.sql", "models/a.py", "models//a.sql"]
)
def test_no_path_leaves_the_project(path: str) -> None:
    data = {
        "id": "x",
        "title": "X",
        "kind": "dbt",
        "type": "practice",
        "difficulty": "beginner",
        "points": 1,
        "xp": 1,
        "task": "x",
        "project": {"dbt_project.yml": "name: x"},
        "editable": [path],
        "validate": [{"say": "x", "query": "select 1", "expect": [[1]]}],
    }
    with pytest.raises(CourseError, match="editable"):
        parse_quest(data, "test")
