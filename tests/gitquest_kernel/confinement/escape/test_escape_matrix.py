"""Every way out that git offers, tried for every harm, against each layer by itself.

The control comes first: an attempt that does no harm with no layer before it proves nothing, and fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitquest_kernel.confinement import level
from gitquest_kernel.doctor import examine
from tests.gitquest_kernel.confinement.escape.ground import Ground
from tests.gitquest_kernel.confinement.escape.layers import Observed
from tests.gitquest_kernel.confinement.escape.matrix import PAGE, WAYS, page
from tests.gitquest_kernel.confinement.escape.vectors import Vector
from tests.gitquest_kernel.confinement.escape.way import Way

REACHED = level()
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not REACHED.enough_to_grade,
    reason="this machine cannot confine: gitquest doctor says so",
)
NAMES = [f"{way.group}: {way.name}" for way in WAYS]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("e"))
    yield made
    made.close()


def stopped(seen: Observed, vectors: tuple[Vector, ...]) -> bool:
    """Tell whether none of the harms was done; what only a namespace stops counts where there is one."""
    beyond = set()
    if not REACHED.system_calls:
        beyond |= {Vector.SOCKET} | (set() if REACHED.network_namespace else {Vector.UDP})
    if REACHED.landlock < 6 and not REACHED.system_calls:
        beyond |= {Vector.ABSTRACT}
    return not seen.harm & (set(vectors) - beyond)


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_a_way_that_does_harm_with_no_layer_is_stopped_by_one_alone(ground: Ground, way: Way) -> None:
    control = ground.open(way)
    assert set(way.vectors) <= control.harm, f"proves nothing: {set(way.vectors) - control.harm}: {control.text}"

    policy = ground.policy(way)
    if way.policy == "refused":
        assert policy.ending in {"refused", "syntax"}, policy.text
        assert not policy.harm & set(way.vectors)
    elif way.policy == "neutral":
        assert policy.ending not in {"refused", "syntax"}, policy.text
        assert not policy.harm & set(way.vectors)
    else:
        assert policy.harm >= set(way.vectors), policy.text

    system = ground.system(way)
    if "chmod" not in way.name or REACHED.mount_namespace:
        assert stopped(system, way.vectors), system
    if not way.inside:
        assert not system.ran
    elif way.executes:
        assert system.ran, f"it was stopped by accident: {system.text}"
    else:
        assert set(way.vectors) <= ground.system(way, inside=True).harm, "it was stopped by accident"


def test_a_way_is_named_once_and_says_why_the_policy_lets_it() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(way.why for way in WAYS if way.policy != "refused")


def test_every_vector_is_tried_by_every_kind_of_way() -> None:
    assert {vector for way in WAYS for vector in way.vectors} == set(Vector)
    assert all(set(way.vectors) == set(Vector) for way in WAYS if way.executes)


def test_the_table_says_what_is_tried() -> None:
    assert PAGE.read_text() == page(), "python -m tests.gitquest_kernel.confinement.escape.matrix writes it again"


def test_the_doctor_promises_what_the_attempts_show(ground: Ground, tmp_path: Path) -> None:
    """What a hook with everything in it does here is exactly what the doctor does not claim to stop."""
    said = next(finding.found for finding in examine(tmp_path) if finding.name == "confinement")
    hook = next(way for way in WAYS if way.group == "hook")
    harm = ground.system(hook).harm
    assert ("refused sockets" in said) == (Vector.SOCKET not in harm)
    assert ("network by" in said) == (Vector.TCP not in harm)
    assert ("files by Landlock" in said) == (not harm & {Vector.READ, Vector.WRITE, Vector.EXECUTE})
    assert ("processes by" in said) == (not harm & {Vector.PERSIST, Vector.DRIVER})
    modes = ground.system(next(way for way in WAYS if way.name == "chmod")).harm
    assert (", modes" in said or "(modes" in said) == (not modes)
