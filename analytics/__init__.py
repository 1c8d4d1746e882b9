"""The analyst's side: the loader, the warehouse and the parameterised reports.

The way of the data: `sources` -> `raw` (Parquet) -> `build` (dbt) -> ``warehouse/quest.duckdb`` -> `warehouse`
(read-only) -> `report`.
"""

from analytics.warehouse import Warehouse, connect

__all__ = ["Warehouse", "connect"]
