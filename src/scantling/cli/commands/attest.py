"""``scantling attest REPORT|TARGET --key KEY.pem``: signed statements, written to a file or attached to the image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from ..console import say
from ..outputs import Output, check_writable, write_rendered
from ..saved_or_scanned import whole_report_of
from ..scanning import gate_of, ignore_files, now_of
from ..settings import Settings
from ..source_options import source_of

if TYPE_CHECKING:
    from scantling.attest.publish import Signed
    from scantling.model.report import Report
    from scantling.source.reference import ImageReference

_DEFAULT = ("report", "vuln", "sbom")


def run(settings: Settings) -> int:
    output = _output(settings)
    key = _key(settings)
    # all of it: what a filter hides would be signed away
    report = whole_report_of(settings.argument, settings, gate_of(settings))
    reference = _reference(settings, report)
    if reference is None:
        if not report.target.image_digest:
            raise UsageError(
                "the report is of no image with a digest: nothing to sign for",
                where=report.target.reference,
                hint="name the image in its registry: --attach REF; or scan it there, or as an OCI layout",
            )
        signed = _signed(report, [report.target.image_digest], key, settings)
    else:
        signed = _attached(report, reference, key, settings)
    lines = b"".join(_line(one) for one in signed)
    if output is not None or reference is None:
        write_rendered([(output or Output("attestation", None), lines)])
    return 0


def _output(settings: Settings) -> Output | None:
    names = settings["output"]
    if not names:
        return None
    if len(names) > 1:
        raise UsageError("more than one file to write to", where="--output")
    if names[0] == "-":
        return Output("attestation", None)
    path = Path(names[0])
    check_writable(path)
    return Output("attestation", path)


def _key(settings: Settings) -> Any:
    from scantling.attest.keys import HINT, private_key

    if not settings["key"]:
        raise UsageError(
            "no key to sign with: signing without one (keyless, by a Fulcio) is not there", where="--key", hint=HINT
        )
    return private_key(Path(settings["key"]))


def _reference(settings: Settings, report: Report) -> ImageReference | None:
    """The image to attach to, None for none."""
    from scantling.source.reference import parse_reference

    if settings["attach"]:
        return parse_reference(settings["attach"].removeprefix("registry:").removeprefix("//"))
    if not settings["push"]:
        return None
    if report.target.kind != "registry":
        raise UsageError(
            "the image of the report is in no registry", where="--push", hint="say where it is: --attach REF"
        )
    return parse_reference(report.target.reference)


def _attached(report: Report, reference: ImageReference, key: Any, settings: Settings) -> tuple[Signed, ...]:
    from dataclasses import replace

    from scantling.attest.publish import publish
    from scantling.source.registry import find_place, open_session

    source = source_of(settings)
    session = open_session(reference, source, actions="pull,push")
    try:
        place = find_place(session, reference, source.platform or report.target.platform)
        same_content = bool(report.target.config_digest) and report.target.config_digest == place.config_digest
        if place.image.digest != report.target.image_digest and not same_content:
            raise UsageError(
                "the report is of another image than this one",
                where=str(reference),
                hint=f"scan it again; the report is of {report.target.image_digest or report.target.config_digest}",
            )
        # nothing that is found under another digest says so in what is signed
        stated = replace(report, target=replace(report.target, image_digest=place.image.digest))
        images = tuple(dict.fromkeys((place.image, place.top)))
        signed = _signed(stated, [image.digest for image in images], key, settings)
        for one in signed:
            for image in images:
                publish(session, image, one)
    finally:
        session.client.close()
    if not settings["quiet"]:
        kinds = ", ".join(printable(one.predicate_type) for one in signed)
        say(f"attached to {printable(str(reference))}: {kinds}")
        for image in images:
            say(f"  {image.digest}{' (index)' if image is not place.image else ''}")
        if place.others:
            say(f"note: the index also holds {printable(', '.join(place.others))}, which this says nothing of")
    return signed


def _signed(report: Report, digests: list[str], key: Any, settings: Settings) -> tuple[Signed, ...]:
    from scantling.attest import dsse, statement
    from scantling.attest.keys import key_id
    from scantling.attest.predicates import TYPES
    from scantling.attest.publish import Signed
    from scantling.guard import limits
    from scantling.report.predicate import PREDICATES

    signed = []
    id_ = key_id(key.public_key())
    for word in dict.fromkeys(_DEFAULT if settings["type"] is None else settings["type"]):
        predicate = _vex(report, settings) if word == "openvex" else PREDICATES[word](report)
        payload = statement.make(report.target.repository or "image", digests, TYPES[word], predicate)
        envelope = dsse.sign(payload, key)
        if len(dsse.to_json(envelope)) + 4096 > limits.ATTACHED_BYTES:
            raise UsageError(
                f"the statement {word} would be larger than {limits.ATTACHED_BYTES} bytes: nobody could verify it",
                where="--type",
                hint="leave it out",
            )
        signed.append(Signed(envelope, TYPES[word], report.created_at, digests[0], id_))
    if not signed:
        raise UsageError("an empty list: nothing to sign", where="--type")
    return tuple(signed)


def _vex(report: Report, settings: Settings) -> Any:
    from scantling.exceptions.catalog import read_exceptions
    from scantling.exceptions.vex.export import export

    entries = [entry for file in ignore_files(settings) for entry in read_exceptions(file, ())]
    if not entries:
        raise UsageError("there are no exceptions to attach", where="--type openvex", hint="name them: --ignorefile")
    return json.loads(export(report, entries, report.target.repository, now_of(settings)))


def _line(signed: Signed) -> bytes:
    """in-toto's bundle format: one envelope a line."""
    from scantling.attest.dsse import to_json

    return to_json(signed.envelope) + b"\n"
