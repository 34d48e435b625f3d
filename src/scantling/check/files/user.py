"""The account that the image's USER names, looked up in the image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.model.evidence_modes import ModeFacts
from scantling.model.finding import Finding

from ..check import Scene
from ..file_rule import FileRule, found
from .listed import Listed

NAMED_USER = FileRule(
    "SCN-FS-016", "USER names no ordinary account", "MEDIUM",
    "A container of a user that is not there does not start; one whose user has uid 0 runs as root under another name.",
    "Create the account (useradd, adduser) before USER, or name a number: USER 10001.", ("4.1",),
    references=("https://docs.docker.com/reference/dockerfile/#user",),
)  # fmt: skip


def run(scene: Scene, _: Sequence[Listed]) -> Iterator[Finding]:
    """Said of a name alone: a number needs no account. Nothing where etc/passwd could not be read, which is a gap."""
    name = scene.info.config.user.partition(":")[0].strip()
    if not name or name == "root" or name.isdigit():
        return
    number = scene.view.provider("etc/passwd")
    if number is None:
        yield found(scene, NAMED_USER, "etc/passwd", f"{name}, but there is no etc/passwd", place=name)
        return
    facts = scene.evidence("modes", ModeFacts)[number]
    if facts is None or facts.accounts is None:
        return
    uids = {uid for user, uid in facts.accounts if user == name}
    if not uids:
        yield found(scene, NAMED_USER, "etc/passwd", f"{name} is not in etc/passwd", place=name, layer=number)
    elif 0 in uids:
        said = f"{name} has uid 0"
        yield found(scene, NAMED_USER, "etc/passwd", said, place=name, layer=number, severity="HIGH")
