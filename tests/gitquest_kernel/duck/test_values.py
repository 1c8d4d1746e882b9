"""Values survive the way through JSON with their type."""

from __future__ import annotations

import json

import pytest

from gitquest_kernel.duck import encode, open_database, printed, query

CASES = {
    "7::tinyint": (7, "7"),
    "170141183460469231731687303715884105727::hugeint": (170141183460469231731687303715884105727, None),
    "1.50::decimal(5, 2)": ({"decimal": "1.50"}, "1.50"),
    "1.5::double": (1.5, "1.5"),
    "'nan'::double": ({"double": "nan"}, "nan"),
    "'-inf'::double": ({"double": "-inf"}, "-inf"),
    "true": (True, "true"),
    "null": (None, "NULL"),
    "'NULL'": ("NULL", "NULL"),
    "date '2024-03-01'": ({"date": "2024-03-01"}, "2024-03-01"),
    "timestamp '2024-03-01 10:00:00'": ({"timestamp": "2024-03-01 10:00:00"}, "2024-03-01 10:00:00"),
    "timestamptz '2024-03-01 12:00:00+02'": ({"timestamptz": "2024-03-01 10:00:00+00:00"}, None),
    "time '10:00:00'": ({"time": "10:00:00"}, "10:00:00"),
    "interval '1 day'": ({"interval": "1 day, 0:00:00"}, None),
    "'\\xAA'::blob": ({"blob": "aa"}, "aa"),
    "[1, null]": ([1, None], "[1, NULL]"),
    "{'a': 1, 'b': 'x'}": ({"struct": [["a", 1], ["b", "x"]]}, "{a: 1, b: x}"),
    "map {'k': date '2024-03-01'}": ({"struct": [["k", {"date": "2024-03-01"}]]}, "{k: 2024-03-01}"),
    "'x'::enum('x', 'y')": ("x", "x"),
}


@pytest.mark.parametrize(("sql", "expected"), CASES.items())
def test_a_value_keeps_its_type(sql: str, expected: tuple[object, str | None]) -> None:
    value = query(open_database({}), f"select {sql}").rows[0][0]
    assert json.loads(json.dumps(value)) == expected[0]
    assert type(value) is type(expected[0])
    if expected[1] is not None:
        assert printed(value) == expected[1]


def test_an_unknown_kind_of_value_is_kept_as_text() -> None:
    assert encode(complex(1, 2)) == {"complex": "(1+2j)"}
