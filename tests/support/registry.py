"""Debian's docker-registry on a free loopback port: plain or TLS, open or behind htpasswd."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.authority import Issued

TOOLS = ("docker-registry", "skopeo")


def missing(*more: str) -> str:
    """Why a test that needs the registry must be skipped, "" when all is there."""
    absent = [tool for tool in (*TOOLS, *more) if shutil.which(tool) is None]
    return f"needs {', '.join(absent)} (Debian: apt-get install {' '.join(absent)})" if absent else ""


@dataclass(frozen=True)
class Login:
    username: str
    password: str


@dataclass(frozen=True)
class RunningRegistry:
    """``host`` is "localhost:PORT"."""

    host: str
    login: Login | None
    secure: bool

    def push_all(self, source: str, name: str) -> str:
        """The same with every image of an index, as it stands."""
        return self.push(source, name, "--all")

    def push(self, source: str, name: str, *more: str) -> str:
        """Copy ``source`` (a skopeo transport, "oci:DIR:TAG") to ``name`` ("app:1"); the image's full name."""
        reference = f"{self.host}/{name}"
        command = ["skopeo", "copy", "-q", *more, "--preserve-digests", "--dest-tls-verify=false"]
        if self.login is not None:
            command += ["--dest-creds", f"{self.login.username}:{self.login.password}"]
        environ = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        subprocess.run([*command, source, f"docker://{reference}"], check=True, timeout=60, env=environ)
        return reference


@contextlib.contextmanager
def debian_registry(
    folder: Path, *, login: Login | None = None, issued: Issued | None = None
) -> Iterator[RunningRegistry]:
    """Start it with its storage below ``folder``; stopped at the end of the ``with``."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "config.yml"
    config.write_text(_config(folder, port, login, issued))
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen(
            ["docker-registry", "serve", str(config)], stdout=log, stderr=log, env={"PATH": os.environ["PATH"]}
        )
        try:
            _wait(process, port, folder / "registry.log")
            yield RunningRegistry(f"localhost:{port}", login, issued is not None)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _config(folder: Path, port: int, login: Login | None, issued: Issued | None) -> str:
    lines = [
        "version: 0.1",
        "log: {level: warn, accesslog: {disabled: true}}",
        f"storage: {{filesystem: {{rootdirectory: {folder / 'storage'}}}}}",
        "http:",
        f"  addr: 127.0.0.1:{port}",
        "  secret: only-for-tests",
    ]
    if issued is not None:
        lines += ["  tls:", f"    certificate: {issued.certificate}", f"    key: {issued.key}"]
    if login is not None:
        import bcrypt

        hashed = bcrypt.hashpw(login.password.encode(), bcrypt.gensalt(4)).decode()
        (folder / "htpasswd").write_text(f"{login.username}:{hashed}\n")
        lines += ["auth:", "  htpasswd:", "    realm: test", f"    path: {folder / 'htpasswd'}"]
    return "\n".join(lines) + "\n"


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"docker-registry does not run: {log.read_text()[-2000:]}")
