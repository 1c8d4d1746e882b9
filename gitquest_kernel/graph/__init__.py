"""Draw the commit graph of a snapshot or of any real repository."""

from gitquest_kernel.graph.data import as_data
from gitquest_kernel.graph.describe import describe
from gitquest_kernel.graph.history import History, Label, LabelKind, history
from gitquest_kernel.graph.layout import Edge, Layout, Node, Place, layout
from gitquest_kernel.graph.page import page
from gitquest_kernel.graph.repository import read_repository
from gitquest_kernel.graph.svg import svg
from gitquest_kernel.graph.text import text

__all__ = [
    "Edge",
    "History",
    "Label",
    "LabelKind",
    "Layout",
    "Node",
    "Place",
    "as_data",
    "describe",
    "history",
    "layout",
    "page",
    "read_repository",
    "svg",
    "text",
]
