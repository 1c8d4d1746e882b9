"""Draw the commit graph of a snapshot or of any real repository."""

from gitquest_kernel.graph.describe import describe
from gitquest_kernel.graph.layout import Edge, Layout, Node, Place, layout
from gitquest_kernel.graph.svg import svg
from gitquest_kernel.graph.text import text

__all__ = ["Edge", "Layout", "Node", "Place", "describe", "layout", "svg", "text"]
