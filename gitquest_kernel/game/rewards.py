"""Rewards are a pure function of records: they can be told again from the beginning at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from gitquest_kernel.game.badges import Badge
from gitquest_kernel.game.record import QuestKey, Record, Rulebook
from gitquest_kernel.game.tally import QuestTally, Tally

__all__ = ["Reward", "RewardType", "rewards"]


class RewardType(StrEnum):
    """What happened to a student's standing."""

    XP_GRANTED = "XPGranted"
    XP_ADJUSTED = "XPAdjusted"
    SKILL_POINTS_GRANTED = "SkillPointsGranted"
    BADGE_AWARDED = "BadgeAwarded"
    BADGE_REVOKED = "BadgeRevoked"
    LEVEL_REACHED = "LevelReached"
    CHALLENGE_UNLOCKED = "ChallengeUnlocked"


@dataclass(frozen=True, slots=True)
class Reward:
    """One change of a student's standing, and the record that caused it.

    Parameters
    ----------
    idempotency_key
        Unique: a reward that is told twice has the same key both times.
    correlation_id
        The id of the record.
    amount
        XP or skill points, below 0 when lost; 1 for a badge awarded, -1 for one revoked; the level reached.
    detail
        What a reader wants to know, as plain JSON data.
    at
        When the record was judged.
    """

    type: RewardType
    idempotency_key: str
    correlation_id: str
    course: str
    student: str
    quest: str | None
    amount: int
    detail: Mapping[str, Any]
    at: str


def rewards(records: Iterable[Record], rulebook: Rulebook) -> tuple[Reward, ...]:
    """Tell the story of every student's rewards, in the order in which the records were judged.

    Of each submission the last record counts, so a regrade replaces what it regrades; of the submissions to a
    quest the best counts. Records that are held change nothing. The order in which records are given, and
    giving one twice, make no difference.
    """
    told = sorted(
        {record.id: record for record in records}.values(),
        key=attrgetter("student", "judged_at", "submission", "course", "assignment", "quest", "revision", "id"),
    )
    by_student = groupby(told, key=attrgetter("student"))
    return tuple(reward for _, mine in by_student for reward in _Story(rulebook).tell(mine))


@dataclass
class _Story:
    """One student's rewards while they are being told."""

    rulebook: Rulebook
    counted: dict[QuestKey, dict[str, Record]] = field(default_factory=dict)
    quests: dict[QuestKey, QuestTally] = field(default_factory=dict)
    badges: dict[tuple[str, str], Reward] = field(default_factory=dict)
    unlocked: set[QuestKey] = field(default_factory=set)
    highest: int = 1

    def tell(self, records: Iterable[Record]) -> Iterator[Reward]:
        """Yield the rewards of each quest, then what they add up to when a submission has been told."""
        for _, together in groupby(records, key=attrgetter("judged_at", "submission", "course", "assignment")):
            last: Record | None = None
            for record in together:
                mine = self.counted.setdefault(record.key, {})
                known = mine.get(record.submission)
                if record.held or (known and known.revision >= record.revision):
                    continue
                mine[record.submission] = last = record
                before = self.quests.get(record.key, QuestTally())
                after = self.quests[record.key] = QuestTally.of(mine.values(), self.rulebook)
                given = RewardType.XP_ADJUSTED if known else RewardType.XP_GRANTED
                yield from self._of_quest(record, before, after, given)
            if last:
                yield from self._totals(last)

    def _of_quest(self, record: Record, before: QuestTally, after: QuestTally, given: RewardType) -> Iterator[Reward]:
        facts = self.rulebook.facts(record)
        title = facts.title if facts else record.quest
        if gained := after.xp - before.xp:
            yield _reward(
                given,
                record,
                quest=record.quest,
                amount=gained,
                detail={"title": title, "points": record.points, "max_points": record.max_points},
            )
        for name in sorted({*before.skills, *after.skills}):
            if gained := after.skills.get(name, 0) - before.skills.get(name, 0):
                yield _reward(RewardType.SKILL_POINTS_GRANTED, record, name, amount=gained, detail={"skill": name})

    def _totals(self, record: Record) -> Iterator[Reward]:
        total = Tally.of(self.quests, self.rulebook)
        for number in range(self.highest + 1, total.level + 1):
            self.highest = number
            yield _reward(
                RewardType.LEVEL_REACHED,
                record,
                str(number),
                amount=number,
                detail={"level": number},
            )
        yield from self._badges(record, "", self.rulebook.badges, total)
        own = self.rulebook.course_badges.get(record.course, ())
        if own:
            mine = {key: tally for key, tally in self.quests.items() if key[0] == record.course}
            yield from self._badges(record, record.course, own, Tally.of(mine, self.rulebook))
        yield from self._unlocks(record, total)

    def _badges(self, record: Record, scope: str, badges: Sequence[Badge], tally: Tally) -> Iterator[Reward]:
        for badge in badges:
            holds, held = tally.meets(badge.condition), self.badges.get((scope, badge.id))
            if holds and not held:
                detail = badge.model_dump(include={"title", "emoji", "description"})
                detail |= {"badge": badge.id, "of": scope, "provisional": badge.provisional}
                awarded = _reward(RewardType.BADGE_AWARDED, record, scope, badge.id, amount=1, detail=detail)
                self.badges[scope, badge.id] = awarded
                yield awarded
            elif held and not holds:
                del self.badges[scope, badge.id]
                # It is taken back in the course that awarded it, so that each course's sums stay right.
                yield _reward(
                    RewardType.BADGE_REVOKED,
                    record,
                    scope,
                    badge.id,
                    course=held.course,
                    amount=-1,
                    detail=held.detail,
                )

    def _unlocks(self, record: Record, total: Tally) -> Iterator[Reward]:
        for key, facts in self.rulebook.quests.items():
            if not facts.requires or key[0] != record.course or key in self.unlocked:
                continue
            if {(key[0], needed) for needed in facts.requires} <= total.passed_quests:
                self.unlocked.add(key)
                yield _reward(
                    RewardType.CHALLENGE_UNLOCKED,
                    record,
                    facts.quest,
                    quest=facts.quest,
                    amount=1,
                    detail={"title": facts.title},
                )


def _reward(
    type: RewardType,
    record: Record,
    *parts: str,
    amount: int,
    detail: Mapping[str, Any],
    quest: str | None = None,
    course: str | None = None,
) -> Reward:
    return Reward(
        type=type,
        idempotency_key="|".join((type, record.id, *parts)),
        correlation_id=record.id,
        course=course or record.course,
        student=record.student,
        quest=quest,
        amount=amount,
        detail=detail,
        at=record.judged_at,
    )
