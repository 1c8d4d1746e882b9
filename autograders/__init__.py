"""The instructor's side: nbgrader plug-ins, grading by replay, records and rewards."""
