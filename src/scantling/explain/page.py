"""An explanation as a page for a terminal: questions a person has, in the order in which they have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.guard.display import printable, wrap
from scantling.report.links import safe_url
from scantling.report.paint import Paint

from .explanation import Explanation

_INDENT = 10
_REFERENCES = 6
_PLACES = 5


def render(found: Sequence[Explanation], width: int, paint: Paint) -> bytes:
    """The explanations, one below the other, as UTF-8 text of at most ``width`` columns."""
    pages = ("\n".join(_page(one, width, paint)) for one in found)
    return ("\n\n".join(pages) + "\n").encode("utf-8", "replace")


def _page(one: Explanation, width: int, paint: Paint) -> Iterator[str]:
    finding = one.finding
    head = f"{printable(finding.id)}  {printable(finding.title)}".strip()
    yield paint(finding.severity, finding.severity) + "  " + paint("bold", "\n".join(wrap(head, width - 12)))
    for label, texts in (
        ("Is", _is(one)),
        ("Where", _where(one)),
        ("Why", _why(one)),
        ("Matters", _matters(one)),
        ("Do", _do(one)),
        ("Gate", _gate(one)),
        ("Read", _read(one)),
    ):
        yield from _block(label, texts, width, paint)


def _block(label: str, texts: Iterator[str], width: int, paint: Paint) -> Iterator[str]:
    first = True
    for text in texts:
        for line in wrap(text, width - _INDENT):
            yield (paint("bold", label.ljust(_INDENT)) if first else " " * _INDENT) + line
            first = False


def _is(one: Explanation) -> Iterator[str]:
    finding = one.finding
    names = ", ".join(printable(alias) for alias in finding.aliases)
    yield f"a {finding.kind}{f', also called {names}' if names else ''}"
    if finding.description:
        yield printable(" ".join(finding.description.split()), 600)


def _where(one: Explanation) -> Iterator[str]:
    finding, package = one.finding, one.package
    if finding.package:
        source = ""
        if package is not None and package.source is not None and package.source.name != package.name:
            source = f", built from the source package {printable(package.source.name)}"
        name = f"{package.name} {package.version} ({package.type})" if package is not None else finding.package
        yield f"{printable(name)}{source}"
    places = [location.path for location in package.locations] if package is not None else []
    for path in places[:_PLACES] or ([finding.path] if finding.path else []):
        yield printable(path) + (f", line {finding.line}" if finding.line and path == finding.path else "")
    if len(places) > _PLACES:
        yield f"and {len(places) - _PLACES} more places"
    yield from one.relations
    if package is not None and package.os_owned:
        yield "an OS package installed it: the distribution decides for it"
    if one.layer is not None:
        made = f", made by: {printable(one.layer.created_by)}" if one.layer.created_by else ""
        yield f"layer {one.layer_number} of {one.layers}{made}"


def _why(one: Explanation) -> Iterator[str]:
    finding = one.finding
    if finding.match is not None:
        yield f"{printable(finding.match.feed)} says that versions {printable(finding.match.range)} are affected"
    for step in one.steps:
        yield printable(step.sentence)
        if step.command:
            yield f"check: {printable(step.command)} && echo yes"
    if finding.status == "unverified":
        yield "the version could not be compared: it is listed so that somebody looks"


def _matters(one: Explanation) -> Iterator[str]:
    finding = one.finding
    source = f" (by {printable(finding.severity_source)})" if finding.severity_source else ""
    yield f"severity {finding.severity}{source}" + "".join(
        f"; CVSS {score.version} {score.score} by {printable(score.source)}" for score in finding.cvss[:2]
    )
    if finding.kev is not None:
        yield f"exploited in the wild: in CISA's catalogue since {printable(finding.kev.added)}"
    if finding.epss is not None:
        yield f"EPSS {finding.epss.score:.1%}: more likely to be exploited than {finding.epss.percentile:.0%} of all"
    if finding.priority.reasons:
        yield f"priority {finding.priority.score}: {printable(', '.join(finding.priority.reasons), 400)}"


def _do(one: Explanation) -> Iterator[str]:
    finding = one.finding
    if finding.suppressed is not None:
        silenced = finding.suppressed
        until = f" until {printable(silenced.expires)}" if silenced.expires else ""
        yield f"nothing: suppressed by {printable(silenced.by)}{until}: {printable(silenced.reason)}"
        return
    if finding.remediation:
        yield printable(finding.remediation, 400)
    if one.command:
        yield printable(one.command)


def _gate(one: Explanation) -> Iterator[str]:
    for violation in one.violations:
        verb = "stops the image" if violation.severity == "deny" else "is warned about"
        due = f", from {printable(violation.due)} on" if violation.due else ""
        yield f"{verb} by the rule {printable(violation.rule)}{due}: {printable(violation.message)}"


def _read(one: Explanation) -> Iterator[str]:
    shown = [one.page] if one.page else []
    shown += [url for url in map(safe_url, one.finding.references) if url and url not in shown]
    yield from shown[:_REFERENCES]
