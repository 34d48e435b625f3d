"""``sprintf`` as OPA has it: the verbs of Go's package fmt over Rego's values.

Numbers that are whole come as int64, others as float64, texts as string; everything else is first written as Rego
writes it, and is a string from then on. Go's documentation of fmt says what each flag does and how a verb that does
not fit its operand looks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_MAX_WIDTH = 10_000  # a policy that pads further than any report is wide
_VERB = re.compile(
    r"%(?P<flags>[-+# 0]*)(?:\[(?P<at>[0-9]{1,6})\])?(?P<width>[0-9]{1,9}|\*)?"
    r"(?:\.(?P<precision>[0-9]{0,9}|\*))?(?:\[(?P<at2>[0-9]{1,6})\])?(?P<verb>.)?",
    re.DOTALL,
)


def sprintf(template: str, values: list[Any]) -> str:
    """``template`` with its verbs replaced by ``values``."""
    return "".join(_pieces(template, [_operand(value) for value in values]))


def _pieces(template: str, operands: list[Any]) -> Iterator[str]:
    place = done = 0
    reordered = False
    for found in _VERB.finditer(template):
        yield template[done : found.start()]
        done = found.end()
        verb = found["verb"]
        if verb == "%":
            yield "%"
            continue
        if verb is None:
            yield "%!(NOVERB)"
            continue
        flags, numbers = found["flags"], []
        for text in (found["width"], found["precision"]):
            if text == "*":
                numbers.append(operands[place] if place < len(operands) and _is_int(operands[place]) else None)
                place += 1
            else:
                numbers.append(int(text or 0) if text is not None else None)
        width, precision = numbers
        if width is not None and width < 0:
            flags, width = flags + "-", -width
        if max(width or 0, precision or 0) > _MAX_WIDTH:
            raise ValueError(f"a width or precision above {_MAX_WIDTH}")
        index = found["at"] or found["at2"]
        if index:
            place, reordered = int(index) - 1, True
        if not 0 <= place < len(operands):
            yield f"%!{verb}({'BADINDEX' if index else 'MISSING'})"
            continue
        yield _formatted(verb, operands[place], flags, width or 0, precision)
        place += 1
    yield template[done:]
    if not reordered and place < len(operands):
        extra = ", ".join(f"{_kind(value)}={_plain(value)}" for value in operands[place:])
        yield f"%!(EXTRA {extra})"


def _operand(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, dict | list | tuple | set | frozenset):
        return rego_text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63 and "e" not in repr(value):
        return int(value)
    return value


def rego_text(value: Any) -> str:
    """``value`` as Rego writes it: ``{"a": [1, null]}``, sets sorted in braces."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{rego_text(key)}: {rego_text(value[key])}" for key in sorted(value, key=_order)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(rego_text, value)) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(map(rego_text, sorted(value, key=_order))) + "}" if value else "set()"
    return json.dumps(value, ensure_ascii=False)


def _order(value: Any) -> tuple[int, Any]:
    """Rego's order of values, as far as members of sets go."""
    ranks = ((type(None), 0), (bool, 1), ((int, float), 2), (str, 3))
    rank = next((number for kind, number in ranks if isinstance(value, kind)), 4)
    return rank, (value if rank in {1, 2, 3} else rego_text(value))


def _formatted(verb: str, value: Any, flags: str, width: int, precision: int | None) -> str:
    is_number = not isinstance(value, str)
    text: str | None
    if verb == "v":
        text = _padded_precision(value, flags, precision)
    elif verb == "T":
        text = _kind(value)
    elif isinstance(value, str):
        text = _of_text(verb, value, precision)
    elif isinstance(value, int):
        text = _of_int(verb, value, flags, precision)
    else:
        text = _of_float(verb, value, precision)
    if text is None:  # a verb that does not fit: said in place, the value in its width
        return f"%!{verb}({_kind(value)}={_formatted('v', value, flags, width, precision)})"
    if is_number and "+" in flags and not text.startswith(("-", "+")) and verb in "dvfFeEgG":
        text = "+" + text
    elif is_number and " " in flags and not text.startswith(("-", "+")):
        text = " " + text
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and is_number and (precision is None or isinstance(value, float)):
        sign = text[0] if text[:1] in {"-", "+"} else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width, "0" if "0" in flags and verb == "s" else " ")


def _padded_precision(value: Any, flags: str, precision: int | None) -> str | None:
    if isinstance(value, str):
        return value if precision is None else value[:precision]
    if isinstance(value, int):
        return _of_int("d", value, flags, precision)
    return _of_float("g", value, precision)


def _of_text(verb: str, text: str, precision: int | None) -> str | None:
    if verb == "s":
        return text if precision is None else text[:precision]
    if verb == "q":
        return json.dumps(text if precision is None else text[:precision], ensure_ascii=False)
    if verb in "xX":
        digits = text.encode().hex()
        return digits if verb == "x" else digits.upper()
    return None


def _of_int(verb: str, value: int, flags: str, precision: int | None) -> str | None:
    letter = {"d": "d", "b": "b", "o": "o", "x": "x", "X": "X"}.get(verb)
    if letter is not None:
        digits = format(abs(value), letter).rjust(precision or 0, "0")
        prefix = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, "") if "#" in flags else ""
        return ("-" if value < 0 else "") + prefix + digits
    if verb == "c":
        return chr(value) if 0 <= value < 0x110000 else "\ufffd"
    if verb == "U":
        return f"U+{value:04X}"
    if verb == "q":
        return f"'{chr(value)}'" if 0 <= value < 0x110000 else "'\ufffd'"
    return None


def _of_float(verb: str, value: float, precision: int | None) -> str | None:
    if verb in "fF":
        return f"{value:.{6 if precision is None else precision}f}"
    if verb in "eE":
        return f"{value:.{6 if precision is None else precision}{verb}}"
    if verb in "gG":
        return _shortest(value, 21) if precision is None else f"{value:.{precision or 1}{verb}}"
    return None


def _shortest(value: float, from_exponent: int) -> str:
    """The fewest digits that read back as ``value``; with an exponent below -4 and from ``from_exponent`` on."""
    sign, digits, places = Decimal(repr(value)).normalize().as_tuple()
    exponent = int(places) + len(digits) - 1
    if value == 0 or -4 <= exponent < from_exponent:
        text = format(Decimal(repr(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    figures = "".join(map(str, digits))
    mantissa = figures[0] + (f".{figures[1:]}" if len(figures) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _kind(value: Any) -> str:
    return "string" if isinstance(value, str) else "int64" if isinstance(value, int) else "float64"


def _plain(value: Any) -> str:
    return _shortest(value, 21) if isinstance(value, float) else str(value)


def _is_int(value: Any) -> bool:
    return isinstance(value, int)
