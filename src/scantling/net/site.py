"""Whether two hosts belong to the same owner, as far as their names tell.

The rule, used for credentials and for redirects inside a private network: equal names are the same site; so are names
that share their last two labels ("registry.gitlab.com" and "gitlab.com"), or three where the last two are a
country's public suffix ("co.uk"). Names under a suffix that rents out its sub-names (cloud providers, dynamic DNS)
and addresses are the same site only when equal. Short of the public suffix
list this is an approximation; the user can always name a host.
"""

from __future__ import annotations

from .address import literal

_SECOND_LEVEL = frozenset(
    ("ac", "asn", "co", "com", "edu", "gen", "go", "gob", "gov", "govt", "id", "ltd", "me", "mil", "ne", "net")
) | {"nhs", "nom", "or", "org", "plc", "sch"}  # as in "co.uk"
_RENTED = (
    "amazonaws.com", "appspot.com", "azurecr.io", "azurewebsites.net", "cloudapp.net", "cloudfront.net",
    "ddns.net", "duckdns.org", "dyndns.org", "fly.dev", "gcr.io", "github.io", "githubusercontent.com", "gitlab.io",
    "googleapis.com", "herokuapp.com", "netlify.app", "ngrok-free.app", "ngrok.app", "ngrok.io", "nip.io", "no-ip.org",
    "on.aws", "onrender.com", "pages.dev", "pkg.dev", "r2.dev", "railway.app", "run.app", "sslip.io", "surge.sh",
    "trafficmanager.net", "trycloudflare.com", "vercel.app", "web.app", "windows.net", "workers.dev", "xip.io",
)  # fmt: skip


def same_site(one: str, other: str) -> bool:
    """Whether the host names (without ports) belong together by the rule above."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    if one == other:
        return True
    if literal(one) is not None or literal(other) is not None:
        return False
    if any(_under(one, suffix) or _under(other, suffix) for suffix in _RENTED):
        return False
    a, b = one.split("."), other.split(".")
    need = 3 if len(a[-1]) == 2 and len(a) > 1 and a[-2] in _SECOND_LEVEL else 2
    return len(a) >= need and len(b) >= need and a[-need:] == b[-need:]


def _under(host: str, suffix: str) -> bool:
    return host == suffix or host.endswith("." + suffix)
