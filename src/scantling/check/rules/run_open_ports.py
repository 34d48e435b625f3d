"""SCN-RUN-007: a port that the whole network reaches."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, items
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

_DATA = frozenset(
    {"1433", "1521", "2375", "2379", "3306", "5432", "5984", "6379", "8086", "9042", "9200", "11211", "27017"}
)


def _container(container: Container) -> Iterator[Hit]:
    for value, line in items(container.spec, "ports"):
        if container.is_pod:
            if isinstance(value, Map) and value.get("hostPort"):
                yield Hit(f"hostPort {value['hostPort']} opens a port of the node", f"port {value['hostPort']}", line)
            continue
        if isinstance(value, Map):
            address, inside = str(value.get("host_ip") or ""), str(value.get("target") or "")
            published = "published" in value
        else:
            parts = str(value).partition("/")[0].rsplit(":", 2)
            inside, published = parts[-1], len(parts) > 1
            address = parts[0] if len(parts) == 3 else ""
        if published and address in {"", "0.0.0.0", "[::]", "::"}:  # noqa: S104
            severity = "MEDIUM" if inside in _DATA else ""
            yield Hit(f"port {inside} is published on every address of the host", f"port {inside}", line,
                severity=severity)  # fmt: skip


RULE = Rule(
    id="SCN-RUN-007",
    title="Port published on every address",
    severity="LOW",
    why="Docker opens it past the host's firewall rules; a database among them is open to the network.",
    fix='Publish it on 127.0.0.1 ("127.0.0.1:5432:5432"), or not at all between services of one network.',
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    also=("AVD-KSV-0024",),
    container=_container,
    bad=(
        ("compose", 'services:\n  d:\n    image: postgres:17\n    ports:\n      - "5432:5432"\n'),
        ("compose", "services:\n  d:\n    image: d:1\n    ports:\n      - {target: 80, published: 8080}\n"),
        ("kubernetes", "ports: [{containerPort: 80, hostPort: 80}]\n"),
    ),
    good=(
        ("compose", 'services:\n  d:\n    image: d:1\n    ports:\n      - "127.0.0.1:5432:5432/tcp"\n      - "80"\n'),
        ("kubernetes", "ports: [{containerPort: 80}]\n"),
    ),
)
