"""PEAR's and PECL's registry, built as PHP serialises it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

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
ACME = {"name": "X", "channel": "pear.acme.org", "version": {"release": "1"}}
OLD = {"package": "Archive_Tar", "version": "1.3.2", "license": "PHP License"}


@pytest.mark.parametrize(
    ("path", "record", "type_", "name", "version", "licence"),
    [
        ("usr/local/lib/php/.registry/.channel.pecl.php.net/redis.reg", REDIS, "pecl", "redis", "5.3.7", "PHP"),
        ("usr/share/php/.registry/archive_tar.reg", OLD, "composer", "pear/archive_tar", "1.3.2", "PHP License"),
        ("php/.registry/.channel.pear.acme.org/x.reg", ACME, "pear", "pear.acme.org/X", "1", ""),
    ],
)
def test_what_is_installed(
    path: str, record: dict[str, object], type_: str, name: str, version: str, licence: str
) -> None:
    (package,), gaps = analyze(path, serialize(record))
    assert not gaps
    assert (package.type, package.name, package.version, package.licenses) == (
        type_, name, version, (licence,) if licence else (),
    )  # fmt: skip


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


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("pear") is None, reason="PEAR is not installed")
def test_pear_lists_the_same_packages() -> None:
    done = subprocess.run(["pear", "list"], capture_output=True, text=True, check=True)
    theirs = {tuple(line.split()[:2]) for line in done.stdout.splitlines()[3:]}
    assert len(theirs) >= 5
    ours = set()
    for file in Path("/usr/share/php/.registry").glob("*.reg"):
        packages, gaps = analyze(str(file)[1:], file.read_bytes())
        assert not gaps
        ours |= {(p.name.removeprefix("pear/"), p.version) for p in packages}
    assert ours == {(name.lower(), version) for name, version in theirs}
