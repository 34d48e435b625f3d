"""``scantling verify IMAGE --key KEY.pub``: whether what is signed about an image lets it be deployed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from ..outputs import write_stdout
from ..policies import history_of, policies_of
from ..scanning import now_of
from ..settings import Settings
from ..source_options import source_of

if TYPE_CHECKING:
    from scantling.attest.verify import Checked
    from scantling.source.options import SourceOptions

_DEFAULT = ("report",)


def run(settings: Settings) -> int:
    if not settings["key"]:
        raise UsageError(
            "no public key to verify with", where="--key", hint="openssl ec -in key.pem -pubout -out key.pub"
        )
    words = _DEFAULT if settings["type"] is None else settings["type"]
    if not words:
        raise UsageError("an empty list: nothing to verify", where="--type")
    from scantling.audit.admission import Terms, admit

    source = source_of(settings)
    asked = policies_of(settings, source)
    terms = Terms(
        words=tuple(dict.fromkeys((*words, "report") if asked is not None else words)),
        now=now_of(settings),
        max_age_s=settings["max_age"],
        asked=asked,
        history=history_of(settings),
        reports_gaps=settings["on_gap"] == "report",
    )
    name, digest, checked = _checked(settings, source, terms.words)
    admission = admit(checked, terms)
    lines = [f"image     {name}", f"digest    {digest}"]
    lines += [f"verified  {line}" for line in admission.verified]
    lines += [f"ignored   {line}" for line in checked.refused]
    if checked.older:
        lines.append(f"ignored   {checked.older} older, in favour of the newest")
    lines += [f"warning   {line}" for line in admission.warnings]
    lines += [f"denied    {line}" for line in admission.denials]
    lines.append("may be deployed" if admission.exit_code == 0 else "must not be deployed")
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
    return admission.exit_code


def _checked(settings: Settings, source: SourceOptions, words: tuple[str, ...]) -> tuple[str, str, Checked]:
    """The image's name and digest, and what is found of it. Raises ``Unscannable``."""
    from scantling.attest.found import envelopes
    from scantling.attest.keys import public_key
    from scantling.attest.verify import check
    from scantling.source.catalog import open_target
    from scantling.source.shelf import shelf_of
    from scantling.source.target import parse_target

    key = public_key(Path(settings["key"]))
    target = parse_target(settings.argument)
    # a bare name is not looked for in an engine's store: what is signed lies in the registry
    image = open_target(settings.argument if target.transport else f"registry:{settings.argument}", source)
    try:
        shelf = shelf_of(image)
        if shelf is None:
            raise UsageError(
                "nothing can be attached to an image there",
                where=settings.argument,
                hint="name it in its registry, or as oci:DIR",
            )
        found = envelopes(shelf, words)
    finally:
        image.close()
    return image.info.reference, image.info.image_digest, check(found, key, image.info.image_digest)
