"""Credentials given on the command line, in the environment or in docker's configuration are in nothing that is
written: no format, no log, no traceback, no record, trail, notification or cache."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import quote

import pytest
import zstandard

from scantling.report.catalog import REPORTERS
from support import crooked_registry, forge, real_image, registry
from support.crooked_registry import Reply
from support.keys import key_pair

pytestmark = [pytest.mark.debian, pytest.mark.feeds]
Run = Callable[..., "CompletedProcess[str]"]

USER, PASSWORD = "robot-CANARYuser", "CANARY pass/word+ÿ"
BEARER = "CANARYbearer0123456789abcdef"
SIGNING, MAIL = "whsec_Q0FOQVJZc2lnbmluZzAxMjM0NTY3ODk=", "CANARYmail"
_ZSTD = b"\x28\xb5\x2f\xfd"
HOOK = "/services/CANARYhook0123456789"
# each as it was given, and as protocols write it down
TRACES = frozenset(
    form
    for secret in (PASSWORD, BEARER, SIGNING, MAIL, HOOK, forge.TOKEN, f"{USER}:{PASSWORD}")
    for form in (
        secret.encode(),
        quote(secret, safe="").encode(),
        json.dumps(secret).strip('"').encode(),
        base64.b64encode(secret.encode()),
    )
)


def traces_in(data: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in data]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("canary")


@pytest.fixture(scope="module")
def reference(place: Path, image: real_image.RealImage) -> Iterator[str]:
    if why := registry.missing():
        pytest.skip(why)
    with registry.debian_registry(place / "registry", login=registry.Login(USER, PASSWORD)) as server:
        yield server.push(f"oci:{image.layout}", "team/app:1")


@pytest.fixture
def world(tmp_path: Path, database: Path, reference: str) -> dict[str, str]:
    """Every credential that there is, in the environment; docker's own in a file."""
    docker = tmp_path / "docker"
    docker.mkdir()
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (docker / "config.json").write_text(json.dumps({"auths": {reference.partition("/")[0]: {"auth": auth}}}))
    return {
        "DOCKER_CONFIG": str(docker),
        "SCANTLING_DB": str(database),
        "SCANTLING_CACHE_DIR": str(tmp_path / "written/cache"),
        "SCANTLING_HISTORY": str(tmp_path / "written/history.sqlite"),
        "SCANTLING_AUDIT": str(tmp_path / "written/trail.jsonl"),
        "SCANTLING_NOTIFY_SECRET": SIGNING,
        "SCANTLING_SMTP_PASSWORD": MAIL,
        "GITHUB_TOKEN": forge.TOKEN,
        "GITHUB_ACTIONS": "true",
        "GITHUB_SHA": forge.SHA,
        "GITHUB_REF": "refs/heads/main",
        "NO_PROXY": "localhost,127.0.0.1",
    }


def readable(data: bytes) -> bytes:
    """``data``, and what it holds compressed, as the cache of layers does."""
    start = data.find(_ZSTD)
    return data if start < 0 else data + zstandard.ZstdDecompressor().decompressobj().decompress(data[start:])


def everything(folder: Path, *said: CompletedProcess[str]) -> dict[str, bytes]:
    files = {str(path): readable(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
    for number, one in enumerate(said):
        files[f"stdout {number}"], files[f"stderr {number}"] = one.stdout.encode(), one.stderr.encode()
    return files


def assert_silent(written: dict[str, bytes]) -> None:
    assert {name: found for name, data in written.items() if (found := traces_in(data))} == {}


def test_nothing_that_is_written_names_them(world: dict[str, str], reference: str, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "written"
    out.mkdir()
    template = tmp_path / "all.j2"
    template.write_text("{{ report }}")
    words = ["-t", str(template)]
    for name in REPORTERS:
        words += ["-f", name, "-o", str(out / f"report.{name}")]
    with crooked_registry.running() as hook, forge.running("github") as github:
        hook.rules.append(lambda asked: Reply(500, body=HOOK.encode()))
        scan = run(
            "image", reference, "--insecure", "--debug", "--now", "2026-11-23T00:00:00Z", "--exit-code", "1",
            "--record", str(out / "record"), "--notify", hook.url + HOOK, "--notify-private", *words, env=world,
        )  # fmt: skip
        assert scan.returncode == 1, scan.stderr
        report = str(out / "report.json")
        where = ["--repo", "shop/api", "--pr", "7", "--commit", forge.SHA, "--api-url", github.api, "--insecure"]
        comment = run("comment", report, "--github", *where, env=world)
        hook.rules[:] = [lambda asked: Reply(401, body=forge.TOKEN.encode())]
        elsewhere = [*where[:-2], hook.url, "--insecure"]
        refused = run("comment", report, "--github", "--debug", *elsewhere, env=world)
        assert (comment.returncode, refused.returncode) == (0, 3), comment.stderr + refused.stderr
        told = b"".join(request.body for request in hook.requests if request.path == HOOK)
    private, _ = key_pair(tmp_path, "k")
    attested = run("attest", report, "--key", str(private), "--push", "--insecure", "--debug", env=world)
    assert attested.returncode == 0, attested.stderr
    written = everything(out, scan, comment, refused, attested)
    assert {f"{out}/report.{name}" for name in REPORTERS} <= set(written)
    assert len([name for name in written if "/cache/" in name]) > 3  # layers were remembered
    assert len(told) > 1_000
    assert_silent({**written, "notification": told, "comments": "".join(c["body"] for c in github.comments).encode()})


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (["--username", USER, "--password-stdin"], PASSWORD + "x\n"),
        (["--registry-token", BEARER], ""),
    ],
    ids=["a wrong password", "a wrong token"],
)
def test_a_refusal_does_not_name_them(
    words: list[str], stdin: str, world: dict[str, str], reference: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "written").mkdir()
    for more in ([], ["--debug"]):
        refused = run("image", reference, "--insecure", *words, *more, env=world, stdin=stdin)
        assert refused.returncode == 3, refused.stderr
        assert ("Traceback" in refused.stderr) == bool(more)
        assert_silent(everything(tmp_path / "written", refused))


def test_a_proxys_password_is_not_named(world: dict[str, str], run: Run, tmp_path: Path) -> None:
    (tmp_path / "written").mkdir()
    proxy = f"http://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:9"  # the port "discard": nobody listens
    asked = {**world, "HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": ""}
    refused = run("image", "registry:registry.invalid/team/app:1", "--debug", "--timeout", "20s", env=asked)
    assert refused.returncode == 3 and "proxy" in refused.stderr.lower()
    assert_silent(everything(tmp_path / "written", refused))
