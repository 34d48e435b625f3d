"""Scantling: a container image scanner for the development workflow.

Public: ``scantling.scan(target, options) -> Report`` and ``scantling.versions.compare(scheme, a, b)``.
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__", "scan"]

TYPE_CHECKING = False  # importing typing would cost more than all the rest of a start
if TYPE_CHECKING:
    from typing import Any

    from scantling.pipeline.scan import scan as scan


def __getattr__(name: str) -> Any:
    # loaded when first asked for: `scantling --version` must not pay for the pipeline
    if name == "scan":
        from scantling.pipeline.scan import scan

        return scan
    if name == "versions":
        import scantling.versions

        return scantling.versions
    raise AttributeError(f"module 'scantling' has no attribute {name!r}")
