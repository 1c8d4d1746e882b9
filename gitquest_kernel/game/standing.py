"""Where a student stands: the sum of the rewards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gitquest_kernel.game.record import QuestKey, Record, latest
from gitquest_kernel.game.rewards import Reward, RewardType
from gitquest_kernel.game.rules import level, xp_for_level

__all__ = ["HeldBadge", "Standing", "passed_quests", "standings"]


@dataclass(frozen=True, slots=True)
class HeldBadge:
    """A badge that a student holds."""

    id: str
    title: str
    emoji: str
    description: str
    provisional: bool
    at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a student stands.

    Parameters
    ----------
    badges
        In the order in which they were awarded.
    skills
        Skill points by skill.
    quests_passed
        Course and quest of each.
    """

    student: str
    xp: int = 0
    badges: tuple[HeldBadge, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    quests_passed: frozenset[QuestKey] = frozenset()

    @property
    def level(self) -> int:
        """The level that the XP reach."""
        return level(self.xp)

    @property
    def xp_to_next(self) -> int:
        """The XP still missing to the next level."""
        return xp_for_level(self.level + 1) - self.xp

    @property
    def progress(self) -> float:
        """How far it is from this level to the next, from 0 up to, not including, 1."""
        here, there = xp_for_level(self.level), xp_for_level(self.level + 1)
        return (self.xp - here) / (there - here)


def passed_quests(records: Iterable[Record]) -> dict[str, frozenset[QuestKey]]:
    """Return the quests that each student has passed in any submission."""
    found: dict[str, set[QuestKey]] = {}
    for record in latest(records).values():
        mine = found.setdefault(record.student, set())
        if record.attempted and record.passed:
            mine.add(record.key)
    return {student: frozenset(quests) for student, quests in found.items()}


def standings(rewards: Iterable[Reward], records: Iterable[Record]) -> dict[str, Standing]:
    """Add up rewards by student, in whatever order they come.

    A student whose records earned nothing has a standing too. Give the rewards and records of one course for
    the standings in that course.
    """
    xp: dict[str, int] = {}
    skills: dict[str, dict[str, int]] = {}
    badges: dict[str, dict[tuple[str, str], list[Reward]]] = {}
    for reward in rewards:
        match reward.type:
            case RewardType.XP_GRANTED | RewardType.XP_ADJUSTED:
                xp[reward.student] = xp.get(reward.student, 0) + reward.amount
            case RewardType.SKILL_POINTS_GRANTED:
                mine = skills.setdefault(reward.student, {})
                mine[reward.detail["skill"]] = mine.get(reward.detail["skill"], 0) + reward.amount
            case RewardType.BADGE_AWARDED | RewardType.BADGE_REVOKED:
                key = (reward.detail["of"], reward.detail["badge"])
                badges.setdefault(reward.student, {}).setdefault(key, []).append(reward)
    passed = passed_quests(records)
    return {
        student: Standing(
            student,
            xp.get(student, 0),
            _held(badges.get(student, {}).values()),
            tuple(sorted((name, points) for name, points in skills.get(student, {}).items() if points)),
            passed.get(student, frozenset()),
        )
        for student in sorted({*xp, *skills, *badges, *passed})
    }


def _held(stories: Iterable[list[Reward]]) -> tuple[HeldBadge, ...]:
    last = [
        max((r for r in story if r.type is RewardType.BADGE_AWARDED), key=lambda r: r.at)
        for story in stories
        if sum(r.amount for r in story) > 0
    ]
    return tuple(
        HeldBadge(
            r.detail["badge"],
            r.detail["title"],
            r.detail["emoji"],
            r.detail["description"],
            r.detail["provisional"],
            r.at,
        )
        for r in sorted(last, key=lambda r: (r.at, r.detail["of"], r.detail["badge"]))
    )
