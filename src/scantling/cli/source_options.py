"""How the settings say that an image is to be got at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scantling.model.errors import UsageError

from .settings import Settings

if TYPE_CHECKING:
    from scantling.source.options import SourceOptions

_PASSWORD_BYTES = 64 * 1024


def source_of(settings: Settings) -> SourceOptions:
    """Platform, credentials, network. Raises ``UsageError``."""
    from scantling.guard.secret import Secret
    from scantling.source.options import SourceOptions

    values = settings.values
    if values.get("username") and not values.get("password_stdin"):
        raise UsageError("a user name without a password", where="--username", hint="pipe it in with --password-stdin")
    return SourceOptions(
        platform=values.get("platform") or "",
        username=values.get("username") or "",
        password=Secret(_password(settings)),
        registry_token=Secret(values.get("registry_token") or ""),
        insecure=values.get("insecure", False),
        ca_cert=settings["ca_cert"] or "",
        offline=settings["offline"],
    )


def _password(settings: Settings) -> str:
    if not settings.values.get("password_stdin"):
        return ""
    if not settings.values.get("username"):
        raise UsageError("a password without a user name", where="--password-stdin", hint="give --username too")
    if sys.stdin is None:
        raise UsageError("there is no standard input to read the password from", where="--password-stdin")
    text = sys.stdin.buffer.read(_PASSWORD_BYTES).decode("utf-8", "replace").rstrip("\r\n")
    if not text:
        raise UsageError("the password on standard input is empty", where="--password-stdin")
    return text
