"""The grading engine: a class graded without a kernel for each notebook and without nbgrader's converters."""
