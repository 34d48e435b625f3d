"""Secrets as people leave them in images: each made at random in the form that its issuer documents, in a real place.

Nothing here is taken from a rule: forms are those of the issuers' documentation. Values are made when asked for, so
that no file of the project holds one.
"""

from __future__ import annotations

import base64
import json
import random
import string
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .secret_corpus import aws_access_key_id

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
URL = ALNUM + "-_"
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True)
class Plant:
    """``content`` holds a secret of some ``kind`` and stands at ``path``. ``deleted``: a later layer removes it."""

    kind: str
    path: str
    content: bytes
    deleted: bool = False


def plants(seed: int = 1) -> tuple[Plant, ...]:
    """All of them; the same for the same ``seed``."""
    return tuple(_plants(random.Random(seed)))


def checksummed(draw: random.Random, prefix: str) -> str:
    """GitHub's and npm's form: 30 random characters and their CRC-32 in six digits of base 62."""
    body = "".join(draw.choices(ALNUM, k=30))
    number, end = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        end = _BASE62[digit] + end
    return f"{prefix}{body}{end}"


def jwt(draw: random.Random) -> str:
    """A signed token (RFC 7519)."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"sub": str(draw.randrange(10**9)), "iat": 1764000000, "role": "service"}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{''.join(draw.choices(URL, k=43))}"


def pem(draw: random.Random, label: str, size: int = 600, first: bytes = b"\x30\x82") -> str:
    """A key in RFC 7468's armour: DER of a sequence, random inside."""
    der = first + size.to_bytes(2, "big") + draw.randbytes(size)
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def openssh(draw: random.Random) -> str:
    """OpenSSH's own form (PROTOCOL.key), not encrypted."""

    def field(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    blob = b"openssh-key-v1\0" + field(b"none") + field(b"none") + field(b"") + (1).to_bytes(4, "big")
    blob += field(field(b"ssh-ed25519") + field(draw.randbytes(32))) + field(draw.randbytes(136))
    text = base64.b64encode(blob).decode()
    lines = "\n".join(text[at : at + 70] for at in range(0, len(text), 70))
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}\n-----END OPENSSH PRIVATE KEY-----\n"


