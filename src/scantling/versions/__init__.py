"""The order of versions, per scheme. ``compare`` is part of the public API (docs: contract)."""

from .catalog import SCHEMES, at_precision_of, compare, key
from .unparseable import Unparseable

__all__ = ["SCHEMES", "Unparseable", "at_precision_of", "compare", "key"]
