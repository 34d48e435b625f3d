"""SCN-IMG-013: ports of remote shells, and ports that ask for privileges."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_SHELLS = {22: "SSH", 23: "Telnet", 512: "rexec", 513: "rlogin", 514: "rsh"}


def _numbers(text: str) -> Iterator[int]:
    for word in text.split():
        low = word.partition("/")[0].partition("-")[0]
        if low.isdigit() and len(low) <= 5:
            yield int(low)


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    exposes = [one for one in recipe.final_instructions() if one.name == "EXPOSE"]
    places = [(port, one.line, one) for one in exposes for port in _numbers(one.value)]
    if recipe.ports is not None:
        known = {port: one for port, _, one in places}
        places = [(port, 0, known.get(port)) for text in recipe.ports for port in _numbers(text)]  # type: ignore[misc]
    for port, line, one in places:
        if port in _SHELLS:
            yield Hit(f"port {port} ({_SHELLS[port]}) is exposed", f"port {port}", line, one)
        elif 0 < port < 1024:
            yield Hit(f"port {port} is below 1024", f"port {port}", line, one, severity="NEGLIGIBLE")


RULE = Rule(
    id="SCN-IMG-013",
    title="Port of a remote shell, or below 1024",
    severity="MEDIUM",
    why="A shell over the network has no place in a container; ports below 1024 ask for root or a capability.",
    fix="Use docker exec or kubectl exec instead of SSH; listen above 1023 and map the port outside.",
    references=("https://docs.docker.com/reference/dockerfile/#expose",),
    also=("AVD-DS-0004", "AVD-KSV-0117"),
    recipe=_recipe,
    bad=(("dockerfile", "FROM debian:12\nEXPOSE 22/tcp\n"), ("dockerfile", "FROM debian:12\nEXPOSE 80 8443\n")),
    good=(("dockerfile", "FROM debian:12\nEXPOSE 8080 8443/udp\n"),),
)
