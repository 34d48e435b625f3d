"""Which base an image was built on, from every witness there is, the most trustworthy first.

Layers cannot be claimed: an image that begins with the layers of a known base holds that base. Then what the builder
wrote down (annotations of image-spec annotations.md, of the manifest or as labels; BuildKit's provenance), the
Dockerfile, the shape of the history, and last the distribution. Witnesses that contradict the layers are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scantling.model.coverage import Gap
from scantling.model.facts import OsRelease
from scantling.model.image import ImageInfo
from scantling.model.report import ReportBase

from .chain import chain_ids
from .history import base_layers, made_at
from .index import Known, Unusable, built_on, named

NAME, DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"


@dataclass(frozen=True, slots=True)
class Recognised:
    """``layers`` is how many of the lowest layers the base brought, None where that is not known; ``asks`` is the
    reference that its registry knows it by, "" where it has no name with a tag."""

    base: ReportBase | None = None
    layers: int | None = None
    gaps: tuple[Gap, ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True)
class _Claim:
    source: str
    name: str
    tag: str
    digest: str
    evidence: str
    target: str = ""

    @property
    def reference(self) -> str:
        return f"{self.name}:{self.tag}".rstrip(":") or self.digest


def recognise(info: ImageInfo, os: OsRelease | None, index: Path | None, built_from: str = "") -> Recognised:
    """The base of ``info``. ``index`` is a file of known bases, ``built_from`` what the Dockerfile's FROM names."""
    chains = chain_ids([layer.diff_id for layer in info.layers])
    gaps: list[Gap] = []
    held: tuple[Known, ...] = ()
    claims = _claims(info, built_from)
    if index is not None and chains and all(chains):
        try:
            held = built_on(index, chains)
            gaps += _contradicted(claims, held, index, chains, info.reference)
        except Unusable as error:
            gaps.append(Gap("base-index", str(index), f"the index of bases cannot be read: {error}", blocks=False))
    found = _best(held, claims)
    counted = held[0].layers if held else base_layers(info.config.history, len(info.layers))
    said = []
    if found is not None:
        same = {row.reference for row in held if row.layers == counted} - {found.reference}
        said.append(found.evidence + (f" (the same layers: {', '.join(sorted(same)[:5])})" if same else ""))
        said += [claim.evidence for claim in claims if claim != found and held]
    if counted is not None and not held:
        said.append(f"the history: a Dockerfile ends below layer {counted + 1} of {len(info.layers)}")
    created = next((row.created for row in held if row.layers == counted and row.created), "")
    created = created or made_at(info.config.history, counted or 1)
    if created and counted is None:
        said.append("the lowest layer's entry in the history")
    source = found.source if found is not None else "history" if counted is not None else ""
    if not source and os is not None and info.layers:
        said.append(f"the distribution is {os.pretty_name or os.id}, by its os-release")
        source = "os"
    if not said:
        return Recognised(gaps=tuple(gaps))
    named_as = found or _Claim("", "", "", "", "")
    base = ReportBase(
        named_as.name, named_as.tag, named_as.digest, "; ".join(said), created, None, source=source, layers=counted
    )
    asks = f"{named_as.name}:{named_as.tag}" if named_as.name and named_as.tag else ""
    if named_as.target.startswith("registry:"):
        asks = named_as.target.removeprefix("registry:")
    return Recognised(base, counted, tuple(sorted(set(gaps))), asks)


def _best(held: Sequence[Known], claims: Sequence[_Claim]) -> _Claim | None:
    if not held:
        return claims[0] if claims else None
    longest = [row for row in held if row.layers == held[0].layers]
    wanted = [row for row in longest if any(_agrees(claim, row) for claim in claims)]
    row = (wanted or longest)[0]
    many = f"{row.layers} layer{'s' if row.layers != 1 else ''}"
    return _Claim(
        "layers", row.name, row.tag, row.digest, f"the lowest {many} are those of {row.reference}", row.target
    )


def _agrees(claim: _Claim, row: Known) -> bool:
    return claim.digest == row.digest if claim.digest and not claim.name else claim.reference == row.reference


def _claims(info: ImageInfo, built_from: str) -> list[_Claim]:
    labels, annotations = dict(info.config.labels), dict(info.annotations)
    found = []
    for source, said in (("annotation", annotations), ("label", labels)):
        reference, digest = said.get(NAME, ""), said.get(DIGEST, "")
        if reference or digest:
            name, tag, pinned = split(reference)
            key = NAME if reference else DIGEST
            shown = reference or digest
            found.append(_Claim("annotation", name, tag, digest or pinned, f"the {source} {key} says {shown[:300]}"))
            break  # a label is inherited from the base, so that the annotation is the later word
    # of a build in several stages all images are named, and nothing says which is the last stage's
    for reference, digest in info.materials if len(info.materials) == 1 else ():
        name, tag, pinned = split(reference)
        said_so = f"the build's provenance names {reference[:300]} alone"
        found.append(_Claim("provenance", name, tag, digest or pinned, said_so))
    if built_from and built_from.lower() != "scratch":
        name, tag, pinned = split(built_from)
        found.append(_Claim("dockerfile", name, tag, pinned, f"the Dockerfile is FROM {built_from[:300]}"))
    return found


def _contradicted(
    claims: Sequence[_Claim], held: Sequence[Known], index: Path, chains: Sequence[str], where: str
) -> list[Gap]:
    gaps = []
    for claim in claims:
        rows = [row for row in named(index, claim.name) if _is_meant(claim, row)]
        if not rows or any(row.chain in chains for row in rows):
            continue
        instead = f"the layers are those of {held[0].reference}" if held else "and of no other base that is known"
        reason = f"{claim.evidence}, but the image does not begin with the layers of {claim.reference}: {instead}"
        gaps.append(Gap("base-conflict", where, reason, blocks=False))
    return gaps


def _is_meant(claim: _Claim, row: Known) -> bool:
    if claim.digest:
        # a digest may be that of an index of platforms, which is not kept; without a name there is nothing to compare
        return row.digest == claim.digest or (bool(claim.name) and row.reference == claim.reference)
    return bool(claim.name) and row.reference == claim.reference


def split(reference: str) -> tuple[str, str, str]:
    """Name as people write it, tag and digest of ``reference``, which may be anything."""
    from scantling.model.errors import UsageError
    from scantling.source.reference import parse_reference

    if not reference:
        return "", "", ""
    try:
        parsed = parse_reference(reference)
    except UsageError:
        return reference[:300], "", ""
    return parsed.name, parsed.tag, parsed.digest