def _plants(draw: random.Random) -> Iterator[Plant]:
    def some(alphabet: str, count: int) -> str:
        return "".join(draw.choices(alphabet, k=count))

    def password() -> str:
        return f"{some(ALNUM, 9)}!{some(string.digits, 2)}x"

    def text(kind: str, path: str, content: str, encoding: str = "utf-8") -> Plant:
        return Plant(kind, path, content.encode(encoding))

    aws = aws_access_key_id("AKIA", draw), some(ALNUM + "+/", 40)
    basic = base64.b64encode(f"builder:{password()}".encode()).decode()
    account = {
        "type": "service_account", "project_id": "shop", "private_key_id": some(HEX, 40),
        "private_key": pem(draw, "PRIVATE KEY", 1180), "client_email": "ci@shop.iam.gserviceaccount.com",
    }  # fmt: skip
    state = {
        "version": 4,
        "resources": [{"type": "aws_db_instance", "instances": [{"attributes": {"password": password()}}]}],
    }
    kube = "apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n"
    yield text("GitHub token", "srv/shop/.env", f"DEBUG=0\nGITHUB_TOKEN={checksummed(draw, 'ghp_')}\n")
    yield text("GitHub token", "srv/shop/.github/workflows/ci.yml", f"env:\n  GH: {checksummed(draw, 'ghs_')}\n")
    yield text(
        "GitHub token",
        "srv/shop/.git/config",
        f'[remote "o"]\n url = https://x:{checksummed(draw, "gho_")}@github.com/a/b\n',
    )
    yield text("GitLab token", "srv/shop/.gitlab-ci.yml", f"variables:\n  PUSH: glpat-{some(URL, 20)}\n")
    yield text("npm token", "root/.npmrc", f"//registry.npmjs.org/:_authToken={checksummed(draw, 'npm_')}\n")
    yield text(
        "AWS pair",
        "root/.aws/credentials",
        f"[default]\naws_access_key_id = {aws[0]}\naws_secret_access_key = {aws[1]}\n",
    )
    yield text(
        "AWS pair",
        "srv/shop/upload.py",
        f'client = boto3.client("s3", aws_access_key_id="{aws[0]}",\n    aws_secret_access_key="{aws[1]}")\n',
    )
    yield text(
        "AWS pair",
        "root/.bash_history",
        f"ls\nexport AWS_SECRET_ACCESS_KEY={aws[1]}\nexport AWS_ACCESS_KEY_ID={aws[0]}\n",
    )
    yield text("Google service account", "srv/shop/gcp.json", json.dumps(account))
    yield text("Google API key", "srv/shop/static/map.js", f'const key = "AIza{some(URL, 35)}";\n')
    storage = f"AccountName=shop;AccountKey={base64.b64encode(draw.randbytes(64)).decode()}"
    connection = f"DefaultEndpointsProtocol=https;{storage};EndpointSuffix=core.windows.net"
    yield text("Azure storage", "srv/shop/appsettings.json", json.dumps({"Storage": connection}))
    yield text("Azure client secret", "srv/shop/azure.env", f"AZURE_CLIENT_SECRET={some(ALNUM, 3)}8Q~{some(URL, 34)}\n")
    yield text(
        "Slack token",
        "srv/shop/notify.js",
        f'const slack = new WebClient("xoxb-{some(string.digits, 12)}-{some(string.digits, 12)}-{some(ALNUM, 24)}");\n',
    )
    yield text(
        "Slack webhook",
        "usr/local/bin/alert.sh",
        f"#!/bin/sh\ncurl https://hooks.slack.com/services/T{some(UPPER, 10)}/B{some(UPPER, 10)}/{some(ALNUM, 24)}\n",
    )
    yield text("Stripe key", "srv/shop/pay.rb", f'Stripe.api_key = "sk_live_{some(ALNUM, 24)}"\n')
    yield text(
        "Twilio token",
        "srv/shop/sms.py",
        f'client = Client("AC{some(HEX, 32)}", twilio_auth_token="{some(HEX, 32)}")\n',
    )
    yield text(
        "SendGrid key", "srv/shop/mail.php", f"<?php $sg = new SendGrid('SG.{some(URL, 22)}.{some(URL, 43)}');\n"
    )
    yield text("Mailgun key", "srv/shop/mailgun.yml", f"mailgun:\n  api_key: key-{some(HEX, 32)}\n")
    yield text("JWT", "srv/shop/service.json", json.dumps({"upstream": {"bearer": jwt(draw)}}))
    yield text("private key", "root/.ssh/id_rsa", pem(draw, "RSA PRIVATE KEY", 1190))
    yield text("private key", "srv/shop/deploy/key", openssh(draw))
    yield text("private key", "etc/ssl/private/shop.pem", pem(draw, "EC PRIVATE KEY", 119, b"\x30\x00"))
    yield text("encrypted private key", "srv/shop/tls.key", pem(draw, "ENCRYPTED PRIVATE KEY", 1300))
    yield text(
        "PGP private key",
        "srv/shop/sign.asc",
        pem(draw, "PGP PRIVATE KEY BLOCK", 900).replace("-----\n", "-----\n\n", 1),
    )
    yield text("SSH host key", "etc/ssh/ssh_host_ed25519_key", openssh(draw))
    yield text(
        "database URL", "srv/shop/db.env", f"DATABASE_URL=postgres://shop:{some(ALNUM, 14)}@db.internal:5432/shop\n"
    )
    yield text(
        "database URL",
        "srv/shop/settings.py",
        f'SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop:{some(ALNUM, 14)}@10.0.0.7/shop"\n',
    )
    yield text(
        "database URL",
        "srv/shop/store.js",
        f'mongoose.connect("mongodb+srv://shop:{some(ALNUM, 14)}@c0.mongodb.net/shop")\n',
    )
    yield text("database URL", "srv/shop/cache.toml", f'url = "redis://:{some(ALNUM, 16)}@cache.internal:6379/0"\n')
    yield text(
        "database URL", "srv/shop/queue.ini", f"[queue]\nbroker = amqp://shop:{some(ALNUM, 14)}@mq.internal:5672//\n"
    )
    yield text(".netrc", "root/.netrc", f"machine artifacts.internal login ci password {password()}\n")
    yield text(".pgpass", "root/.pgpass", f"db.internal:5432:shop:shop:{password()}\n")
    yield text(".my.cnf", "root/.my.cnf", f"[client]\nuser=shop\npassword={password()}\n")
    yield text(
        "docker login", "root/.docker/config.json", json.dumps({"auths": {"registry.internal": {"auth": basic}}})
    )
    yield text(
        "docker login",
        "root/.dockercfg",
        json.dumps({"https://index.docker.io/v1/": {"auth": basic, "email": "a@b.c"}}),
    )
    yield text("kubeconfig", "root/.kube/config", f"{kube}    token: {jwt(draw)}\n")
    yield text(
        "kubeconfig",
        "srv/shop/kubeconfig",
        f"{kube}    client-key-data: {base64.b64encode(pem(draw, 'RSA PRIVATE KEY', 1190).encode()).decode()}\n",
    )
    yield text(
        "pip index", "etc/pip.conf", f"[global]\nindex-url = https://ci:{some(ALNUM, 20)}@pypi.internal/simple\n"
    )
    yield text("git credentials", "root/.git-credentials", f"https://ci:{some(ALNUM, 20)}@git.internal\n")
    yield text("Terraform state", "srv/infra/terraform.tfstate", json.dumps(state, indent=2))
    yield text("Terraform variables", "srv/infra/prod.tfvars", f'db_password = "{password()}"\n')
    yield text(
        "Spring properties", "srv/java/application-prod.properties", f"spring.datasource.password={password()}\n"
    )
    yield text("WordPress", "var/www/wp-config.php", f"<?php\ndefine( 'DB_PASSWORD', '{password()}' );\n")
    yield text(
        "Maven settings",
        "root/.m2/settings.xml",
        f"<settings><servers><server><username>ci</username><password>{password()}</password></server></servers></settings>\n",
    )
    yield text("htpasswd", "etc/nginx/.htpasswd", f"admin:$2y$10${some(ALNUM + './', 53)}\n")
    yield text(
        "Compose password",
        "srv/shop/docker-compose.yml",
        f"services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: {password()}\n",
    )
    yield text(
        "systemd unit", "etc/systemd/system/shop.service", f"[Service]\nEnvironment=DD_API_KEY={some(HEX, 32)}\n"
    )
    yield text(
        "curl password", "etc/cron.d/sync", f"0 * * * * root curl -u sync:{password()} https://backup.internal/run\n"
    )
    yield text("Vault token", "root/.vault-token", f"hvs.{some(URL, 95)}\n")
    yield text("DigitalOcean token", "srv/shop/do.sh", f"export DIGITALOCEAN_TOKEN=dop_v1_{some(HEX, 64)}\n")
    yield text("OpenAI key", "srv/shop/ai.py", f'openai.api_key = "sk-proj-{some(URL, 74)}T3BlbkFJ{some(URL, 74)}"\n')
    yield text("Hugging Face token", "root/.cache/huggingface/token", f"hf_{some(string.ascii_letters, 34)}\n")
    yield text(
        "Telegram bot",
        "srv/shop/bot.go",
        f'bot, err := tgbotapi.NewBotAPI("{some(string.digits, 10)}:AA{some(URL, 33)}")\n',
    )
    yield text("Django key", "srv/shop/local_settings.py", f"SECRET_KEY = '{some(ALNUM + '!@#%^&*(-_=+)', 50)}'\n")
    yield text("Rails key", "srv/rails/config/master.key", some(HEX, 32))
    yield text(
        "password in source",
        "srv/java/src/Db.java",
        f'String password = "{password()}";\nDriverManager.getConnection(url, "shop", password);\n',
    )
    yield text("password in source", "srv/shop/main.go", f'const dbPassword = "{password()}"\n')
    yield text(
        "connection string",
        "srv/net/Web.config",
        f'<add name="Shop" connectionString="Server=db;Database=shop;User Id=shop;Password={some(ALNUM, 14)};" />\n',
    )
    yield text("UTF-16 file", "srv/shop/notes.txt", f"deploy with {checksummed(draw, 'ghp_')}\r\n", "utf-16")
    yield text("Latin-1 file", "srv/shop/lies-mich.txt", f"Schl\xfcssel: glpat-{some(URL, 20)}\n", "latin-1")
    yield text(
        "one line of 10 MB",
        "srv/shop/static/bundle.min.js",
        f'{"var a=1;" * 600_000}k="sk_live_{some(ALNUM, 24)}";{"var b=2;" * 600_000}',
    )
    yield Plant("deleted file", "srv/shop/id_ed25519", openssh(draw).encode(), deleted=True)
    yield Plant("deleted file", "tmp/build.env", f"NPM_TOKEN={checksummed(draw, 'npm_')}\n".encode(), deleted=True)
