"""The rules of the game: pure functions from verdicts to XP, levels and badges."""

from gitquest_kernel.game.badges import Badge, Condition, built_in_badges
from gitquest_kernel.game.record import QuestFacts, Record, Rulebook, latest
from gitquest_kernel.game.rewards import Reward, RewardType, rewards
from gitquest_kernel.game.rules import level, passed, xp_for_level, xp_of
from gitquest_kernel.game.standing import HeldBadge, Standing, standings

__all__ = [
    "Badge",
    "Condition",
    "HeldBadge",
    "QuestFacts",
    "Record",
    "Reward",
    "RewardType",
    "Rulebook",
    "Standing",
    "built_in_badges",
    "latest",
    "level",
    "passed",
    "rewards",
    "standings",
    "xp_for_level",
    "xp_of",
]
