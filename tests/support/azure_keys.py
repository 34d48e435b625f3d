"""Azure's keys, made as Microsoft's documentation of identifiable secrets describes them, by nothing of the product."""

from __future__ import annotations

import base64
import random
import string
import struct

ALNUM = string.ascii_letters + string.digits
# bytes of a key with this signature, and the name of its seed
KINDS = {
    "+ASt": (64, "Default0"), "+ABa": (64, "AbAcct00"), "ACDb": (64, "MastRW00"), "APIM": (64, "Gatewy00"),
    "+ACR": (39, "ACRDflt0"), "AzFu": (40, "Functi00"), "+ASb": (32, "Listen00"), "+AEh": (32, "Send0000"),
    "+ARm": (32, "Manage00"), "AIoT": (32, "IoTHub00"),
}  # fmt: skip


def marvin(data: bytes, seed: int) -> tuple[int, int]:
    """The two halves of Marvin32's state after ``data``, as SymCrypt's marvin32.c has it."""
    padded = data + b"\x80" + bytes(3 - len(data) % 4) + bytes(4)
    s0, s1 = struct.unpack("<II", seed.to_bytes(8, "little"))
    for (word,) in struct.iter_unpack("<I", padded):
        s0 = (s0 + word) % 2**32
        s1 ^= s0
        s0 = (_turn(s0, 20) + s1) % 2**32
        s1 = _turn(s1, 9) ^ s0
        s0 = (_turn(s0, 27) + s1) % 2**32
        s1 = _turn(s1, 19)
    return s0, s1


def _turn(word: int, bits: int) -> int:
    text = f"{word:032b}"
    return int(text[bits:] + text[:bits], 2)


def _checksum(data: bytes, seed: str) -> bytes:
    s0, s1 = marvin(data, int.from_bytes(seed.encode(), "big"))
    return struct.pack("<I", s0 ^ s1)


def signed(signature: str, rng: random.Random) -> str:
    """A key of the first form: random, the signature at a boundary of characters, the checksum in six characters."""
    size, seed = KINDS[signature]
    characters = (size - 4) * 8 // 6 - 4  # before the signature; bits between it and the checksum's bytes are 0
    text = "".join(rng.choices(ALNUM, k=characters)) + signature
    bits = "".join(
        f"{(string.ascii_uppercase + string.ascii_lowercase + string.digits + '+/').index(c):06b}" for c in text
    )
    bits = bits[: (size - 4) * 8].ljust((size - 4) * 8, "0")
    body = int(bits, 2).to_bytes(size - 4, "big")
    encode = base64.urlsafe_b64encode if signature == "AzFu" else base64.b64encode  # it stands in addresses
    return encode(body + _checksum(body, seed)).decode()


def annotated(signature: str, rng: random.Random, encoded: bool) -> str:
    """A common annotated security key for ``signature`` (four letters). ``encoded``: its checksum is in base 62."""
    text = "".join(rng.choices(ALNUM, k=52)) + "JQQJ99" + rng.choice("ABC") + rng.choice("ABCDEFGHIJKL")
    text += "".join(rng.choices(ALNUM, k=16)) + signature
    checksum = _checksum(base64.b64decode(text), "Default0")
    if not encoded:
        return text + base64.b64encode(checksum[:3]).decode()
    number, digits = int.from_bytes(checksum, "big"), ""
    while number:
        number, digit = divmod(number, 62)
        digits = (string.digits + string.ascii_uppercase + string.ascii_lowercase)[digit] + digits
    return text + digits.ljust(6, "0")[:4]
