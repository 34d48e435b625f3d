"""What several feeds say of one vulnerability, as one value. They come best first (``Feed.rank``)."""

from __future__ import annotations

from collections.abc import Sequence

from scantling.guard import limits
from scantling.model.advisory import Vulnerability

from . import cvss


def combine(said: Sequence[Vulnerability]) -> Vulnerability:
    """The first text of each kind; the union of aliases, scores, weaknesses and links. Without a severity word, the
    first score speaks."""
    if len(said) == 1 and (said[0].severity or not said[0].cvss):
        return said[0]
    scores = {(score.source, score.vector): score for found in reversed(said) for score in found.cvss}
    ordered = tuple(dict.fromkeys(scores[score.source, score.vector] for found in said for score in found.cvss))
    severity, source = next(((found.severity, found.severity_source) for found in said if found.severity), ("", ""))
    if not severity and ordered:
        severity, source = cvss.rating(ordered[0].score, ordered[0].version), ordered[0].source
    links = dict.fromkeys(link for found in said for link in found.references)
    return Vulnerability(
        id=said[0].id,
        aliases=tuple(sorted({alias for found in said for alias in found.aliases})),
        title=next((found.title for found in said if found.title), ""),
        description=next((found.description for found in said if found.description), ""),
        severity=severity,
        severity_source=source,
        cvss=ordered,
        cwes=tuple(sorted({cwe for found in said for cwe in found.cwes})),
        references=tuple(links)[: limits.REFERENCES],
        published=next((found.published for found in said if found.published), ""),
    )
