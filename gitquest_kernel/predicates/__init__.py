"""Declarative predicates over a snapshot: what a git quest's checks are made of."""

from gitquest_kernel.predicates.base import Facts
from gitquest_kernel.predicates.predicate import Predicate
from gitquest_kernel.predicates.revision import resolve
from gitquest_kernel.predicates.same import Aspect, SameAs, shape

__all__ = ["Aspect", "Facts", "Predicate", "SameAs", "resolve", "shape"]
