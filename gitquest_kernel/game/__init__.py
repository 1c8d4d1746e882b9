"""The rules of the game: pure functions from verdicts to XP, levels and badges."""
