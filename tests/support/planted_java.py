"""Secrets as people leave them in Java images: in an application's jar or war, beside it, and in its classes.

One archive for each, so that a scanner that names the archive alone can be counted too.
"""

from __future__ import annotations

import base64
import io
import json
import random
import struct
import zipfile
from collections.abc import Iterator

from .planted_secrets import ALNUM, HEX, Plant, checksummed, jwt, openssh, pem
from .secret_corpus import aws_access_key_id


def java_plants(seed: int = 1) -> tuple[Plant, ...]:
    """All of them; the same for the same ``seed``."""
    draw = random.Random(seed)
    plants = []
    for number, (kind, inside, content) in enumerate(_inside(draw)):
        war = inside.startswith("WEB-INF/")
        path = f"srv/{number:02}/shop.{'war' if war else 'jar'}"
        plants.append(Plant(kind, path, archive({inside: content}, war)))
    plants += [Plant(kind, path, content) for kind, path, content in _beside(draw)]
    return tuple(plants)


def archive(members: dict[str, bytes], war: bool = False) -> bytes:
    """A jar as Spring Boot's build makes it, or a war, with ``members`` in it."""
    manifest = b"Manifest-Version: 1.0\r\nMain-Class: org.springframework.boot.loader.JarLauncher\r\n\r\n"
    place = "WEB-INF" if war else "BOOT-INF"
    usual = {
        "META-INF/MANIFEST.MF": manifest,
        f"{place}/classes/messages.properties": b"login.password=Password\nlogin.token=Token\n",
        f"{place}/classes/shop/Main.class": java_class("Hello"),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in {**usual, **members}.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def java_class(constant: str) -> bytes:
    """A class of no members whose pool of constants holds ``constant`` (JVM specification, 4.1 and 4.4)."""
    texts = [b"shop/Client", b"java/lang/Object", constant.encode()]
    pool = b"".join(b"\x01" + struct.pack(">H", len(text)) + text for text in texts)
    pool += b"\x07\x00\x01" + b"\x07\x00\x02" + b"\x08\x00\x03"
    return b"\xca\xfe\xba\xbe" + struct.pack(">HHH", 0, 61, 7) + pool + struct.pack(">HHHHHHH", 0x21, 4, 5, 0, 0, 0, 0)


def _inside(draw: random.Random) -> Iterator[tuple[str, str, bytes]]:
    def some(alphabet: str, count: int) -> str:
        return "".join(draw.choices(alphabet, k=count))

    def password() -> str:
        return f"{some(ALNUM, 10)}!{some('0123456789', 2)}x"

    aws = aws_access_key_id("AKIA", draw), some(ALNUM + "+/", 40)
    account = {
        "type": "service_account",
        "private_key": pem(draw, "PRIVATE KEY", 1180),
        "private_key_id": some(HEX, 40),
    }
    boot, web = "BOOT-INF/classes/", "WEB-INF/classes/"
    yield "properties, password", f"{boot}application.properties", f"spring.datasource.password={password()}\n".encode()
    yield (
        "YAML, password",
        f"{boot}application-prod.yml",
        f"spring:\n  datasource:\n    password: {password()}\n".encode(),
    )
    pair = f"cloud.aws.credentials.access-key={aws[0]}\ncloud.aws.credentials.secret-key={aws[1]}\n"
    yield "properties, AWS pair", f"{boot}bootstrap.properties", pair.encode()
    yield "YAML, GitHub token", f"{boot}config/git.yml", f"git:\n  token: {checksummed(draw, 'ghp_')}\n".encode()
    url = f"jdbc.url=postgresql://shop:{some(ALNUM, 14)}@db.internal:5432/shop\n"
    yield "properties, database URL", f"{boot}db.properties", url.encode()
    yield "JSON, Google service account", f"{boot}gcp.json", json.dumps(account).encode()
    yield "key file", f"{boot}keys/tls.key", pem(draw, "RSA PRIVATE KEY", 1190).encode()
    yield "key file, OpenSSH", f"{boot}keys/id_ed25519", openssh(draw).encode()
    yield "keystore", f"{boot}keystore.jks", b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1" + draw.randbytes(900)
    yield "class, GitHub token", f"{boot}shop/Client.class", java_class(checksummed(draw, "ghp_"))
    yield "class, Stripe key", f"{boot}shop/Pay.class", java_class(f"sk_live_{some(ALNUM, 24)}")
    logback = (
        f"<configuration><webhook>https://hooks.slack.com/services/T{some('ABCDEFGH23', 10)}/B{some('JKLMNP45', 10)}/"
    )
    yield "XML, Slack webhook", f"{web}logback.xml", f"{logback}{some(ALNUM, 24)}</webhook></configuration>\n".encode()
    yield "XML, JSON web token", f"{web}client.xml", f"<client><token>{jwt(draw)}</token></client>\n".encode()
    yield "properties, npm token", f"{web}build.properties", f"npm={checksummed(draw, 'npm_')}\n".encode()
    key = base64.b64encode(draw.randbytes(64)).decode()
    azure = f"storage=DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={key}\n"
    yield "properties, Azure storage key", f"{web}azure.properties", azure.encode()


def _beside(draw: random.Random) -> Iterator[tuple[str, str, bytes]]:
    def some(count: int) -> str:
        return "".join(draw.choices(ALNUM, k=count))

    yield "file, password", "srv/app/application.properties", f"spring.datasource.password={some(12)}7\n".encode()
    yield "file, GitHub token", "srv/app/run.sh", f"java -Dtoken={checksummed(draw, 'ghp_')} -jar a.jar\n".encode()
    server = f"<server><username>ci</username><password>{some(13)}4</password></server>"
    yield (
        "file, Maven settings",
        "root/.m2/settings.xml",
        f"<settings><servers>{server}</servers></settings>\n".encode(),
    )
    yield "file, class", "srv/app/classes/shop/Client.class", java_class(checksummed(draw, "ghp_"))
    yield "file, keystore", "srv/app/server.jks", b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1" + draw.randbytes(900)
