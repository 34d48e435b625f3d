"""The JSON report: the model's classes as they stand. Its JSON Schema: ``schema/report-1.schema.json``."""

from __future__ import annotations

from importlib import resources
from typing import Any

import msgspec

from scantling.model.report import Report

from .options import ReportOptions

SCHEMA_FILE = "report-1.schema.json"


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as UTF-8 JSON, two spaces of indentation, a newline at the end; the same report, the same bytes."""
    return encode(report)


def encode(value: Any) -> bytes:
    """Any model value as JSON. A lone surrogate, which JSON text could smuggle in, becomes U+FFFD."""
    try:
        raw = msgspec.json.encode(value)
    except UnicodeEncodeError:
        raw = msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)))
    return msgspec.json.format(raw, indent=2) + b"\n"


def schema() -> bytes:
    """The JSON Schema (draft 2020-12) that every JSON report conforms to."""
    return resources.files(__package__).joinpath("schema", SCHEMA_FILE).read_bytes()


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value
