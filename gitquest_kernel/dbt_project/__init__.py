"""dbt for quests: small projects built by real dbt, each in a process of its own and without a way out."""

from gitquest_kernel.dbt_project.build import Build, Built, NodeResult, run_builds
from gitquest_kernel.dbt_project.in_process import warm
from gitquest_kernel.dbt_project.layout import write_project
from gitquest_kernel.dbt_project.playground import DbtPlayground
from gitquest_kernel.dbt_project.rules import check_files

__all__ = ["Build", "Built", "DbtPlayground", "NodeResult", "check_files", "run_builds", "warm", "write_project"]
