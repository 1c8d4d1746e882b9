"""What a student sees above the marks: XP, level, badges, and what this submission earned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograders.graded import in_utc
from autograders.records import Records, records_url
from gitquest_kernel.game import HeldBadge, Record, Reward, RewardType, Standing, standings

__all__ = ["ShowRewards", "rewards_html"]

_XP = {RewardType.XP_GRANTED, RewardType.XP_ADJUSTED}
_BADGE = {RewardType.BADGE_AWARDED, RewardType.BADGE_REVOKED}


class ShowRewards(NbGraderPreprocessor):
    """Put a student's rewards above the feedback on a notebook.

    It reads the records and writes nothing. Where nothing of this student's in this assignment is on record, the
    feedback stays as nbgrader makes it.
    """

    records = Unicode(
        "", help="The database of records, as an SQLAlchemy URL; by default records.db in the course root."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Add the rewards to one notebook."""
        facts = resources["nbgrader"]
        student, assignment = facts["student"], facts["assignment"]
        records = Records(records_url(Path(CourseDirectory(parent=self).root), self.records))
        mine = records.records(student=student) if records.exist else []
        if any(record.assignment == assignment for record in mine):
            with Gradebook(facts["db_url"]) as gradebook:
                submission = in_utc(gradebook.find_submission(assignment, student).timestamp)
            this = [r for r in mine if r.assignment == assignment and r.submission == submission]
            told = records.rewards(student=student)
            earned = [reward for reward in told if reward.correlation_id in {record.id for record in this}]
            html = rewards_html(standings(told, mine)[student], earned, this)
            nb.cells.insert(0, new_markdown_cell(html, id="gitquest-rewards"))
        return nb, resources


def rewards_html(standing: Standing, earned: Iterable[Reward], submission: Iterable[Record]) -> str:
    """Return a standing, and what one submission earned, as one line of HTML that needs no style sheet.

    Parameters
    ----------
    earned
        The rewards of that submission, over all its gradings.
    submission
        The records of that submission.
    """
    last = {record.quest: record for record in sorted(submission, key=lambda record: record.revision)}
    held = [quest for quest, record in sorted(last.items()) if record.held]
    parts = [
        f"<p><b>Level {standing.level}</b> · {standing.xp:,} XP · {_count(len(standing.quests_passed), 'quest')} passed"
        f'<br><progress max="100" value="{int(standing.progress * 100)}" aria-label="of this level"></progress>'
        f" {standing.xp_to_next:,} XP to level {standing.level + 1}</p>"
    ]
    if last:
        lines = _lines(list(earned), standing) or ["nothing new"]
        parts.append(_list("This submission earned", lines))
    if held:
        parts.append(_list("Waiting for your instructor, and counted afterwards", held))
    if standing.badges:
        parts.append(_list("Your badges", [_badge(badge) for badge in standing.badges]))
    return f'<div class="gitquest-rewards">{"".join(parts)}</div>'


def _lines(earned: Sequence[Reward], standing: Standing) -> list[str]:
    xp: dict[str, int] = {}
    badges: dict[str, int] = {}
    for reward in earned:
        if reward.type in _XP:
            xp[reward.detail["title"]] = xp.get(reward.detail["title"], 0) + reward.amount
        elif reward.type in _BADGE:
            name = f"{reward.detail['emoji']} {reward.detail['title']}"
            badges[name] = badges.get(name, 0) + reward.amount
    reached = [reward.amount for reward in earned if reward.type is RewardType.LEVEL_REACHED]
    opened = [
        reward.detail["title"]
        for reward in earned
        if reward.type is RewardType.CHALLENGE_UNLOCKED and (reward.course, reward.quest) not in standing.quests_passed
    ]
    return [
        *(f"{amount:+,} XP: {title}" for title, amount in xp.items() if amount),
        *(f"level {number}" for number in reached),
        *(f"{'badge' if net > 0 else 'badge taken back'}: {name}" for name, net in badges.items() if net),
        *(f"unlocked: {title}" for title in opened),
    ]


def _badge(badge: HeldBadge) -> str:
    note = " (by your own account)" if badge.provisional else ""
    return f"{badge.emoji} {badge.title}: {badge.description}{note}"


def _list(heading: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{_plain(line)}</li>" for line in lines)
    return f"<p>{heading}:</p><ul>{items}</ul>"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _plain(text: str) -> str:
    # A blank line would end the block of HTML, and what follows would be read as Markdown.
    return escape(" ".join(text.split()))
