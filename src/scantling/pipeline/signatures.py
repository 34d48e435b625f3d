"""How old the signatures of a ClamAV daemon are: old ones find nothing new, and say so to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from scantling.malware import clamd
from scantling.malware.settings import MalwareSettings
from scantling.model.coverage import Gap

MAX_AGE = timedelta(days=5)  # as of the vulnerability database; freshclam asks several times a day


def signature_gaps(settings: MalwareSettings, now: datetime) -> tuple[Gap, ...]:
    """What is to be said of the daemon that ``settings`` name; nothing where there is none, or where it is of no help
    (the inspector says that)."""
    if not settings.clamd:
        return ()
    try:
        address = clamd.address_of(settings.clamd)
        said = clamd.version(address)
    except clamd.UnavailableError:
        return ()
    where = f"ClamAV at {address}"
    made = clamd.made(said)
    if made is None:
        reason = "the daemon does not say how old its signatures are"
        return (Gap("signature-age-unknown", where, reason, blocks=False),)
    age = now - made
    if age <= MAX_AGE:
        return ()
    days = age.days
    reason = f"its signatures are {days} day{'' if days == 1 else 's'} old ({made.date()}): run freshclam"
    return (Gap("stale-signatures", where, reason),)
