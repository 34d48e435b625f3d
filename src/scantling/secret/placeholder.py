"""Telling values from what documentation and templates write in their place."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from urllib.parse import unquote_to_bytes

_WORDS = (
    b"example", b"dummy", b"placeholder", b"changeme", b"change_me", b"change-me", b"changeit", b"redacted", b"xxxx",
    b"****", b"....", b"your_", b"your-", b"yourpass", b"yourkey", b"mypass", b"replace",
    b"insert", b"sample", b"foobar", b"notreal",
    b"not-a-real", b"fake", b"todo",
    b"0123456789", b"1234567890", b"abcdefgh", b"deadbeef", b"00000000", b"ffffffff",
    b"-----", b"____",
    b"<", b"${", b"{{", b"$(", b"%(", b"%s", b"==>",
)  # fmt: skip
_COMMON = frozenset(
    b"password passwd pass pass123 secret secrets test tester testing user username guest none null true"
    b" false undefined token pwd pw hunter2 foo bar baz qux spam string value default empty mypassword"
    b" yourpassword my_password your_password the_password db_password somepassword some_password"
    b" newpassword password123 pass1234 secret123 test123 scott tiger hostname port host databasename"
    b" dbname s3cret s3kr1t sekret wordpass p4ssw0rd p@ssword passwort optional required"
    .split()
)  # fmt: skip
_KNOWN = (
    b"SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",  # the signature of the token that explains tokens everywhere
    b"czZCaGRSa3F0Mz",  # the client of RFC 6749's examples
    b"QWxhZGRpbjp",  # the user of RFC 7617's
)


def is_placeholder(value: bytes, people: bool = False) -> bool:
    """Whether ``value`` only stands for a secret. ``people``: it may be a password that somebody chose."""
    low = value.lower()
    if low in _COMMON or _plain(low) in _COMMON:
        return True
    for word in _WORDS:  # a loop: this is asked of every match, and an expression in any() takes twice as long
        if word in low:
            return True
    if any(known in value for known in _KNOWN):
        return True
    if value[:1] in b"$%@[{(" and value[-1:] in b"})]%" + value[:1]:
        return True
    if people and (value[:1] == b"$" or value[:2] in {b"%%", b"@@"}):
        return True
    fewest = 4 if people or len(value) < 12 else 6
    return len(set(value)) < fewest


def _plain(value: bytes) -> bytes:
    """Without percent signs and accents: documentation of encodings writes its passwords in odd letters."""
    if b"%" not in value and value.isascii():
        return value
    text = unquote_to_bytes(value).decode("utf-8", "replace")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore")


def entropy(value: bytes) -> float:
    """Shannon's entropy in bits a byte."""
    size = len(value)
    if not size:
        return 0.0
    # a character that stands once adds nothing to the sum, and most do in random text
    repeated = sum(count * math.log2(count) for count in Counter(value).values() if count > 1)
    return math.log2(size) - repeated / size
