"""TOML as package managers write it, through the standard library's reader, whose weak points are bounded first.

``tomllib`` takes time in the square of a dotted key's parts and a page of memory for each part: such keys are refused
before it sees them. Nesting is bounded by its own recursion, size and the number of values here.
"""

from __future__ import annotations

import re

from scantling.guard import limits
from scantling.model.errors import Malformed

# a key's part and the dot behind it, as TOML writes them; possessive, and begun only where a part can begin, so that
# each byte is looked at a bounded number of times
_PART = r"(?:[A-Za-z0-9_-]++|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+"
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_\\-])(?:{_PART}){{{limits.TOML_KEY_PARTS}}}")


def load_table(data: bytes) -> dict[str, object]:
    """The TOML document in ``data``; raises ``Malformed``."""
    if len(data) > limits.TOML_BYTES:
        raise Malformed(f"TOML of {len(data)} bytes, more than {limits.TOML_BYTES}")
    text = data.decode("utf-8-sig", "replace")
    if text.count("=") + text.count(",") + text.count("[") > limits.TOML_VALUES:
        raise Malformed(f"TOML of more than {limits.TOML_VALUES} values")
    if _LONG_KEY.search(text):
        raise Malformed(f"TOML with a key of more than {limits.TOML_KEY_PARTS} parts")
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Malformed("TOML nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, and what int() and datetime() refuse
        raise Malformed(f"not TOML: {str(error)[:120]}") from None


def tables(value: object) -> list[dict[str, object]]:
    """The tables of a list; everything else in it is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
