"""DuckDB for quests: locked databases made of seeds, single queries, results as plain data."""

from gitquest_kernel.duck.engine import MAX_ROWS, TIME_LIMIT, Result, open_database, query
from gitquest_kernel.duck.values import Json, encode, printed

__all__ = ["MAX_ROWS", "TIME_LIMIT", "Json", "Result", "encode", "open_database", "printed", "query"]
