"""What a token's issuer builds into it, recomputed: a value that fails is no such token."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Callable

from .azure import azure_annotated_key, azure_key

_DIGITS = "0123456789"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALPHABETS = (_DIGITS + _UPPER + _UPPER.lower(), _DIGITS + _UPPER.lower() + _UPPER)


def crc32_base62(value: bytes) -> bool:
    """GitHub's and npm's tokens end in the CRC-32 of what stands before it, in six digits of base 62 (GitHub's blog,
    "Behind GitHub's new authentication token formats"). Neither says in which order the digits are: both pass."""
    body, end = value[:-6].rpartition(b"_")[2], value[-6:].decode("ascii", "replace")
    sums = {zlib.crc32(body), zlib.crc32(value[:-6])}
    return any(_base62(number, alphabet) == end for number in sums for alphabet in _ALPHABETS)


def _base62(number: int, alphabet: str) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = alphabet[digit] + digits
    return digits.rjust(6, "0")


def grafana_crc32(value: bytes) -> bool:
    """Grafana's service account tokens end in the CRC-32 of what stands before the last underscore, as the hexadecimal
    digits of its bytes, lowest first (Grafana's package satokengen)."""
    body, _, end = value.rpartition(b"_")
    return zlib.crc32(body).to_bytes(4, "little").hex().encode() == end


def gitlab_routable(value: bytes) -> bool:
    """GitLab's routable tokens end in the length of their payload, two digits of base 36, and the CRC-32 of all that
    stands before it, seven digits (GitLab's design document "Routable Tokens"). The first of them had no version
    between payload and length."""
    body, end = value[:-7], value[-7:]
    return f"{_base36(zlib.crc32(body)):0>7}".encode() == end


def aws_account(value: bytes) -> bool:
    """The account that an access key ID of the new generation names, the 40 bits behind the first of its base 32, has
    twelve digits (WithSecure, "A bitwise analysis of AWS access key identifiers"). Older ones, whose first bit is 0,
    name none."""
    raw = int.from_bytes(base64.b32decode(value[-16:]), "big")
    is_new, account = raw >> 79, raw >> 39 & (1 << 40) - 1
    return not is_new or account < 10**12


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = (_DIGITS + _UPPER.lower())[digit] + digits
    return digits


def json_inside(value: bytes) -> bool:
    """A token whose main part is a JSON object in base64, after a word and before a signature if it has them: Sentry's
    of organisations (``sntrys_``), Grafana Cloud's (``glc_``) and Grafana's old keys."""
    parts = value.split(b"_")
    return isinstance(_json(parts[1] if len(parts) > 1 else value), dict)


def pypi_macaroon(value: bytes) -> bool:
    """PyPI's tokens are macaroons (version 2) whose location is the index's host."""
    raw = _base64(value.partition(b"-")[2])
    return raw is not None and raw[:1] == b"\x02" and b"pypi.org" in raw[:20]


def jwt(value: bytes) -> bool:
    """Header and payload decode as JSON objects, and the header names an algorithm that signs (RFC 7519)."""
    header, payload = (_json(part) for part in value.split(b".")[:2])
    return isinstance(header, dict) and isinstance(payload, dict) and str(header.get("alg", "none")).lower() != "none"


def basic_auth(value: bytes) -> bool:
    """``user:password`` in base64 (RFC 7617), neither of them a placeholder."""
    from .placeholder import is_placeholder

    raw = _base64(value)
    if raw is None or not all(32 <= byte < 127 for byte in raw):
        return False
    user, colon, password = raw.partition(b":")
    return bool(user and colon and len(password) >= 4) and not is_placeholder(password)


def discord_token(value: bytes) -> bool:
    """The first part is the bot's number in base64."""
    raw = _base64(value.partition(b".")[0])
    return raw is not None and raw.isdigit() and 17 <= len(raw) <= 20


def key_body(value: bytes) -> bool:
    """The start of a private key: DER of a sequence (X.690), PKCS#1, SEC 1 and PKCS#8 alike."""
    raw = _base64(value[: len(value) // 4 * 4])
    return raw is not None and raw[:1] == b"\x30" and len(set(value)) > 12


def openssh_plain(value: bytes) -> bool:
    """An OpenSSH key whose cipher is "none" (openssh PROTOCOL.key)."""
    return _openssh_cipher(value) == b"none"


def openssh_encrypted(value: bytes) -> bool:
    """An OpenSSH key with any other cipher."""
    return _openssh_cipher(value) not in {None, b"none"}


def _openssh_cipher(value: bytes) -> bytes | None:
    raw = _base64(value[: len(value) // 4 * 4])
    if raw is None or not raw.startswith(b"openssh-key-v1\0"):
        return None
    length = int.from_bytes(raw[15:19], "big")
    return raw[19 : 19 + length]


def mixed_case_digit(value: bytes) -> bool:
    """Small and capital letters and digits, as random text of some length has; names and words have not."""
    return bytes(value).swapcase() != value and _has_digit(value) and value.lower() != value and value.upper() != value


def upper_and_digit(value: bytes) -> bool:
    """At least four digits, which words in capital letters have not."""
    return sum(48 <= byte <= 57 for byte in value) >= 4


def letters_and_digits(value: bytes) -> bool:
    """At least one letter and one digit or sign: no plain word, no plain number."""
    return any(chr(byte).isalpha() for byte in value) and not value.isalpha()


def _has_digit(value: bytes) -> bool:
    return any(48 <= byte <= 57 for byte in value)


def _base64(text: bytes) -> bytes | None:
    text = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _json(part: bytes) -> object:
    raw = _base64(part)
    try:
        return json.loads(raw) if raw is not None else None
    except (ValueError, RecursionError):
        return None


CHECKS: dict[str, Callable[[bytes], bool]] = {
    check.__name__: check
    for check in (
        crc32_base62, grafana_crc32, gitlab_routable, azure_key, azure_annotated_key, aws_account, json_inside,
        pypi_macaroon, jwt, basic_auth, discord_token, key_body,
        openssh_plain, openssh_encrypted, mixed_case_digit, upper_and_digit, letters_and_digits,
    )
}  # fmt: skip
# nobody passes by chance
VERIFYING = frozenset(
    {"crc32_base62", "grafana_crc32", "gitlab_routable", "pypi_macaroon", "azure_key", "azure_annotated_key"}
)
