"""The score of a CVSS v4.0 vector (FIRST, "CVSS v4.0 Specification", section 8, "CVSS Scoring").

A vector belongs to a macro vector: six equivalence classes with a level each. Experts scored the 270 of them by their
most severe vectors. A vector that is less severe than those loses a share of the way to the next lower macro vector,
the mean of the shares in all classes. Threat and environmental metrics count where the vector has them.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from .cvss4_scores import MACRO_SCORES

_VALUES = {
    "AV": "NALP", "AC": "LH", "AT": "NP", "PR": "NLH", "UI": "NPA", "VC": "HLN", "VI": "HLN", "VA": "HLN",
    "SC": "SHLN", "SI": "SHLN", "SA": "SHLN", "CR": "HML", "IR": "HML", "AR": "HML", "E": "APU",
}  # fmt: skip
_REQUIRED = ("AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA")
_URGENCY = ("X", "Clear", "Green", "Amber", "Red")
_SUPPLEMENTAL: dict[str, str | tuple[str, ...]] = {
    "S": "XNP",
    "AU": "XNY",
    "R": "XAUI",
    "V": "XDC",
    "RE": "XLMH",
    "U": ("X", "Clear", "Green", "Amber", "Red"),
}
_UNSET = {"CR": "H", "IR": "H", "AR": "H", "E": "A"}  # what is not said is taken at its worst
_STEP = 0.1
_CLASSES = (("AV", "PR", "UI"), ("AC", "AT"), ("VC", "VI", "VA", "CR", "IR", "AR"), ("SC", "SI", "SA"), ("E",))
# the most severe vectors of each level, in the order of _CLASSES' metrics; the third class joins EQ3 and EQ6
_WORST: tuple[dict[str, tuple[str, ...]], ...] = (
    {"0": ("NNN",), "1": ("ANN", "NLN", "NNP"), "2": ("PNN", "ALP")},
    {"0": ("LN",), "1": ("HN", "LP")},
    {
        "00": ("HHHHHH",), "01": ("HHLMMH", "HHHMMM"), "10": ("LHHHHH", "HLHHHH"),
        "11": ("LHLHMH", "LHHHMM", "HLHMHM", "HLLMHH", "LLHHHM"), "21": ("LLLHHH",),
    },
    {"0": ("HSS",), "1": ("HHH",), "2": ("LLL",)},
    {"0": ("A",), "1": ("P",), "2": ("U",)},
)  # fmt: skip
# how many steps lie between the most and the least severe vector of each level
_DEPTH: tuple[dict[str, int], ...] = (
    {"0": 1, "1": 4, "2": 5},
    {"0": 1, "1": 2},
    {"00": 7, "01": 6, "10": 8, "11": 8, "21": 10},
    {"0": 6, "1": 5, "2": 4},
    {"0": 1, "1": 1, "2": 1},
)
_LOWER = {"00": ("01", "10"), "01": ("11",), "10": ("11",), "11": ("21",), "21": ()}


class _Macro(NamedTuple):
    """The levels of EQ1, EQ2, EQ3 with EQ6, EQ4 and EQ5."""

    eq1: str
    eq2: str
    eq36: str
    eq4: str
    eq5: str

    def score(self) -> float | None:
        return MACRO_SCORES.get(f"{self.eq1}{self.eq2}{self.eq36[0]}{self.eq4}{self.eq5}{self.eq36[1]}")


def score(vector: str) -> float | None:
    """0.0-10.0, in tenths; None for what is no complete vector of v4.0."""
    metrics = _metrics(vector)
    if metrics is None:
        return None
    if all(metrics[name] == "N" for name in ("VC", "VI", "VA", "SC", "SI", "SA")):
        return 0.0
    macro = _macro(metrics)
    whole = macro.score()
    assert whole is not None  # every combination of levels that can occur is in the table
    levels = _levels(metrics, macro)
    shares = []
    for index, level in enumerate(macro):
        lower = _next_lower(macro, index)
        if lower is not None:
            distance = 0.0 if index == 4 else levels[index]
            shares.append((whole - lower) * distance / (_DEPTH[index][level] * _STEP))
    reduced = whole - (sum(shares) / len(shares) if shares else 0.0)
    return min(10.0, max(0.0, int(reduced * 10 + 0.5 + 1e-6) / 10))


def _metrics(vector: str) -> dict[str, str] | None:
    parts = vector.split("/")
    if parts[0] != "CVSS:4.0":
        return None
    given: dict[str, str] = {}
    for part in parts[1:]:
        name, colon, value = part.partition(":")
        if not colon or name in given or not _is_known(name, value):
            return None
        given[name] = value
    if any(name not in given for name in _REQUIRED):
        return None
    effective = {name: given[name] for name in _REQUIRED}
    for name, worst in _UNSET.items():
        value = given.get(name, "X")
        effective[name] = worst if value == "X" else value
    for name, value in given.items():
        if name.startswith("M") and value != "X":
            effective[name[1:]] = value
    return effective


def _is_known(name: str, value: str) -> bool:
    if name in _SUPPLEMENTAL:
        return value in tuple(_SUPPLEMENTAL[name])
    base = name.removeprefix("M")
    if base not in _VALUES or (name != base and base not in _REQUIRED):
        return False
    if value == "X":
        return name != base or base in _UNSET
    # "safety" is a value of the modified subsequent metrics alone, and of no confidentiality
    return len(value) == 1 and value in _VALUES[base] and (value != "S" or name in ("MSI", "MSA"))


def _macro(m: dict[str, str]) -> _Macro:
    easy = [m["AV"] == "N", m["PR"] == "N", m["UI"] == "N"]
    eq1 = "0" if all(easy) else "1" if any(easy) and m["AV"] != "P" else "2"
    eq2 = "0" if (m["AC"], m["AT"]) == ("L", "N") else "1"
    high = [m["VC"] == "H", m["VI"] == "H", m["VA"] == "H"]
    eq3 = "0" if high[0] and high[1] else "1" if any(high) else "2"
    eq4 = "0" if "S" in (m["SI"], m["SA"]) else "1" if "H" in (m["SC"], m["SI"], m["SA"]) else "2"
    wanted = zip(("CR", "IR", "AR"), high, strict=True)
    eq6 = "0" if any(is_high and m[need] == "H" for need, is_high in wanted) else "1"
    return _Macro(eq1, eq2, eq3 + eq6, eq4, str("APU".index(m["E"])))


def _next_lower(macro: _Macro, index: int) -> float | None:
    """The highest score of the macro vectors one level lower in the class ``index``; None where there is none."""
    level = macro[index]
    levels = _LOWER[level] if index == 2 else (str(int(level) + 1),)
    found = [macro._replace(**{macro._fields[index]: lower}).score() for lower in levels]
    return max((score for score in found if score is not None), default=None)


def _levels(metrics: dict[str, str], macro: _Macro) -> list[float]:
    """In each class, how far the vector lies below the first of the most severe ones that is nowhere below it."""
    for worst in product(*(_WORST[index][level] for index, level in enumerate(macro))):
        distances = [
            [_severity(name, metrics[name]) - _severity(name, value) for name, value in zip(names, values, strict=True)]
            for names, values in zip(_CLASSES, worst, strict=True)
        ]
        if all(each > -_STEP / 2 for row in distances for each in row):
            return [sum(row) for row in distances]
    return [0.0] * len(_CLASSES)


def _severity(name: str, value: str) -> float:
    return _VALUES[name].index(value) * _STEP
