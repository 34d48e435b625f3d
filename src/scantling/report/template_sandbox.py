"""Jinja2's sandbox, with what it leaves unbounded bounded: repeating texts, powers and formatting."""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scantling.guard import limits

_EXPONENT = 64
# each takes a width or a number of repetitions, which could fill the memory in one call
_WIDE_METHODS = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map"})
_WIDE_FILTERS = ("center", "indent", "format", "filesizeformat", "wordwrap", "batch", "slice", "pprint")


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "*" and not (_is_number(left) and _is_number(right)):
            counts = [value for value in (left, right) if isinstance(value, int)]
            length = sum(len(value) for value in (left, right) if hasattr(value, "__len__"))
            if counts and length * max(counts) > limits.TEMPLATE_REPEAT:
                raise SecurityError("a text or list would be repeated too often")
        if operator == "**" and (not _is_number(right) or abs(right) > _EXPONENT):
            raise SecurityError("a power that is too large")
        if operator == "%" and isinstance(left, str):
            raise SecurityError('formatting with "%" is not allowed in a report template; join texts with "~"')
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str) and attr in _WIDE_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    """A sandbox without a loader (no include, no import), where a name that does not exist is an error."""
    sandbox = _Sandbox(autoescape=autoescape, undefined=StrictUndefined, keep_trailing_newline=True)
    for name in _WIDE_FILTERS:
        sandbox.filters.pop(name, None)
    for name in ("lipsum", "cycler", "joiner"):
        sandbox.globals.pop(name, None)
    return sandbox
