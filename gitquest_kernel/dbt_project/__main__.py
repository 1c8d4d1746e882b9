"""``python -m gitquest_kernel.dbt_project``: the process that builds for others."""

from gitquest_kernel.dbt_project.server import main

if __name__ == "__main__":
    main()
