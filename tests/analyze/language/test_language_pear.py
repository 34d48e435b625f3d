"""PEAR's and PECL's registry, built as PHP serialises it."""

from __future__ import annotations

import pytest

from support.language_facts import analyze


def serialize(value: object) -> bytes:
    """PHP's serialize() of texts, numbers, None, lists and dicts."""
    if value is None:
        return b"N;"
    if isinstance(value, bool):
        return b"b:%d;" % value
    if isinstance(value, int):
        return b"i:%d;" % value
    if isinstance(value, str):
        raw = value.encode()
        return b's:%d:"%b";' % (len(raw), raw)
    assert isinstance(value, dict)
    body = b"".join(serialize(key) + serialize(each) for key, each in value.items())
    return b"a:%d:{%b}" % (len(value), body)


REDIS = {
    "attribs": {"version": "2.0"}, "name": "redis", "channel": "pecl.php.net", "summary": 'PHP "extension" é',
    "version": {"release": "5.3.7", "api": "5.3.0"}, "license": {"attribs": {"uri": "x"}, "_content": "PHP"},
    "filelist": {"a.c": {"role": "src", "baseinstalldir": "/"}}, "_lastmodified": 1700000000, "changelog": None,
    "flag": True,
}  # fmt: skip
OLD = {"package": "Archive_Tar", "version": "1.3.2", "license": "PHP License"}


@pytest.mark.parametrize(
    ("path", "record", "name", "version", "licence"),
    [
        ("usr/local/lib/php/.registry/.channel.pecl.php.net/redis.reg", REDIS, "pecl.php.net/redis", "5.3.7", "PHP"),
        ("usr/share/php/.registry/archive_tar.reg", OLD, "pear.php.net/Archive_Tar", "1.3.2", "PHP License"),
    ],
)
def test_what_is_installed(path: str, record: dict[str, object], name: str, version: str, licence: str) -> None:
    (package,), gaps = analyze(path, serialize(record))
    assert not gaps
    assert (package.type, package.name, package.version, package.licenses) == ("pear", name, version, (licence,))


def test_a_reg_file_elsewhere_is_not_pears() -> None:
    assert analyze("windows/setup.reg", b"REGEDIT4") == ([], [])


GOOD = serialize(REDIS)


@pytest.mark.parametrize(
    "data",
    [b"", GOOD[:40], GOOD[:-1], b's:99999999999:"x";', b"a:9999999999999:{", b"a:1:{" * 100_000, b'O:8:"stdClass":0:{}',
     b"i:" + b"1" * 100, serialize({"name": "x"})],
    ids=["empty", "cut", "last byte", "long text", "many", "deep", "object", "number", "no version"],
)  # fmt: skip
def test_what_is_damaged_is_a_gap(data: bytes) -> None:
    packages, gaps = analyze("php/.registry/x.reg", data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]
