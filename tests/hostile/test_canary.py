"""No credential shows anywhere: not in a report of any format, on a stream, in a log, a traceback, the cache, the
history, the audit trail or a notification; however it was given, and whatever goes wrong."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import logging
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from scantling.cli.main import main
from scantling.cli.options import FORMATS
from support import crooked_registry, oci
from support.crooked_registry import CrookedRegistry, Reply, Request

USER = "ci-user"
# one for each way in; with characters that JSON, URLs and shells spell otherwise
ARGUMENT, STDIN, FILE, HELPER, SALT, HOOK, SIGNING, FORGE, PROXY, PLAIN = CANARIES = tuple(
    f'CANARY{way}"p/w+%24{way.lower()}'
    for way in ("Argument", "Stdin", "File", "Helper", "Salt", "Hook", "Signing", "Forge", "Proxy", "Environment")
)


def spellings(secret: str) -> set[bytes]:
    """``secret`` as it might be written by accident, alone or behind a user's name."""
    raw = secret.encode()
    found = {raw, json.dumps(secret)[1:-1].encode(), urllib.parse.quote(secret, safe="").encode(), raw.hex().encode()}
    found.add(urllib.parse.quote(secret).encode())
    for before in (b"", b"x", b"xx", f"{USER}:".encode()):
        text = base64.b64encode(before + raw)
        found |= {text[4:-4], base64.urlsafe_b64encode(before + raw)[4:-4]}  # whatever stands around it
    return found


NEEDLES = {needle: secret for secret in CANARIES for needle in spellings(secret)}


def leaks(data: bytes) -> list[str]:
    return sorted({secret for needle, secret in NEEDLES.items() if needle in data})


def leaks_below(directory: Path, *but: Path) -> dict[str, list[str]]:
    """In each file and each file's name; what is packed with zstd is unpacked first."""
    found = {}
    for path in sorted(directory.rglob("*")):
        if not path.is_file() or path in but:
            continue
        data = path.read_bytes()
        start = data.find(b"\x28\xb5\x2f\xfd")
        if start >= 0:
            with contextlib.suppress(zstandard.ZstdError):
                data += zstandard.ZstdDecompressor().decompressobj().decompress(data[start:])
        if leaked := leaks(data + str(path).encode()):
            found[str(path)] = leaked
    return found


@pytest.fixture
def registry() -> Iterator[CrookedRegistry]:
    """An image behind a password, of which every answer to a refusal repeats what was sent."""
    with crooked_registry.running() as server:
        layer = oci.tar({"etc/os-release": b'ID=debian\nVERSION_ID="12"\n', "app/run.sh": b"#!/bin/sh\n"})
        image = oci.image([layer])
        for data in image.blobs.values():
            server.add_blob(data)
        server.add_manifest("shop/api", "1", image.manifest)
        server.rules.append(_locked)
        yield server


def _locked(request: Request) -> Reply | None:
    if any(_is_known(request.authorization, secret) for secret in CANARIES):
        return None
    echo = {"WWW-Authenticate": 'Basic realm="shop"', "X-Echo": request.authorization or "none"}
    return Reply(
        401, b'{"errors":[{"code":"UNAUTHORIZED","message":"you sent %s"}]}' % request.authorization.encode(), echo
    )


def _is_known(header: str, secret: str) -> bool:
    return header in {f"Bearer {secret}", "Basic " + base64.b64encode(f"{USER}:{secret}".encode()).decode()}


def _refusing(status: int) -> crooked_registry.Rule:
    def rule(request: Request) -> Reply | None:
        sent = request.authorization
        if not sent:
            return _locked(request)
        secret = base64.b64decode(sent.split()[1]) if sent.startswith("Basic") else sent.split()[1].encode()
        body = b'{"errors":[{"code":"DENIED","message":' + json.dumps(secret.decode()).encode() + b"}]}"
        return Reply(status, body, {"X-Echo": sent, "Content-Type": "application/json"})

    return rule


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every variable that holds a credential, set; a home of our own; the smallest back-off."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name, value in {
        "HOME": str(tmp_path / "home"),
        "SCANTLING_CACHE_DIR": str(work / "cache"),
        "SCANTLING_HISTORY": str(work / "history.sqlite"),
        "SCANTLING_AUDIT": str(work / "trail.jsonl"),
        "SCANTLING_SECRET_SALT": SALT,
        "SCANTLING_NOTIFY_SECRET": SIGNING,
        "SCANTLING_SMTP_PASSWORD": PLAIN,
        "GITHUB_TOKEN": FORGE,
        "GITLAB_TOKEN": FORGE,
        "CI_JOB_TOKEN": FORGE,
        "AWS_SECRET_ACCESS_KEY": PLAIN,
        "DOCKER_AUTH_CONFIG": PLAIN,
        "https_proxy": f"http://{USER}:{urllib.parse.quote(PROXY, safe='')}@proxy.invalid:3128",
        "no_proxy": "127.0.0.1,localhost",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_SHA", "4f0c" * 10)  # what the format github is about
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    monkeypatch.setattr("scantling.net.retry._FIRST_PAUSE_S", 0.0)
    return work


