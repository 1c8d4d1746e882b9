"""From the gradebook to rewards: what was graded becomes records, and records become XP, levels and badges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograders.records import Records
from autograders.rulebook import rulebook
from autograders.survey import Survey
from gitquest_kernel.game import Record, Reward, RewardType, rewards
from gitquest_kernel.quest import load_courses

__all__ = ["Awarded", "award"]

_XP = frozenset({RewardType.XP_GRANTED, RewardType.XP_ADJUSTED})
_BADGES = frozenset({RewardType.BADGE_AWARDED, RewardType.BADGE_REVOKED})


@dataclass(frozen=True)
class Awarded:
    """What one run of `award` found and did.

    Parameters
    ----------
    records
        What was added; a record with a revision is a regrade.
    rewards
        What those records earned or lost.
    waiting
        Submissions in the gradebook that hold quests without a score: not graded yet, or held for the instructor.
    problems
        Submissions that cannot be read, with the reason.
    kept
        Records of points given by hand that the gradebook no longer has.
    rebuilt
        The number of rewards that were made anew; None where nobody asked for it.
    """

    records: tuple[Record, ...]
    rewards: tuple[Reward, ...]
    waiting: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str, str], ...]
    kept: tuple[Record, ...] = ()
    rebuilt: int | None = None

    @property
    def regrades(self) -> int:
        """How many of the records changed an earlier one."""
        return sum(record.revision > 0 for record in self.records)

    @property
    def xp(self) -> int:
        """The XP gained, less the XP lost."""
        return sum(reward.amount for reward in self.rewards if reward.type in _XP)

    @property
    def badges(self) -> int:
        """The badges awarded, less those revoked."""
        return sum(reward.amount for reward in self.rewards if reward.type in _BADGES)

    @property
    def summary(self) -> str:
        """What happened, in a line; and what was made anew or kept, each in one more."""
        lines = [self._news]
        if self.rebuilt is not None:
            lines.append(f"Made {self.rebuilt:,} rewards anew from the first record on.")
        if self.kept:
            grades = f"{len(self.kept)} grade{'' if len(self.kept) == 1 else 's'}"
            lines.append(
                f"Kept {grades} given by hand that the gradebook no longer holds:"
                " enter them again, or say --forget-manual."
            )
        return "\n".join(lines)

    @property
    def _news(self) -> str:
        if not self.records:
            return "Nothing new: every graded quest is on record."
        students = len({record.student for record in self.records})
        return (
            f"{len(self.records)} new records ({self.regrades} regrades) of {students} students:"
            f" {self.xp:+,} XP, {self.badges:+} badges"
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, for scripts."""
        return {
            "records": len(self.records),
            "regrades": self.regrades,
            "students": sorted({record.student for record in self.records}),
            "xp": self.xp,
            "badges": self.badges,
            "kept": [{"assignment": r.assignment, "student": r.student, "quest": r.quest} for r in self.kept],
            "rebuilt": self.rebuilt,
            "waiting": [{"assignment": a, "student": s} for a, s in self.waiting],
            "problems": [{"assignment": a, "student": s, "problem": why} for a, s, why in self.problems],
        }


def award(
    root: Path,
    url: str,
    *,
    rebuild: bool = False,
    forget_manual: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Awarded:
    """Record what the gradebook says and tell the rewards again.

    Only what is new is recorded, so that a second run adds nothing, and a gradebook that was deleted and made again
    changes nothing. A submission that cannot be read is reported and the others go on.

    Parameters
    ----------
    root
        The course root.
    url
        The database of records; see `autograders.records.records_url`.
    rebuild
        Make the rewards anew from the first record on.
    forget_manual
        Let the gradebook win where it no longer has points that were given by hand.
    progress
        Told the assignment and student at work.

    Raises
    ------
    GradingError
        There is no gradebook, or a database cannot be used.
    CourseError
        A course of the root cannot be read.
    """
    courses = load_courses(root)
    survey = Survey(root, rulebook(courses), progress)
    records = Records(url)
    judged = list(survey.verdicts())

    def retell(everything: Sequence[Record]) -> tuple[Reward, ...]:
        return rewards(everything, rulebook(courses, everything))

    written = records.award(judged, retell, rebuild=rebuild, forget_manual=forget_manual)
    told = records.rewards()
    causes = {record.id for record in written.new}
    return Awarded(
        written.new,
        tuple(reward for reward in told if reward.correlation_id in causes),
        tuple(sorted(survey.waiting)),
        tuple(survey.problems),
        written.kept,
        len(told) if rebuild else None,
    )
