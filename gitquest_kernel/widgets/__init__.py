"""What a quest looks like in a notebook."""

from gitquest_kernel.widgets.opening import open_quest

__all__ = ["open_quest"]
