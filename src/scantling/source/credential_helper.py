"""Docker's credential helpers: ``docker-credential-NAME get``, the user's own program, asked with care.

The protocol (docker/docker-credential-helpers): the server on standard input, JSON with ``Username`` and ``Secret``
on standard output; "not found" is an exit status other than 0 and a known sentence.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping

from scantling.guard import limits

_NAME = re.compile(r"[A-Za-z0-9._-]{1,128}")
_NOT_FOUND = ("credentials not found", "no credentials server url", "credentials not in")


class HelperFailed(Exception):
    """``name`` and ``reason`` are fit for print; nothing that the helper wrote is in them."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"docker-credential-{name} {reason}")
        self.name = name
        self.reason = reason


def ask(name: str, server: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """(user name, secret) for ``server``, None when the helper knows none. Raises ``HelperFailed``."""
    if not _NAME.fullmatch(name):
        raise HelperFailed("?", "has a name that is not allowed")
    program = shutil.which(f"docker-credential-{name}", path=environ.get("PATH"))
    if program is None:
        raise HelperFailed(name, "is not installed")
    status, output = _run(name, program, server, environ)
    if status != 0:
        text = output[:4096].decode("utf-8", "replace").lower()
        if any(sentence in text for sentence in _NOT_FOUND):
            return None
        raise HelperFailed(name, f"failed with exit status {status}")
    try:
        answer = json.loads(output)
    except (ValueError, RecursionError):
        raise HelperFailed(name, "did not answer with JSON") from None
    if not isinstance(answer, dict):
        raise HelperFailed(name, "did not answer with a JSON object")
    username, secret = answer.get("Username"), answer.get("Secret")
    if not isinstance(username, str) or not isinstance(secret, str):
        raise HelperFailed(name, "gave no user name and secret")
    return (username, secret) if secret else None


def _run(name: str, program: str, server: str, environ: Mapping[str, str]) -> tuple[int, bytes]:
    try:
        process = subprocess.Popen(
            [program, "get"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError as error:
        raise HelperFailed(name, f"cannot be started: {error.strerror}") from None
    assert process.stdin is not None and process.stdout is not None
    try:
        try:
            process.stdin.write(server.encode() + b"\n")
            process.stdin.close()
        except BrokenPipeError:
            pass  # it may know its answer without reading
        output = _drain(name, process.stdout.fileno(), time.monotonic() + limits.CREDENTIAL_HELPER_S)
        return process.wait(timeout=limits.CREDENTIAL_HELPER_S), output
    except subprocess.TimeoutExpired:
        raise HelperFailed(name, "did not end in time") from None
    finally:
        if process.poll() is None:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        process.stdout.close()


def _drain(name: str, descriptor: int, deadline: float) -> bytes:
    output = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise HelperFailed(name, "did not answer in time")
            data = os.read(descriptor, 65_536)
            if not data:
                return bytes(output)
            output += data
            if len(output) > limits.TOKEN_BYTES:
                raise HelperFailed(name, "wrote too much")
