"""Fixtures of tests that start warm processes."""

from warm_kernels_support import surroundings, warm

__all__ = ["surroundings", "warm"]
