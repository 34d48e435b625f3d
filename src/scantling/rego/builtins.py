"""Functions of Rego that the engine lacks or has with another result than OPA, and those that are refused.

Each is written after OPA's description of its built-in functions. An error they raise is an error of the rule.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from ipaddress import collapse_addresses, ip_network
from typing import Any

from .go_format import sprintf
from .go_time import add_date
from .semantic_version import compare, is_valid

Extension = tuple[str, int, Callable[..., Any]]

# what would reach out of the policy, or give another answer next time
REFUSED = {
    "http.send": "a policy makes no network requests",
    "net.lookup_ip_addr": "a policy makes no network requests",
    "opa.runtime": "a policy does not see the machine it is judged on",
    "rand.intn": "a policy gives the same answer every time",
    "uuid.rfc4122": "a policy gives the same answer every time",
    "providers.aws.sign_req": "a policy makes no network requests",
}
_BITS = {"md5": hashlib.md5, "sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


def extensions(now_ns: int, called: frozenset[str]) -> Iterator[Extension]:
    """Those of ``called`` (names) that are not the engine's own. ``now_ns`` is what ``time.now_ns`` says."""
    provided: dict[str, tuple[int, Callable[..., Any]]] = {**_PROVIDED, "time.now_ns": (0, lambda: now_ns)}
    for name in sorted(called):
        if name in REFUSED:
            yield name, 1, _refusal(name)
        elif name in provided:
            yield name, *provided[name]


def _refusal(name: str) -> Callable[..., Any]:
    def refuse(*_arguments: Any) -> Any:
        raise ValueError(f"{name}: {REFUSED[name]}")

    return refuse


def _hash(algorithm: str) -> Callable[[str], str]:
    return lambda text: _BITS[algorithm](text.encode()).hexdigest()


def _mac(algorithm: str) -> Callable[[str, str], str]:
    return lambda text, key: hmac.new(key.encode(), text.encode(), _BITS[algorithm]).hexdigest()


def _overlap(first: str, second: str) -> bool:
    one, other = ip_network(first, strict=False), ip_network(second, strict=False)
    return one.version == other.version and one.overlaps(other)


def _merge(networks: Any) -> set[str]:
    by_version: dict[int, list[Any]] = {4: [], 6: []}
    for text in networks:
        network = ip_network(text, strict=False)
        by_version[network.version].append(network)
    return {str(network) for members in by_version.values() for network in collapse_addresses(members)}


def _flatten(items: list[Any]) -> list[Any]:
    """One level, as OPA's ``array.flatten``."""
    return [part for item in items for part in (item if isinstance(item, list) else [item])]


def _re_match(pattern: str, text: str) -> bool:
    """The name that ``regex.match`` had in Rego v0, by the engine's own (linear) regular expressions."""
    import regorus

    engine = regorus.Engine()
    engine.set_input_json(json.dumps([pattern, text]))
    answer = json.loads(engine.eval_query_as_json("regex.match(input[0], input[1])"))["result"]
    return bool(answer[0]["expressions"][0]["value"])


_PROVIDED: dict[str, tuple[int, Callable[..., Any]]] = {
    "sprintf": (2, sprintf),
    "semver.compare": (2, compare),
    "semver.is_valid": (1, is_valid),
    "time.add_date": (4, add_date),
    **{f"crypto.{algorithm}": (1, _hash(algorithm)) for algorithm in ("md5", "sha1", "sha256")},
    **{f"crypto.hmac.{algorithm}": (2, _mac(algorithm)) for algorithm in _BITS},
    "crypto.hmac.equal": (2, lambda one, other: hmac.compare_digest(one.encode(), other.encode())),
    "net.cidr_intersects": (2, _overlap),
    "net.cidr_overlap": (2, _overlap),
    "net.cidr_merge": (1, _merge),
    "array.flatten": (1, _flatten),
    # of Rego v0 alone
    "re_match": (2, _re_match),
    "any": (1, lambda items: any(item is True for item in items)),
    "all": (1, lambda items: all(item is True for item in items)),
    "set_diff": (2, lambda one, other: one - other),
}
PROVIDED = frozenset(_PROVIDED)
