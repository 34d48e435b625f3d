"""Why dnf 4 and microdnf installed each package: ``var/lib/dnf/history.sqlite``.

Each transaction has its items, each item an action and a reason (libdnf's ``TransactionItemReason``); the last item
that brought a package says why it is there. As with ``os.requested``, a file that cannot be read is no gap.
"""

from __future__ import annotations

from collections.abc import Iterable

from scantling.analyze.os.text import Complaints
from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts

from . import sqlite

ID = "dnf-history"
_LEAVING = frozenset({3, 5, 7, 8, 10})  # downgraded, obsoleted, upgraded, removed, reinstalled: what went
_PULLED_IN, _ASKED = frozenset({1, 4}), frozenset({2, 5})  # dependency, weak dependency; user, group


def extract(file: FileView) -> Iterable[Extracted]:
    """The packages with a reason that tells."""
    names: dict[int, str] = {}
    reasons: dict[str, int] = {}
    try:
        for item, name in sqlite.rows(file.data, "rpm", ("item_id", "name"), Complaints(file.path)):
            if isinstance(item, int) and isinstance(name, str) and len(name) <= limits.PACKAGE_NAME_CHARS:
                names[item] = name
        columns = ("item_id", "action", "reason")
        for item, action, reason in sqlite.rows(file.data, "trans_item", columns, Complaints(file.path)):
            if isinstance(item, int) and item in names and isinstance(reason, int) and action not in _LEAVING:
                reasons[names[item]] = reason
    except Malformed:
        return []
    asked = sorted(name for name, reason in reasons.items() if reason in _ASKED)
    pulled_in = sorted(name for name, reason in reasons.items() if reason in _PULLED_IN)
    return [FileFacts(file.path, ID, asked=tuple(asked), pulled_in=tuple(pulled_in))]


ANALYZER = Analyzer(
    ID, 1, Wants(paths=frozenset({"var/lib/dnf/history.sqlite"})), extract, max_bytes=limits.DATABASE_FILE_BYTES
)
