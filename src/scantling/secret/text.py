"""Which files are text, in which encoding, and which are of no use to look at."""

from __future__ import annotations

import codecs
from enum import Enum

_SKIPPED = (
    b"\x1f\x8b", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8", b"RIFF", b"wOFF", b"wOF2", b"OggS", b"ID3", b"\x04\x22\x4d\x18", b"\x00\x01\x00\x00\x00", b"OTTO",
    b"\xde\x12\x04\x95", b"\x95\x04\x12\xde", b"TZif",
)  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (("utf-32-le", 4, 3), ("utf-32-be", 4, 0), ("utf-16-le", 2, None), ("utf-16-be", 2, None))
_MARKED = tuple(mark for mark, _ in _MARKS)


class Nature(Enum):
    """TEXT in UTF-8 or any encoding that has ASCII inside; WIDE text must be made so first; SKIPPED is compressed,
    pictures, sound, fonts and translations."""

    TEXT = "text"
    WIDE = "wide"
    BINARY = "binary"
    SKIPPED = "skipped"


def nature(head: bytes) -> tuple[Nature, str]:
    """What a file is by its first bytes, and the codec of wide text."""
    if head.startswith(_MARKED):
        return Nature.WIDE, next(codec for mark, codec in _MARKS if head.startswith(mark))
    if head.startswith(_SKIPPED):
        return Nature.SKIPPED, ""
    if b"\0" not in head:
        return Nature.TEXT, ""
    return _unmarked(head)


def narrow(data: bytes, codec: str) -> bytes:
    """Wide text in UTF-8; what is no text becomes replacement characters."""
    return data.decode(codec, "replace").encode()


def _unmarked(head: bytes) -> tuple[Nature, str]:
    """Wide text without a mark has its zeros at the same place of every character, almost always."""
    size = len(head) // 4 * 4
    if size >= 8:
        zeros = [head[start:size:4].count(0) * 4 / size for start in range(4)]
        few, many = 0.1, 0.8
        for codec, places in (
            ("utf-32-le", (1, 2, 3)), ("utf-32-be", (0, 1, 2)), ("utf-16-le", (1, 3)), ("utf-16-be", (0, 2)),
        ):  # fmt: skip
            if all(zeros[at] > many if at in places else zeros[at] < few for at in range(4)):
                return Nature.WIDE, codec
        if codec := _other_script(head):
            return Nature.WIDE, codec
    return Nature.BINARY, ""


def _other_script(head: bytes) -> str:
    """The codec of wide text whose letters are not Latin: all of it can be printed, some of it is ASCII, and it is no
    ASCII that was taken for ideographs, two letters for one."""
    if b"\0\0\0\0" in head:
        return ""  # as in most programs, and in no text but by rare chance
    for codec, width, always_zero in _WIDE:
        size = len(head) // width * width
        if always_zero is not None and any(head[always_zero:size:width]):
            continue
        try:
            # the last character may be half of one
            text = head[: size - width].decode(codec)
        except UnicodeDecodeError as error:
            if error.start < size - 2 * width:
                continue
            text = head[: error.start].decode(codec)
        # blanks are in texts, though not printable; what is no text has a character that is neither, mostly at once
        if text.isascii() or not "".join(text.split()).replace("\ufeff", "").isprintable() or min(text) > "\x7f":
            continue
        pairs = sum(0x20 <= ord(char) >> 8 < 0x7F and 0x20 <= ord(char) & 0xFF < 0x7F for char in text)
        if pairs * 2 < len(text):
            return codec
    return ""
