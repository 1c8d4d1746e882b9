"""What a student has done, counted: the numbers that badges ask about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from gitquest_kernel.game.badges import Condition
from gitquest_kernel.game.record import QuestKey, Record, Rulebook
from gitquest_kernel.game.rules import level, xp_of

__all__ = ["QuestTally", "Tally", "longest_streak"]


@dataclass(frozen=True, slots=True)
class QuestTally:
    """What a student has done in one quest, over all submissions."""

    xp: int = 0
    passed: bool = False
    perfect: bool = False
    attempts: int = 0
    first_try: bool = False
    comeback: bool = False
    par: bool = False
    no_hints: bool = False
    first_passed: date | None = None
    skills: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Record], rulebook: Rulebook) -> Self:
        """Count the records of one student and quest: one a submission, none held."""
        tried = [r for r in sorted(records, key=lambda r: r.submission) if r.attempted]
        known = [(r, facts) for r in tried if (facts := rulebook.facts(r))]
        passes = [i for i, r in enumerate(tried) if r.passed]
        skills: dict[str, int] = {}
        for record, facts in known:
            if record.passed:
                skills.update({k: max(v, skills.get(k, 0)) for k, v in facts.skills.items()})
        return cls(
            xp=max((xp_of(facts.xp, r.points, r.max_points) for r, facts in known), default=0),
            passed=bool(passes),
            perfect=any(r.share == 1 for r in tried),
            attempts=len(tried),
            first_try=bool(passes) and passes[0] == 0,
            comeback=any(not r.passed for r in tried[: passes[-1]]) if passes else False,
            par=any(
                r.share == 1 and r.commands is not None and facts.par is not None and r.commands <= facts.par
                for r, facts in known
            ),
            no_hints=any(r.passed and r.hints == 0 for r in tried),
            first_passed=tried[passes[0]].day if passes else None,
            skills=skills,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """What a student has done in some courses; the counts are named as in a badge's condition."""

    xp: int = 0
    passed: int = 0
    perfect: int = 0
    attempts: int = 0
    first_try: int = 0
    comeback: int = 0
    par: int = 0
    no_hints: int = 0
    days_in_a_row: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    passed_quests: frozenset[QuestKey] = frozenset()
    passed_chapters: frozenset[QuestKey] = frozenset()
    courses: int = 0

    @property
    def level(self) -> int:
        """The level that the XP reach."""
        return level(self.xp)

    @property
    def chapters(self) -> int:
        """How many chapters are passed."""
        return len(self.passed_chapters)

    @classmethod
    def of(cls, quests: Mapping[QuestKey, QuestTally], rulebook: Rulebook) -> Self:
        """Add up the quests of one student."""
        tallies = quests.values()
        done = frozenset(key for key, tally in quests.items() if tally.passed)
        skills: dict[str, int] = {}
        for tally in tallies:
            for name, amount in tally.skills.items():
                skills[name] = skills.get(name, 0) + amount
        return cls(
            xp=sum(t.xp for t in tallies),
            passed=len(done),
            perfect=sum(t.perfect for t in tallies),
            attempts=sum(t.attempts for t in tallies),
            first_try=sum(t.first_try for t in tallies),
            comeback=sum(t.comeback for t in tallies),
            par=sum(t.par for t in tallies),
            no_hints=sum(t.no_hints for t in tallies),
            days_in_a_row=longest_streak(t.first_passed for t in tallies),
            skills=skills,
            passed_quests=done,
            passed_chapters=frozenset(c for c, needed in rulebook.chapters.items() if needed <= done),
            courses=sum(needed <= done for needed in rulebook.courses.values()),
        )

    def meets(self, condition: Condition) -> bool:
        """Whether everything that a badge's condition asks for is there."""
        asked = condition.model_dump(exclude_none=True)
        skill = asked.pop("skill", {})
        quests = set(asked.pop("quests", ()))
        chapter = asked.pop("chapter", None)
        return (
            all(getattr(self, name) >= wanted for name, wanted in asked.items())
            and all(self.skills.get(name, 0) >= wanted for name, wanted in skill.items())
            and quests <= {quest for _, quest in self.passed_quests}
            and (chapter is None or chapter in {name for _, name in self.passed_chapters})
        )


def longest_streak(days: Iterable[date | None]) -> int:
    """Return the length of the longest run of days, one after the other.

    Examples
    --------
    >>> longest_streak([date(2026, 3, 1), date(2026, 2, 28), date(2026, 3, 4), None])
    2
    """
    longest = run = 0
    before: date | None = None
    for day in sorted({day for day in days if day}):
        run = run + 1 if before and day - before == timedelta(days=1) else 1
        longest, before = max(longest, run), day
    return longest
