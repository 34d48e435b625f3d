"""Base scores from CVSS vectors, by FIRST's specifications (v2.0 section 3.2, v3.0 and v3.1 section 7; v4.0 in
``cvss4``)."""

from __future__ import annotations

import math

from . import cvss4

_V3 = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "S": {"U": 0.0, "C": 1.0},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PR = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
_V2 = {
    "AV": {"L": 0.395, "A": 0.646, "N": 1.0},
    "AC": {"H": 0.35, "M": 0.61, "L": 0.71},
    "Au": {"M": 0.45, "S": 0.56, "N": 0.704},
    "C": {"N": 0.0, "P": 0.275, "C": 0.66},
    "I": {"N": 0.0, "P": 0.275, "C": 0.66},
    "A": {"N": 0.0, "P": 0.275, "C": 0.66},
}
_VECTOR_CHARS = 512


def version_of(vector: str) -> str:
    """ "2.0", "3.0", "3.1", "4.0", or "" for a text that is no vector."""
    for version in ("3.1", "3.0", "4.0"):
        if vector.startswith(f"CVSS:{version}/"):
            return version
    return "2.0" if vector.strip("()").startswith("AV:") else ""


def base_score(vector: str) -> float | None:
    """The score of a vector, base metrics alone (v4.0: with the threat and environmental metrics it has); None for what
    is not a complete vector."""
    version = version_of(vector)
    if not version or len(vector) > _VECTOR_CHARS:
        return None
    if version == "4.0":
        return cvss4.score(vector)
    metrics: dict[str, str] = {}
    for part in vector.strip("()").split("/")[0 if version == "2.0" else 1 :]:
        name, colon, value = part.partition(":")
        if not colon or name in metrics:
            return None
        metrics[name] = value
    try:
        return _v2(metrics) if version == "2.0" else _v3(metrics, version)
    except KeyError:
        return None


def rating(score: float, version: str) -> str:
    """The qualitative severity: v2's own three words, v3's and v4's five."""
    if version == "2.0":
        return "HIGH" if score >= 7 else "MEDIUM" if score >= 4 else "LOW"
    if score >= 9:
        return "CRITICAL"
    if score >= 7:
        return "HIGH"
    if score >= 4:
        return "MEDIUM"
    return "LOW" if score > 0 else "NEGLIGIBLE"


def _v3(metrics: dict[str, str], version: str) -> float:
    value = {name: table[metrics[name]] for name, table in _V3.items()}
    privileges = _PR[metrics["S"]][metrics["PR"]]
    base = 1 - (1 - value["C"]) * (1 - value["I"]) * (1 - value["A"])
    changed = metrics["S"] == "C"
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * value["AV"] * value["AC"] * privileges * value["UI"]
    total = min((1.08 if changed else 1.0) * (impact + exploitability), 10.0)
    return _round_up(total) if version == "3.1" else math.ceil(total * 10) / 10


def _round_up(number: float) -> float:
    """v3.1 appendix A: in whole numbers, so that 4.02 is not 4.1 on one machine and 4.0 on another."""
    scaled = round(number * 100_000)
    return scaled / 100_000 if scaled % 10_000 == 0 else (scaled // 10_000 + 1) / 10


def _v2(metrics: dict[str, str]) -> float:
    value = {name: table[metrics[name]] for name, table in _V2.items()}
    impact = 10.41 * (1 - (1 - value["C"]) * (1 - value["I"]) * (1 - value["A"]))
    exploitability = 20 * value["AV"] * value["AC"] * value["Au"]
    return round((0.6 * impact + 0.4 * exploitability - 1.5) * (1.176 if impact else 0.0), 1)
