"""Who stands where: students ranked by XP."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from autograders.records import Records
from gitquest_kernel.errors import GradingError
from gitquest_kernel.game import HeldBadge, Standing, built_in_badges, standings

__all__ = ["Place", "as_json", "as_table", "leaderboard", "printable", "ranked"]


@dataclass(frozen=True, slots=True)
class Place:
    """A student's place; students with equal XP share a rank, and the next rank is as much lower."""

    rank: int
    standing: Standing


def leaderboard(
    records: Records, *, course: str | None = None, top: int | None = None, known: Iterable[str] = ()
) -> list[Place]:
    """Return the students from the most XP to the least; students who share the last rank all stay.

    Parameters
    ----------
    course
        Count the XP, passed quests and badges of this course only.
    top
        The last rank to show.
    known
        Courses that exist, besides those with records.

    Raises
    ------
    GradingError
        The course is neither known nor on record.
    """
    if course is not None and course not in (there := {*known, *records.courses()}):
        remedy = f"There are: {', '.join(sorted(there))}." if there else "There are none."
        raise GradingError(f"there is no course '{course}'", where="--course", remedy=remedy)
    found = standings(records.rewards(course=course), records.records(course=course))
    return [place for place in ranked(found.values()) if top is None or place.rank <= top]


def ranked(standings: Iterable[Standing]) -> list[Place]:
    """Rank standings by XP; among equals, names are in alphabetical order."""
    ordered = sorted(standings, key=lambda standing: (-standing.xp, standing.student))
    places: list[Place] = []
    for number, standing in enumerate(ordered, 1):
        tie = places and places[-1].standing.xp == standing.xp
        places.append(Place(places[-1].rank if tie else number, standing))
    return places


def as_table(places: Sequence[Place], title: str) -> Table:
    """Draw the leaderboard for a terminal.

    Names come from the gradebook, so they are shown as they are: never as markup, and without control characters.
    """
    table = Table(title=Text(title), title_justify="left")
    for name in ("Rank", "Student", "Level", "XP", "Quests passed", "Badges"):
        table.add_column(name, justify="left" if name in {"Student", "Badges"} else "right")
    for place in places:
        standing = place.standing
        table.add_row(
            str(place.rank),
            Text(printable(standing.student)),
            str(standing.level),
            f"{standing.xp:,}",
            str(len(standing.quests_passed)),
            Text(printable(" ".join(badge.emoji for badge in _in_order(standing.badges)))),
        )
    return table


def as_json(places: Sequence[Place]) -> list[dict[str, Any]]:
    """Return the leaderboard as plain JSON data."""
    return [
        {
            "rank": place.rank,
            "student": place.standing.student,
            "level": place.standing.level,
            "xp": place.standing.xp,
            "quests_passed": len(place.standing.quests_passed),
            "badges": [badge.id for badge in _in_order(place.standing.badges)],
        }
        for place in places
    ]


def _in_order(badges: Iterable[HeldBadge]) -> list[HeldBadge]:
    """Sort badges so that they are in one order for everybody: the built-in ones first, as they are listed."""
    number = {badge.id: n for n, badge in enumerate(built_in_badges())}
    return sorted(badges, key=lambda badge: (number.get(badge.id, len(number)), badge.id, badge.title))


def printable(text: str) -> str:
    """Return a text with control characters replaced, so that a name cannot steer the terminal."""
    # Joiners and variation selectors are part of emoji.
    return "".join(c if c.isprintable() or c in "\u200d\ufe0f" else "\ufffd" for c in text)
