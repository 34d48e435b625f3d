"""``rule: ports``: what the image says it listens on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..requirement import IN_CONFIGURATION, Breach, Circumstances, Requirement

_PORTS = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}, "minItems": 1}


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    exposed = {port: number for port in report.target.config.exposed_ports if (number := _number(port)) is not None}
    odd = sorted(set(report.target.config.exposed_ports) - set(exposed))
    if odd:
        yield Breach(
            f"EXPOSE names what is no port {IN_CONFIGURATION}: {', '.join(odd)}",
            remediation="correct the EXPOSE instruction",
        )
    allowed, forbidden = parameters.get("allowed"), parameters.get("forbidden", ())
    wrong = sorted(
        (
            port
            for port, number in exposed.items()
            if number in forbidden
            or (allowed is not None and number not in allowed)
            or (parameters.get("unprivileged", False) and number < 1024)
        ),
        key=lambda port: (exposed[port], port),
    )
    if wrong:
        ports = f"exposed port{'s' if len(wrong) > 1 else ''} {IN_CONFIGURATION}"
        yield Breach(
            f"{ports} that the policy does not allow: {', '.join(wrong)}",
            remediation="listen on an allowed port and change EXPOSE",
        )


def _number(port: str) -> int | None:
    text = port.partition("/")[0]
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 else None


REQUIREMENT = Requirement(
    "ports",
    "Ports that the image may expose.",
    judge,
    {
        "allowed": {**_PORTS, "description": "the only ports that may be exposed"},
        "forbidden": {**_PORTS, "description": "ports that must not be exposed"},
        "unprivileged": {"type": "boolean", "description": "true: no port below 1024"},
    },
)
