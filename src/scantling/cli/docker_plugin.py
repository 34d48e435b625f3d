"""``docker scantling ...``: Scantling as a plugin of Docker's command line.

Docker runs ``docker-scantling docker-cli-plugin-metadata`` to learn what it is, and afterwards ``docker-scantling
[Docker's own options] scantling ARGUMENTS...`` (docker/cli, "cli-plugins": metadata schema 0.1.0).
"""

from __future__ import annotations

import os
import sys

_NAME = "scantling"
_METADATA = "docker-cli-plugin-metadata"
_HOST = ("-H", "--host")
_TAKE_A_VALUE = frozenset(
    {*_HOST, "-c", "--context", "--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey"}
)


def entry() -> None:
    """What ``docker-scantling`` runs."""
    if sys.argv[1:] == [_METADATA]:
        print(metadata(), end="")  # noqa: T201 - the protocol's answer
        sys.exit(0)
    before, rest = split(sys.argv[1:])
    if host := host_of(before):
        os.environ["DOCKER_HOST"] = host
    sys.argv[1:] = rest
    from .main import entry as scantling

    scantling()


def metadata() -> str:
    """What Docker is told of the plugin: one JSON object."""
    import json

    from scantling import __version__

    about = {
        "SchemaVersion": "0.1.0",
        "Vendor": "Scantling",
        "Version": __version__,
        "ShortDescription": "Scan images: what is in them, what is wrong, may they ship",
    }
    return json.dumps(about) + "\n"


def split(argv: list[str]) -> tuple[list[str], list[str]]:
    """Docker's own options, and what stands after the plugin's name; all of it where the name is not there."""
    index = 0
    while index < len(argv) and argv[index].startswith("-"):
        index += 2 if argv[index] in _TAKE_A_VALUE else 1
    if index < len(argv) and argv[index] == _NAME:
        return argv[:index], argv[index + 1 :]
    return [], argv


def host_of(options: list[str]) -> str:
    """The engine that ``docker -H HOST scantling`` names, "" for none."""
    for index, option in enumerate(options):
        name, equals, value = option.partition("=")
        if name in _HOST:
            return value if equals else "".join(options[index + 1 : index + 2])
    return ""
