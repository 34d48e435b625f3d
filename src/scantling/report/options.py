"""How a report is to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .build import Build
    from .sources import Sources


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """``color`` allows ANSI colours and ``width`` is the number of terminal columns: only ``table`` looks at them.
    ``list_packages`` prints every package there too. ``negligible`` lists what the distribution calls negligible
    one by one instead of counting it. ``compliance_checks`` prints the checks and evidence of each control there.
    ``template`` is the text of a Jinja2 template and ``template_name`` what messages
    about it call it: only ``template`` looks at them."""

    color: bool = False
    width: int = 80
    list_packages: bool = False
    negligible: bool = False
    compliance_checks: bool = False
    template: str | None = None
    template_name: str = ""
    sources: Sources | None = None
    build: Build | None = None
