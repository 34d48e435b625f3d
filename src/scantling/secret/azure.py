"""The checksums that Microsoft builds into Azure's keys, recomputed.

Forms, signatures and seeds are those that Microsoft's library for such keys names (security-utilities); the function is
Marvin32, as SymCrypt defines it.
"""

from __future__ import annotations

import base64
import binascii

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_STANDARD = bytes.maketrans(b"-_", b"+/")  # base64's alphabet for addresses into the usual one
_WORD = 0xFFFFFFFF
_MESSAGING = (b"Send0000", b"Listen00", b"Manage00", b"System00", b"Unknown0")
# by signature the seeds, one for each kind of key that the service gives out
_SEEDS: dict[bytes, tuple[bytes, ...]] = {
    b"+ASt": (b"Default0",),
    b"+ABa": (b"AbAcct00",),
    b"+ACR": (b"ACRDflt0",),
    b"+AMC": (b"Classic0",),
    b"+ASb": _MESSAGING,
    b"+AEh": _MESSAGING,
    b"+ARm": _MESSAGING,
    b"ACDb": (b"MastRW00", b"MastRO00", b"SystRW00", b"SystRO00", b"SysAll00", b"Resour00", b"Encryp00"),
    b"AIoT": (b"IoTHub00", b"DpsKey00", b"Device00"),
    b"APIM": (b"Tenant00", b"IoTHub00", b"Gatewy00", b"GitKey00"),
    b"AzFu": (b"Functi00", b"Master00", b"System00"),
}
_ANNOTATED_SEED = b"Default0"


def azure_key(value: bytes) -> bool:
    """Keys that end in their service's signature, four characters, and the checksum of all that stands before it: four
    bytes, the lowest first, in six characters."""
    bare = value.rstrip(b"=")
    seeds = _SEEDS.get(bare[-10:-6])
    raw = _base64(value)
    if seeds is None or raw is None or base64.b64encode(raw).rstrip(b"=") != bare.translate(_STANDARD):
        return False
    said = int.from_bytes(raw[-4:], "little")
    return any(marvin32(raw[:-4], int.from_bytes(seed, "big")) == said for seed in seeds)


def azure_annotated_key(value: bytes) -> bool:
    """Common annotated security keys (``JQQJ99``): the last four characters are the checksum's first three bytes in
    base64, or its first four digits of base 62."""
    raw = _base64(value[:80])
    if raw is None:
        return False
    checksum = marvin32(raw, int.from_bytes(_ANNOTATED_SEED, "big")).to_bytes(4, "little")
    digits = _base62(int.from_bytes(checksum, "big"))
    # whether zeros before the first digit are written is not said: both pass
    padded = digits.rjust(6, "0")
    return value[80:84].decode("latin-1") in {
        base64.b64encode(checksum[:3]).decode(), digits.ljust(6, "0")[:4], padded[:4],
    }  # fmt: skip


def marvin32(data: bytes, seed: int) -> int:
    """Marvin32 of ``data``, its two halves combined into 32 bits."""
    low, high = seed & _WORD, seed >> 32
    whole = len(data) // 4 * 4
    words = [int.from_bytes(data[at : at + 4], "little") for at in range(0, whole, 4)]
    words += [int.from_bytes(data[whole:] + b"\x80", "little"), 0]
    for word in words:
        low = (low + word) & _WORD
        high ^= low
        low = (_rotated(low, 20) + high) & _WORD
        high = _rotated(high, 9) ^ low
        low = (_rotated(low, 27) + high) & _WORD
        high = _rotated(high, 19)
    return low ^ high


def _rotated(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (32 - bits))) & _WORD


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return digits


def _base64(text: bytes) -> bytes | None:
    text = text.rstrip(b"=").translate(_STANDARD)
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
