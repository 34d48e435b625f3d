"""Crooked registries (families 72-82 of the reliability plan): refused with a reason, or right to the byte."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scantling.guard import limits
from scantling.guard.secret import Secret
from scantling.model.errors import DamagedLayer, ScantlingError, Unscannable
from scantling.net.client import ConnectionFailed, Refused, Timing
from scantling.source.auth import Denied
from scantling.source.options import SourceOptions
from scantling.source.reference import parse_reference
from scantling.source.registry import RegistryImage, open_registry
from support import oci
from support.crooked_registry import CrookedRegistry, Reply, Request, bearer, refusal, running

NOISE = b"".join(bytes([number * 7 % 256, number * 13 % 251]) * 8 for number in range(20_000))  # 320 kB
IMAGE = oci.image([oci.tar({"data": NOISE})], compression="none")
(LAYER,) = (digest for digest, blob in IMAGE.blobs.items() if blob not in {IMAGE.manifest, IMAGE.config})
CONFIG = oci.sha256(IMAGE.config)
Rule = Callable[[Request], Reply | None]


@pytest.fixture
def registry() -> Iterator[CrookedRegistry]:
    with running() as server:
        server.blobs.update(IMAGE.blobs)
        server.add_manifest("app", "1", IMAGE.manifest, str(IMAGE.descriptor["mediaType"]))
        yield server


def pull(registry: CrookedRegistry, tag: str = ":1", **options: Any) -> RegistryImage:
    opened = open_registry(
        parse_reference(f"{registry.host}/app{tag}"),
        SourceOptions(insecure=True, **options),
        environ={},
        timing=Timing(sleep=lambda seconds: None),
    )
    assert isinstance(opened, RegistryImage)
    return opened


def layer(image: RegistryImage) -> bytes:
    data = bytearray()
    with image.open_layer(image.info.layers[0]) as reader:
        while piece := reader.read(65_536):
            data += piece
    return bytes(data)


def at(fragment: str, *replies: Reply | None) -> Rule:
    """For paths with ``fragment``: each reply in turn, the last for ever; None is the honest answer."""
    left = list(replies)

    def rule(request: Request) -> Reply | None:
        if fragment not in request.path:
            return None
        return left.pop(0) if len(left) > 1 else left[0]

    return rule


# --- 72: refusals, told apart -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "what", "hint"),
    [
        (refusal(401, "UNAUTHORIZED"), "anonymous", "docker login"),
        (refusal(403, "DENIED"), "anonymous", "docker login"),
        (refusal(404, "MANIFEST_UNKNOWN"), "not found", "tag or digest"),
        (refusal(404, "NAME_UNKNOWN"), "no such repository", "image's name"),
        (refusal(404, "DENIED"), "anonymous", "docker login"),
        (Reply(404, b"<h1>Not Found</h1>", {"Content-Type": "text/html"}), "like a registry", "host and port"),
        (refusal(429, "TOOMANYREQUESTS"), "no more requests", "log in"),
        (refusal(429, "TOOMANYREQUESTS", Retry_After="soon"), "no more requests", "log in"),
        (Reply(500), "failed with 500", "later"),
        (Reply(418), "unexpected answer, 418", ""),
        (Reply(204), "unexpected answer, 204", ""),
        (Reply(404, b"[" * 100_000, {"Content-Type": "application/json"}), "not found", ""),
        (Reply(404, b'{"errors": [[1], {"code": 2}]}', {"Content-Type": "application/json"}), "not found", ""),
    ],
)
def test_refusals_say_what_to_do(registry: CrookedRegistry, reply: Reply, what: str, hint: str) -> None:
    registry.rules.append(at("/manifests/", reply))
    with pytest.raises(Unscannable, match=what) as failure:
        pull(registry)
    assert hint in failure.value.hint
    assert failure.value.exit_code == 3


def test_endless_401(registry: CrookedRegistry) -> None:
    registry.rules.append(at("/v2/", bearer(registry.url + "/token", "app")))
    registry.rules.append(at("/token", Reply(200, b'{"token": "t"}')))
    with pytest.raises(Denied):
        pull(registry)
    assert len(registry.requests) < 10


def test_waiting_is_capped(registry: CrookedRegistry) -> None:
    slept: list[float] = []
    registry.rules.append(at("/manifests/", refusal(429, "TOOMANYREQUESTS", Retry_After="1000000000")))
    with pytest.raises(Unscannable):
        open_registry(
            parse_reference(f"{registry.host}/app:1"),
            SourceOptions(insecure=True),
            environ={},
            timing=Timing(sleep=slept.append),
        )
    assert sum(slept) <= limits.RETRY_TOTAL_S


def test_a_registry_that_recovers(registry: CrookedRegistry) -> None:
    registry.rules.append(at("/manifests/", Reply(503), Reply(502), None))
    registry.rules.append(at("/blobs/", Reply(500), None))
    assert layer(pull(registry)) == IMAGE.blobs[LAYER]


# --- 73, 77, 78: layers that break ------------------------------------------------------------------------------


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("cut", [0, 1, 100_000, len(IMAGE.blobs[LAYER]) - 1])
def test_a_broken_layer_is_taken_up_again(registry: CrookedRegistry, ranges: bool, cut: int) -> None:
    registry.ranges = ranges
    image = pull(registry)
    registry.rules.append(at(LAYER, Reply(200, IMAGE.blobs[LAYER], reset_after=cut), None))
    assert layer(image) == IMAGE.blobs[LAYER]
    first, second = registry.asked(LAYER)
    assert "range" not in first.headers
    assert second.headers.get("range", "") == (f"bytes={cut}-" if cut else "")


def test_a_token_that_expires_in_the_middle_of_a_layer(registry: CrookedRegistry) -> None:
    given: list[str] = []

    def token(request: Request) -> Reply | None:
        if request.path != "/token":
            return None
        given.append(f"token-{len(given) + 1}")
        return Reply(200, json.dumps({"token": given[-1], "expires_in": 3600}).encode())

    def gate(request: Request) -> Reply | None:
        if given and request.authorization == f"Bearer {given[-1]}":
            return None
        return bearer(registry.url + "/token", "app")

    registry.rules += [token, gate]
    image = pull(registry)
    broken = at(LAYER, Reply(200, IMAGE.blobs[LAYER], reset_after=100_000), None)
    registry.rules.append(broken)
    with image.open_layer(image.info.layers[0]) as reader:
        data = bytearray(reader.read(1000))
        given.append("expired")  # what was given before counts no more
        while piece := reader.read(65_536):
            data += piece
    assert bytes(data) == IMAGE.blobs[LAYER]
    assert given == ["token-1", "expired", "token-3"], "refreshed once"
    assert registry.asked(LAYER)[-1].headers["range"] == "bytes=100000-"


def reset_every(size: int) -> Rule:
    def rule(request: Request) -> Reply | None:
        if LAYER not in request.path:
            return None
        start = int(request.headers.get("range", "bytes=0-")[6:-1])
        rest, whole = IMAGE.blobs[LAYER][start:], len(IMAGE.blobs[LAYER])
        if start == 0:
            return Reply(200, rest, reset_after=size)
        return Reply(206, rest, {"Content-Range": f"bytes {start}-{whole - 1}/{whole}"}, reset_after=size)

    return rule


def test_a_connection_reset_every_so_often(registry: CrookedRegistry) -> None:
    image = pull(registry)
    registry.rules.append(reset_every(80_000))
    assert layer(image) == IMAGE.blobs[LAYER]
    registry.rules[-1] = reset_every(10_000)
    with pytest.raises(DamagedLayer, match="ends after 50000 of"):
        layer(image)


@pytest.mark.parametrize(
    "span", ["bytes 200000-300000/*", "bytes -5-6/7", "bytes x", "", "items 0-1/2", "bytes 9" + "9" * 5000 + "-1/2"]
)
def test_another_range_than_asked_for(registry: CrookedRegistry, span: str) -> None:
    image = pull(registry)
    lie = Reply(206, b"x" * 1000, {"Content-Range": span})
    registry.rules.append(at(LAYER, Reply(200, IMAGE.blobs[LAYER], reset_after=100), lie))
    with pytest.raises(DamagedLayer, match="another range"):
        layer(image)


def test_an_earlier_range_is_cut_to_fit(registry: CrookedRegistry) -> None:
    image, blob = pull(registry), IMAGE.blobs[LAYER]
    early = Reply(206, blob[50:], {"Content-Range": f"bytes 50-{len(blob) - 1}/{len(blob)}"})
    registry.rules.append(at(LAYER, Reply(200, blob, reset_after=100), early))
    assert layer(image) == blob


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, IMAGE.blobs[LAYER] + b"more"),
        Reply(200, IMAGE.blobs[LAYER] + b"x" * 1_000_000, length=""),
        Reply(200, IMAGE.blobs[LAYER][:1000]),
        Reply(200, IMAGE.blobs[LAYER][:1000], length=""),
        Reply(200, b""),
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"),
        Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFFF\r\nx"),
        Reply(404, b""),
        Reply(416, b""),
    ],
)
def test_layers_of_another_length_are_never_whole(registry: CrookedRegistry, reply: Reply) -> None:
    image = pull(registry)
    registry.rules.append(at(LAYER, reply))
    with pytest.raises(Unscannable):
        layer(image)


@pytest.mark.parametrize("reply", [Reply(200, IMAGE.blobs[LAYER], length=""), Reply(200, IMAGE.blobs[LAYER])])
def test_the_absence_of_a_length_is_no_damage(registry: CrookedRegistry, reply: Reply) -> None:
    image = pull(registry)
    registry.rules.append(at(LAYER, reply))
    assert layer(image) == IMAGE.blobs[LAYER]


# --- 3, 4, 6, 16, 17, 81: manifests and configurations ----------------------------------------------------------


def with_type(body: bytes, media_type: str = oci.MANIFEST, **headers: str) -> Reply:
    return Reply(200, body, {"Content-Type": media_type, **{k.replace("_", "-"): v for k, v in headers.items()}})


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (with_type(b"<html>Log in</html>", "text/html; charset=utf-8"), "not a registry"),
        (with_type(b"OK", "text/plain"), "not a registry"),
        (with_type(b""), "not a valid image manifest"),
        (with_type(b"<html>Log in</html>"), "not a valid image manifest"),
        (with_type(b"x" * (limits.MANIFEST_BYTES + 1)), "longer than"),
        (with_type(IMAGE.manifest, oci.DOCKER_MANIFEST), "declared as"),
        (with_type(IMAGE.manifest, oci.INDEX), "declared as"),
        (with_type(IMAGE.manifest, Docker_Content_Digest=oci.sha256(b"other")), "digest mismatch"),
        (with_type(IMAGE.manifest, Content_Encoding="gzip"), "compressed"),
        (Reply(200, IMAGE.manifest + b" " * 1000, reset_after=10), "cut|not valid HTTP"),
    ],
)
def test_manifests_that_are_none(registry: CrookedRegistry, reply: Reply, what: str) -> None:
    registry.rules.append(at("/manifests/", reply))
    with pytest.raises(Unscannable, match=what):
        pull(registry)


def test_a_digest_is_held_to(registry: CrookedRegistry) -> None:
    registry.rules.append(at("/manifests/", with_type(IMAGE.manifest + b"\n")))
    with pytest.raises(Unscannable, match="digest mismatch"):
        pull(registry, f"@{IMAGE.digest}")


def test_a_tag_is_asked_for_once(registry: CrookedRegistry) -> None:
    """It may move between two requests; what was seen first is what is scanned."""
    index = oci.index([IMAGE.descriptor])
    registry.add_manifest("app", "moving", index, oci.INDEX)
    image = pull(registry, ":moving")
    layer(image)
    assert [request.path for request in registry.asked("/manifests/")] == [
        "/v2/app/manifests/moving",
        f"/v2/app/manifests/{IMAGE.digest}",
    ]


@pytest.mark.parametrize("change", [1, -1])
def test_sizes_in_an_index_are_held_to(registry: CrookedRegistry, change: int) -> None:
    lying = {**IMAGE.descriptor, "size": len(IMAGE.manifest) + change}
    registry.add_manifest("app", "lying", oci.index([lying]), oci.INDEX)
    with pytest.raises(Unscannable, match="declares"):
        pull(registry, ":lying")


def test_an_index_that_names_another_type(registry: CrookedRegistry) -> None:
    registry.add_manifest("app", "1", oci.index([IMAGE.descriptor]), oci.INDEX)
    registry.manifests[("app", IMAGE.digest)] = (oci.DOCKER_MANIFEST, IMAGE.manifest)
    with pytest.raises(Unscannable, match="declared as"):
        pull(registry)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (IMAGE.config.replace(b"2024", b"2025"), "digest mismatch"),
        (IMAGE.config + b" ", "bytes"),
        (IMAGE.config[:-1], "bytes"),
        (b"", "bytes"),
    ],
)
def test_a_configuration_that_is_another(registry: CrookedRegistry, body: bytes, what: str) -> None:
    registry.rules.append(at(CONFIG, Reply(200, body)))
    with pytest.raises(Unscannable, match=what):
        pull(registry)


# --- 74, 75: led astray -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["/manifests/", "/blobs/"])
@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/", "https://127.0.0.1:1/", "file:///etc/passwd", "/again"]
)
def test_redirects(registry: CrookedRegistry, place: str, location: str) -> None:
    target = location if location != "/again" else f"/v2/app{place}again"
    registry.rules.append(at(place, Reply(307, headers={"Location": target})))
    with pytest.raises(Refused):
        pull(registry)
    assert len(registry.requests) < 12


def test_storage_elsewhere_sees_no_credentials(registry: CrookedRegistry) -> None:
    """As object stores do it; the foreign host is named here, being on loopback."""
    from scantling.net.client import NetOptions

    def gate(request: Request) -> Reply | None:
        return None if request.authorization else refusal(401, "UNAUTHORIZED", WWW_Authenticate="Basic realm=x")

    with running(name="localhost") as storage:
        storage.rules.append(lambda request: Reply(200, IMAGE.blobs[LAYER]))
        registry.rules += [gate, at(LAYER, Reply(307, headers={"Location": storage.url + "/bucket?signature=1"}))]
        image = open_registry(
            parse_reference(f"{registry.host}/app:1"),
            SourceOptions(username="me", password=Secret("canary")),
            net=NetOptions(insecure=True, trusted_hosts=frozenset({storage.host})),
            environ={},
        )
        assert isinstance(image, RegistryImage)
        assert layer(image) == IMAGE.blobs[LAYER]
        assert registry.asked(LAYER)[-1].authorization
        assert [request.authorization for request in storage.requests] == [""]


# --- 76: slow ones ----------------------------------------------------------------------------------------------


def test_a_dripping_layer_is_cut(registry: CrookedRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    image = pull(registry)
    monkeypatch.setattr(limits, "MIN_RATE_WINDOW_S", 0.2)
    registry.rules.append(at(LAYER, Reply(200, IMAGE.blobs[LAYER], drip=0.01)))
    start = time.monotonic()
    with pytest.raises(DamagedLayer):
        layer(image)
    assert time.monotonic() - start < 10


def test_a_silent_registry(registry: CrookedRegistry) -> None:
    registry.rules.append(at("/manifests/", Reply(raw=b"HTTP", drip=5)))
    with pytest.raises(ConnectionFailed):
        pull(registry, timeout_s=0.1)


def test_every_error_is_one_of_ours(registry: CrookedRegistry) -> None:
    """Random nonsense in place of any answer ends in an explained refusal."""
    for number in range(24):
        registry.rules[:] = [at("/v2/", Reply(raw=bytes((number * i * 31 + i) % 256 for i in range(200))))]
        with pytest.raises(ScantlingError):
            pull(registry)
