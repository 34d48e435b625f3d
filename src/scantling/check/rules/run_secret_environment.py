"""SCN-RUN-008: a secret written into a manifest's environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..manifests.workload import Container, items
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

_NAME = re.compile(r"(?:^|_)(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)(?:_|$)")
_HARMLESS = re.compile(r"(?i)(?:|true|false|yes|no|\d{1,5}|changeme|/[\w./-]{0,300}|\$.{0,300}|<.{0,300}>|x{3,60})")
_NOT_SECRET = re.compile(r"(?:_FILE|_PATH|_NAME|_URL|_ID|_TTL|_EXPIRY|_LENGTH|_ALGORITHM|_POLICY)$")


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret, going by its words."""
    upper = name.upper()
    return _NAME.search(upper) is not None and not _NOT_SECRET.search(upper)


def is_harmless(value: str) -> bool:
    """Whether ``value`` is a placeholder, a switch, a path or another variable."""
    return _HARMLESS.fullmatch(value) is not None


def _pairs(container: Container) -> Iterator[tuple[str, object, int]]:
    for value, line in items(container.spec, "env" if container.is_pod else "environment"):
        if isinstance(value, Map):
            yield str(value.get("name")), value.get("value"), value.line_of("value")
        elif isinstance(value, str) and "=" in value:
            name, _, text = value.partition("=")
            yield name, text, line
    mapping = container.spec.get("environment")
    if isinstance(mapping, Map):
        for name, value in mapping.items():
            yield name, value, mapping.line_of(name)


def _container(container: Container) -> Iterator[Hit]:
    for name, value, line in _pairs(container):
        if value is not None and is_secret_name(name) and not is_harmless(str(value)):
            yield Hit(f"{name} is set to a value in the file", name, line)


RULE = Rule(
    id="SCN-RUN-008",
    title="Secret in the environment",
    severity="HIGH",
    why="Whoever reads the file, or inspects the container, has the secret; it stays in the history of the repository.",
    fix="Use Compose's secrets, or a Secret with secretKeyRef; or take it from outside: ${DB_PASSWORD}.",
    references=("https://docs.docker.com/compose/how-tos/use-secrets/",),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n    environment:\n      DB_PASSWORD: hunter2hunter2\n"),
        ("compose", "services:\n  w:\n    image: w:1\n    environment:\n      - API_KEY=0123456789abcdef\n"),
        ("kubernetes", "env: [{name: TOKEN, value: abcdef}]\n"),
    ),
    good=(
        ("compose", "services:\n  w:\n    image: w:1\n    environment:\n      DB_PASSWORD: ${DB_PASSWORD}\n"),
        ("compose", "services:\n  w:\n    image: w:1\n    environment:\n      DB_PASSWORD_FILE: /run/secrets/db\n"),
        ("kubernetes", "env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: t}}}]\n"),
    ),
)
