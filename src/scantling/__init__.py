"""Scantling: a container image scanner for the development workflow.

Public: ``scan(target, options) -> Report``, ``ScanOptions``, and ``versions.compare(scheme, a, b) -> -1 | 0 | 1`` with
``versions.Unparseable``. See docs/reference/python-api.md; nothing else is promised.
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["ScanOptions", "__version__", "scan", "versions"]

TYPE_CHECKING = False  # importing typing would cost more than all the rest of a start
if TYPE_CHECKING:
    from typing import Any

    from scantling import versions as versions
    from scantling.pipeline.options import ScanOptions as ScanOptions
    from scantling.pipeline.scan import scan as scan


def __getattr__(name: str) -> Any:
    # loaded when first asked for: `scantling --version` must not pay for the pipeline
    if name == "scan":
        from scantling.pipeline.scan import scan

        return scan
    if name == "ScanOptions":
        from scantling.pipeline.options import ScanOptions

        return ScanOptions
    if name == "versions":
        from importlib import import_module

        return import_module("scantling.versions")
    raise AttributeError(f"module 'scantling' has no attribute {name!r}")
