"""Numbers in tar headers: octal text (POSIX ustar), base-256 (GNU), decimal text (PAX)."""

from __future__ import annotations


def parse_number(field: bytes) -> int:
    """A header field's number; empty is 0. Raises ``ValueError`` for what is neither octal nor base-256."""
    first = field[0]
    if first & 0x80:
        if first not in (0x80, 0xFF):  # GNU and star write only these two for a field's sign
            value = int.from_bytes(field, "big") & ((1 << (len(field) * 8 - 1)) - 1)
            return value - (1 << (len(field) * 8 - 1)) if first & 0x40 else value
        return int.from_bytes(field[1:], "big") if first == 0x80 else int.from_bytes(field, "big", signed=True)
    digits = field.partition(b"\0")[0].strip(b" ")
    if not digits:
        return 0
    if not digits.isdigit():  # int() alone would take signs, underscores and "0o"
        raise ValueError("not an octal number")
    return int(digits, 8)


def parse_decimal(value: bytes) -> int:
    """A PAX number without sign. Raises ``ValueError``."""
    if not value.isdigit() or len(value) > 20:
        raise ValueError("not a decimal number")
    return int(value)


def parse_time(value: bytes) -> int:
    """The whole seconds of a PAX time, which may have a sign and a fraction. Raises ``ValueError``."""
    sign = -1 if value.startswith(b"-") else 1
    whole, _, fraction = value.removeprefix(b"-").partition(b".")
    if fraction and not fraction.isdigit():
        raise ValueError("not a time")
    return sign * parse_decimal(whole or b"0")
