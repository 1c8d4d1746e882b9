"""The student's side: kernel, sandbox, replay, checks, widgets and the rules of the game."""
