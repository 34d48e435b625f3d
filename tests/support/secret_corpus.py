"""For every rule of secrets: texts that hold one, and texts that do not. Made at run time from a seed, so that no token
stands in the repository.

A value is drawn from the rule's own expression; whatever a format computes (checksums, base64 of something, DER) is
computed here, by the format's definition and not by the code under test.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from re import _constants as c
from re import _parser as parser
from typing import Any

from scantling.secret.rule import Rule

from .azure_keys import KINDS, annotated, signed

_ALNUM = string.ascii_letters + string.digits
_CATEGORIES = {c.CATEGORY_SPACE: " \n", c.CATEGORY_NOT_SPACE: _ALNUM, c.CATEGORY_DIGIT: string.digits}


_FIXED_END = re.compile(r"\]\{\d+\}\)*$")
_OF_TWO = 1.5  # bits a character; a prefix adds some to the one bit that two characters have


class _OfTwo(random.Random):
    """Draws nothing but the first two of what there is."""

    def choice(self, seq: Any) -> Any:
        return super().choice(seq[:2])


@dataclass(frozen=True)
class Case:
    """``path`` is where ``text`` stands. ``rule`` is the one that must (or must not) find something."""

    rule: str
    path: str
    text: bytes
    value: bytes
    is_secret: bool


def cases(rules: tuple[Rule, ...]) -> Iterator[Case]:
    """Three true ones for each rule, and three to six false ones: what only stands for a value, a value that is a
    character too short or too long, and one of two different characters."""
    for rule in rules:
        rng = random.Random(f"corpus {rule.id}")
        if not rule.pattern:
            yield from _named(rule)
            continue
        for number in range(3):
            text, value = drawn(rule, rng)
            before, after = [("", "\n"), ("\n# a line\n", "\nand=more\n"), ("\n\n", "\r\n")][number]
            if rule.pattern.startswith("^"):
                before, after = "", "\n"  # the whole file
            path = _path(rule, number)
            yield Case(rule.id, path, (before + text + after).encode(), value.encode(), True)
        text, value = drawn(rule, rng)
        yield Case(rule.id, _path(rule, 0), text.replace(value, _like("example", value)).encode(), b"", False)
        yield Case(rule.id, _path(rule, 0), text.replace(value, "${SECRET}").encode(), b"", False)
        yield Case(rule.id, "usr/share/doc/pkg/README", text.replace(value, _like("x", value)).encode(), b"", False)
        if rule.rank in (1, 2) and _FIXED_END.search(rule.pattern):
            for other in (value[:-1], value + value[-1]):
                yield Case(rule.id, _path(rule, 0), (text.replace(value, other) + "\n").encode(), b"", False)
        if rule.entropy > _OF_TWO and rule.check not in _MAKERS and not rule.words:
            monotonous = _draw(parser.parse(rule.pattern), _OfTwo(0), {})
            yield Case(rule.id, _path(rule, 0), (monotonous + "\n").encode(), b"", False)


def _named(rule: Rule) -> Iterator[Case]:
    for number in range(3):
        name = rule.files[0].replace("*", f"name{number}")
        yield Case(rule.id, f"srv/{number}/{name}", b"\x01 whatever", b"", True)
        yield Case(rule.id, f"usr/share/doc/{number}/{name}", b"\x01 whatever", b"", False)


def _path(rule: Rule, number: int) -> str:
    name = rule.paths[number % len(rule.paths)].replace("*", "some") if rule.paths else f"config{number}.txt"
    return f"srv/shop/{name}"


def _like(word: str, value: str) -> str:
    return (word * len(value))[: max(len(value), 8)]


def drawn(rule: Rule, rng: random.Random) -> tuple[str, str]:
    """A text that the rule describes, and the value in it."""
    for _ in range(200):
        groups: dict[int, str] = {}
        text = _draw(parser.parse(rule.pattern), rng, groups)
        value = groups.get(rule.group, text) if rule.group else text
        make = _MAKERS.get(rule.check)
        if make is not None:
            made = make(value, rng)
            text, value = text.replace(value, made), made
        if rule.check in {"mixed_case_digit", "letters_and_digits"} and not (
            re.search("[a-z]", value) and re.search("[A-Z0-9]", value) and re.search("[0-9]", value)
        ):
            continue
        if rule.check == "upper_and_digit" and len(re.findall("[0-9]", value)) < 4:
            continue
        if re.search(r"[A-Za-z0-9]", value) and not value.isalpha():
            return text, value
        if rule.check == "" and value.isalpha() and len(value) > 20:
            return text, value
    raise AssertionError(rule.id)


def _draw(tree: Any, rng: random.Random, groups: dict[int, str]) -> str:
    return "".join(_piece(op, arg, rng, groups) for op, arg in tree)


def _piece(op: Any, arg: Any, rng: random.Random, groups: dict[int, str]) -> str:
    if op is c.LITERAL:
        return chr(arg)
    if op is c.NOT_LITERAL:
        return rng.choice(_ALNUM)
    if op is c.ANY:
        return rng.choice(_ALNUM)
    if op is c.IN:
        return rng.choice(_choices(arg))
    if op is c.BRANCH:
        return _draw(rng.choice(arg[1]), rng, groups)
    if op is c.SUBPATTERN:
        text = _draw(arg[3], rng, groups)
        if arg[0] is not None:
            groups[arg[0]] = text
        return text
    if op in (c.MAX_REPEAT, c.MIN_REPEAT):
        low, high, what = arg
        # optional parts (the rest of a name, spaces) are left out, open ends get somewhat more than the least
        count = low if high <= 24 and low == 0 else min(int(high), low + rng.randint(0, 3) + (12 if low < 12 else 0))
        return "".join(_draw(what, rng, groups) for _ in range(count))
    if op is c.AT:
        return ""
    raise AssertionError(op)


def _choices(items: Any) -> str:
    allowed = set()
    negate = items[0][0] is c.NEGATE
    for op, arg in items:
        if op is c.LITERAL:
            allowed.add(chr(arg))
        elif op is c.RANGE:
            allowed |= {chr(n) for n in range(arg[0], arg[1] + 1)}
        elif op is c.CATEGORY:
            allowed |= set(
                {c.CATEGORY_SPACE: " \n", c.CATEGORY_NOT_SPACE: _ALNUM, c.CATEGORY_DIGIT: string.digits}[arg]
            )
    if negate:
        return "".join(sorted(set(_ALNUM) - allowed)) or " "
    nice = sorted(allowed & set(_ALNUM)) or sorted(allowed)
    return "".join(nice)


def _crc(value: str, _: random.Random) -> str:
    prefix, _underline, body = value.rpartition("_")
    number = zlib.crc32(body[:-6].encode())
    digits = ""
    for _place in range(6):
        number, digit = divmod(number, 62)
        digits = (string.digits + string.ascii_uppercase + string.ascii_lowercase)[digit] + digits
    return f"{prefix}_{body[:-6]}{digits}"


def _grafana(value: str, _: random.Random) -> str:
    body = value.rpartition("_")[0]
    return body + "_" + struct.pack("<I", zlib.crc32(body.encode())).hex()


def _gitlab(value: str, rng: random.Random) -> str:
    """The design document's form; every other one without the version, as the first of them were."""
    digits = string.digits + string.ascii_lowercase
    payload = base64.urlsafe_b64encode(b"o:1\nu:" + digits[rng.randrange(36)].encode() + rng.randbytes(16) + b"\x10")
    text = payload.decode().rstrip("=")
    version = rng.choice((".01", ""))
    body = f"{value.partition('-')[0]}-{text}{version}.{digits[len(text) // 36]}{digits[len(text) % 36]}"
    number = zlib.crc32(body.encode())
    return body + "".join(digits[number // 36**place % 36] for place in range(6, -1, -1))


def aws_access_key_id(prefix: str, rng: random.Random) -> str:
    """One of the new generation: a bit, the account's number in 40 bits and 39 random ones, in base 32 (RFC 4648)."""
    account = rng.randrange(10**11, 10**12)
    return prefix + base64.b32encode((1 << 79 | account << 39 | rng.getrandbits(39)).to_bytes(10, "big")).decode()


def _azure(value: str, rng: random.Random) -> str:
    signature = next(known for known in KINDS if known in (value.rstrip("=")[-10:-6]))
    return signed(signature, rng)


def _azure_annotated(value: str, rng: random.Random) -> str:
    return annotated(value[76:80] if value[76:80].isalpha() else "ACOG", rng, encoded=True)


def _json_inside(value: str, rng: random.Random) -> str:
    secret = rng.randbytes(40).hex()
    if value.startswith("sntrys_"):
        payload = {"iat": 1700000000.5, "url": "https://sentry.io", "region_url": "https://us.sentry.io", "org": "shop"}
        return f"sntrys_{_b64(json.dumps(payload).encode())}_{_b64(rng.randbytes(32)).rstrip('=')}"
    if value.startswith("glc_"):
        return "glc_" + _b64(json.dumps({"o": "654", "n": "shop", "k": secret, "m": {"r": "us"}}).encode())
    return _b64(json.dumps({"k": secret, "n": "shop", "id": 1}, separators=(",", ":")).encode())


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _jwt(_: str, rng: random.Random) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": rng.randbytes(8).hex(), "iat": rng.randrange(10**9)})
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*texts, base64.urlsafe_b64encode(rng.randbytes(32)).decode().rstrip("=")])