FORMATTED = [word for name in FORMATS for word in ("-f", name, "-o", f"report.{name}")]


def scan(registry: CrookedRegistry, *more: str) -> int:
    (Path() / "t.j2").write_text("{{ report }}")
    words = ["--scanners", "packages,secret,misconfig", "--insecure", "--debug", "--template", "t.j2"]
    told = ["--notify", f"{registry.url}/{urllib.parse.quote(HOOK, safe='')}", "--notify-private"]
    return main(["image", f"registry:{registry.host}/shop/api:1", *words, *told, *FORMATTED, *more])


def docker_config(monkeypatch: pytest.MonkeyPatch, folder: Path, content: dict[str, object]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(content))
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    return folder / "config.json"


def given(way: str, registry: CrookedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The credential for ``registry`` put in place; the arguments that say so."""
    if way == "argument":
        return ["--registry-token", ARGUMENT]
    if way == "variable":
        monkeypatch.setenv("SCANTLING_REGISTRY_TOKEN", ARGUMENT)
        return []
    if way == "stdin":
        stream = io.TextIOWrapper(io.BytesIO(f"{STDIN}\n".encode()))
        monkeypatch.setattr(sys, "stdin", stream)
        return ["--username", USER, "--password-stdin"]
    if way == "file":
        auth = base64.b64encode(f"{USER}:{FILE}".encode()).decode()
        docker_config(monkeypatch, tmp_path / "docker", {"auths": {registry.host: {"auth": auth}}})
        return []
    program = tmp_path / "bin" / "docker-credential-canary"
    program.parent.mkdir()
    answer = json.dumps({"ServerURL": registry.host, "Username": USER, "Secret": HELPER})
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    docker_config(monkeypatch, tmp_path / "docker", {"credHelpers": {registry.host: "canary"}})
    return []


WAYS = ["argument", "variable", "stdin", "file", "helper"]


def nothing_leaked(
    work: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, registry: CrookedRegistry
) -> str:
    """Streams, logs and files; and the registry was sent no other credential than its own. What was said."""
    said = capfd.readouterr()
    assert leaks((said.out + said.err + caplog.text).encode()) == []
    assert leaks_below(work) == {}
    assert [leaks(request.body) for request in registry.requests if leaks(request.body)] == []
    return said.err


@pytest.mark.parametrize("way", WAYS)
def test_nothing_shows_of_a_scan_that_succeeds(
    way: str, registry: CrookedRegistry, surroundings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    assert scan(registry, *given(way, registry, tmp_path, monkeypatch)) == 0
    nothing_leaked(surroundings, capfd, caplog, registry)
    assert {path.name for path in surroundings.iterdir()} >= {f"report.{name}" for name in FORMATS}
    assert (surroundings / "trail.jsonl").exists() and list((surroundings / "cache").rglob("*"))


@pytest.mark.parametrize(("way", "status"), list(zip(WAYS, (401, 403, 404, 500, 403), strict=True)))
def test_nothing_shows_of_a_refusal_that_repeats_it(
    way: str, status: int, registry: CrookedRegistry, surroundings: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    registry.rules.insert(0, _refusing(status))
    assert scan(registry, *given(way, registry, tmp_path, monkeypatch)) == 3
    assert "Traceback" in nothing_leaked(surroundings, capfd, caplog, registry)  # --debug


@pytest.mark.parametrize("way", ["argument", "file"])
def test_nothing_shows_of_a_fault_of_ours(
    way: str, registry: CrookedRegistry, surroundings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise RuntimeError("something is broken")

    monkeypatch.setattr("scantling.pipeline.scan.merge", broken)
    assert scan(registry, *given(way, registry, tmp_path, monkeypatch)) == 3
    assert "something is broken" in nothing_leaked(surroundings, capfd, caplog, registry)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--registry-tokn", ARGUMENT],
        ["--registry-token", ARGUMENT, "--nonsense"],
        ["--username", USER, "--registry-token", ARGUMENT, "--timeout", "x"],
        ["--notify", f"https://{USER}:{HOOK}@example.com/"],
        ["--smtp", f"smtp://{USER}:{HOOK}@example.com", "--notify", "mailto:a@example.com"],
    ],
)
def test_nothing_shows_of_a_slip_on_the_command_line(
    arguments: list[str], registry: CrookedRegistry, surroundings: Path, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    assert main(["image", f"{registry.host}/shop/api:1", *arguments]) == 2
    nothing_leaked(surroundings, capfd, caplog, registry)


@pytest.mark.parametrize(
    "text", ['{"auths": {"HOST": {"auth": "%s"}}}', '{"auths": {"HOST": {"auth": 7, "x": "%s"', "%s"]
)
def test_nothing_shows_of_a_broken_docker_config(
    text: str, registry: CrookedRegistry, surroundings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    path = docker_config(monkeypatch, tmp_path / "docker", {})
    path.write_text(text.replace("HOST", registry.host) % json.dumps(FILE)[1:-1])
    assert scan(registry) in {2, 3}
    nothing_leaked(surroundings, capfd, caplog, registry)


def test_nothing_shows_of_the_environment_in_any_other_command(
    registry: CrookedRegistry, surroundings: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whether they succeed or not: a saved report, a document, a file, nothing at all."""
    assert scan(registry, "--registry-token", ARGUMENT) == 0
    (surroundings / "Dockerfile").write_text("FROM debian:12\n")
    report, document = "report.json", "report.cyclonedx"
    for words in (
        ["sbom", document, "--scanners", "packages"], ["rootfs", ".", "--scanners", "packages,secret"],
        ["config", "Dockerfile"], ["diff", report, report], ["quickview", report], ["cis", report],
        ["explain", "CVE-1", report], *(["convert", report, "-f", name] for name in FORMATS if name != "template"),
        ["comment", report, "--dry-run"], ["comment", report, "--github", "--repo", "a/b", "--pr", "1"],
        ["policy", "check", report, "--policy", "default"], ["policy", "dry-run", report, "--policy", "default"],
        ["policy", "list"], ["policy", "explain", "user"], ["ignore", "list"], ["ignore", "check"],
        ["compliance", "list"], ["audit", "verify", "trail.jsonl"], ["audit", "head", "trail.jsonl"],
        ["db", "status"], ["db", "verify"], ["ci", "outputs", report], ["ci", "init", "github", "--dry-run"],
    ):  # fmt: skip
        main([*words, "--debug"])
        nothing_leaked(surroundings, capfd, caplog, registry)


def test_nothing_shows_of_a_proxy_or_mirror_that_is_not_there(
    registry: CrookedRegistry, surroundings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    secret = urllib.parse.quote(PROXY, safe="")
    monkeypatch.setenv("https_proxy", f"http://{USER}:{secret}@127.0.0.1:1")
    assert main(["image", "registry:registry.invalid/shop/api:1", "--scanners", "packages", "--debug"]) == 3
    nothing_leaked(surroundings, capfd, caplog, registry)
    monkeypatch.setenv("SCANTLING_FEED_MIRROR", f"https://{USER}:{secret}@127.0.0.1:1/feeds")
    assert main(["db", "update", "--no-progress", "--debug"]) == 2
    nothing_leaked(surroundings, capfd, caplog, registry)


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """Else all of the above would hold of anything."""
    basic = base64.b64encode(f"{USER}:{FILE}".encode())
    for number, data in enumerate((FILE.encode(), json.dumps(FILE).encode(), basic, FILE.encode().hex().encode())):
        packed = zstandard.compress(b"before " + data + b" after")
        for name, content in (("plain", b"x" + data), ("packed", b"head" + packed)):
            (tmp_path / f"{name}{number}").write_bytes(content)
    assert len(leaks_below(tmp_path)) == 8
