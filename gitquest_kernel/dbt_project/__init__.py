"""dbt for quests: small projects built by real dbt, each in a process of its own and without a way out."""

from gitquest_kernel.dbt_project.build import TIME_LIMIT, Build, Built, NodeResult, run_builds, warm
from gitquest_kernel.dbt_project.layout import write_project
from gitquest_kernel.dbt_project.rules import check_files

__all__ = ["TIME_LIMIT", "Build", "Built", "NodeResult", "check_files", "run_builds", "warm", "write_project"]