def _pypi(value: str, rng: random.Random) -> str:
    host = b"pypi.org" if value.startswith("pypi-AgEIcHlwaS5vcmc") else b"test.pypi.org"
    raw = b"\x02\x01" + bytes([len(host)]) + host + b"\x02\x24" + rng.randbytes(90)
    return "pypi-" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _openssh(cipher: bytes) -> Callable[[str, random.Random], str]:
    def make(_: str, rng: random.Random) -> str:
        raw = b"openssh-key-v1\0" + len(cipher).to_bytes(4, "big") + cipher + rng.randbytes(60)
        return _b64(raw)[:70]

    return make


_MAKERS: dict[str, Callable[[str, random.Random], str]] = {
    "crc32_base62": _crc,
    "grafana_crc32": _grafana,
    "gitlab_routable": _gitlab,
    "aws_account": lambda value, rng: aws_access_key_id(value[:4], rng),
    "azure_key": _azure,
    "azure_annotated_key": _azure_annotated,
    "json_inside": _json_inside,
    "jwt": _jwt,
    "pypi_macaroon": _pypi,
    "basic_auth": lambda _, rng: _b64(b"robot:" + rng.randbytes(9).hex().encode()),
    "discord_token": lambda value, rng: (
        _b64(str(rng.randrange(10**17, 10**18)).encode()).rstrip("=") + value[value.index(".") :]
    ),
    "key_body": lambda _, rng: _b64(b"\x30\x82\x04\xa2\x02\x01\x00" + rng.randbytes(41)),
    "openssh_plain": _openssh(b"none"),
    "openssh_encrypted": _openssh(b"aes256-ctr"),
}
