"""apk distributions that publish in the layout of Alpine's secdb."""

from __future__ import annotations

from . import secdb
from .feed import Feed, FeedFile

_UPSTREAM = {
    "minimos": "https://packages.mini.dev/advisories/secdb/security.json",
    "secureos": "https://security.secureos.io/v1/secdb.json.gz",
}

FEEDS = tuple(
    Feed(
        name,
        (FeedFile(f"{name}/security.json", url, name, optional=True),),
        secdb.parse,
        f"{name} security feed",
        ecosystems=(name,),
        rank=70,
    )
    for name, url in _UPSTREAM.items()
)
