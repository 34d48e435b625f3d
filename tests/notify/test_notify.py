"""Notifications: when somebody is told, what, how it is signed, where it never goes; and no verdict depends on it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from scantling.cli.main import main
from scantling.guard import limits
from scantling.guard.secret import Secret
from scantling.model.errors import ScantlingError, UsageError
from scantling.model.finding import Finding
from scantling.model.report import Report
from scantling.net import client, retry
from scantling.notify.channel import channel
from scantling.notify.event import GATE, NEW, Delta, against_report, event, payload
from scantling.notify.web import Delivery, content, post, signature, signed
from scantling.report.json import encode
from support import crooked_registry, mailbox
from support.authority import Authority, Issued
from support.crooked_registry import CrookedRegistry, Reply
from support.mailbox import Mailbox
from support.oci import build_layout, tar
from support.sample_report import HOSTILE, LODASH, OPENSSL, finding, package, report

POLICY = "version: 1\nrules: [{rule: vulnerabilities, severity: [HIGH, CRITICAL]}]\n"
PATH = "/services/T0/B0/CANARYcanary0123456789"
SECRET = "a secret nobody sees"


@pytest.fixture
def server() -> Iterator[CrookedRegistry]:
    with crooked_registry.running() as made:
        made.rules.append(lambda asked: Reply(200, b"ok"))
        yield made


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No back-off is waited for; the pauses that were asked for."""
    slept: list[float] = []
    timing = retry.Timing(sleep=slept.append, jitter=lambda: 0.5)
    usual = client.Client.__init__.__kwdefaults__
    monkeypatch.setattr(client.Client.__init__, "__kwdefaults__", {**usual, "timing": timing})
    monkeypatch.setattr("scantling.notify.web.Delivery.__init__.__defaults__", (timing,), raising=False)
    return slept


def of(*found: Finding, **more: object) -> Report:
    return replace(report(found, (OPENSSL, LODASH)), scanners=("vuln",), **more)  # type: ignore[arg-type]


def saved(path: Path, *found: Finding) -> Path:
    path.write_bytes(encode(of(*found)))
    return path


def checked(directory: Path, server: CrookedRegistry | str, *found: Finding, more: tuple[str, ...] = ()) -> int:
    """``policy check`` that denies HIGH and CRITICAL, telling ``server``."""
    policy = directory / "p.yaml"
    policy.write_text(POLICY)
    place = server if isinstance(server, str) else f"{server.url}{PATH}"
    words = [
        "--policy",
        str(policy),
        "-q",
        "-o",
        str(directory / "out"),
        "--history",
        str(directory / "history.sqlite"),
    ]
    return main(["policy", "check", str(saved(directory / "r.json", *found)), *words, "--notify", place, *more])


ALLOWED = ("--notify-private",)


def bodies(server: CrookedRegistry) -> list[Any]:
    return [json.loads(request.body) for request in server.requests]


# --- when -------------------------------------------------------------------------------------------------------


def test_a_failed_gate_is_told_each_time(server: CrookedRegistry, tmp_path: Path) -> None:
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED) == 1
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED) == 1
    told = bodies(server)
    assert [one["type"] for one in told] == ["scantling.gate_failed"] * 2
    assert told[0]["data"]["outcome"] == "fail" and told[0]["data"]["exit_code"] == 1
    assert told[0]["data"]["violations"][0]["rule"] == "vulnerabilities"


def test_what_is_new_is_told_once(server: CrookedRegistry, tmp_path: Path) -> None:
    """By the history: the second scan, an hour later, has nothing to say; the third has one thing."""
    low = finding("CVE-1", OPENSSL, "LOW")
    first = replace(low, fingerprint="f1")
    second = replace(low, fingerprint="f2", id="CVE-2")
    for hour, found in ((1, (first,)), (2, (first,)), (3, (first, second))):
        path = tmp_path / "r.json"
        path.write_bytes(encode(of(*found, created_at=f"2026-11-23T0{hour}:00:00Z")))
        policy = tmp_path / "p.yaml"
        policy.write_text(POLICY)
        words = ["-q", "-o", str(tmp_path / "o"), "--history", str(tmp_path / "h.sqlite"), "--notify", server.url]
        assert main(["policy", "check", str(path), "--policy", str(policy), *words, *ALLOWED]) == 0
    told = bodies(server)
    assert [one["type"] for one in told] == ["scantling.new_findings"] * 2
    assert [[new["id"] for new in one["data"]["changes"]["added"]] for one in told] == [["CVE-1"], ["CVE-2"]]
    assert told[0]["data"]["changes"]["removed"] is None  # a history knows nothing of what is gone


def test_nobody_is_told_of_a_pass_or_of_what_was_not_asked_for(server: CrookedRegistry, tmp_path: Path) -> None:
    assert checked(tmp_path, server, more=ALLOWED) == 0
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL, "NEGLIGIBLE"), more=ALLOWED) == 0
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=(*ALLOWED, "--notify-on", "new")) == 1
    assert [one["type"] for one in bodies(server)] == ["scantling.new_findings"]


def test_changes_against_a_baseline_are_of_three_kinds() -> None:
    """One finding gone, one new, one more severe."""
    old = of(finding("CVE-1", OPENSSL, "LOW"), finding("CVE-2", OPENSSL))
    new = of(finding("CVE-1", OPENSSL, "HIGH"), finding("CVE-3", LODASH))
    delta = against_report(old, new, "main.json")
    made = event(new, 0, delta, {GATE, NEW}, "2026-11-23T08:00:00Z")
    assert made is not None
    told = payload(made)["data"]["changes"]
    assert told["against"] == "main.json"
    assert [one["id"] for one in told["added"]] == ["CVE-3"]
    assert [one["id"] for one in told["removed"]] == ["CVE-2"]
    assert [(one["id"], one["severity_before"], one["severity"]) for one in told["changed"]] == [
        ("CVE-1", "LOW", "HIGH")
    ]
    assert told["totals"] == {"added": 1, "removed": 1, "changed": 1}


def test_a_check_of_configuration_tells_too(server: CrookedRegistry, tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("FROM debian:12\nUSER root\n")
    out = str(tmp_path / "o")
    words = ["--exit-code", "1", "-q", "-o", out, "--history", str(tmp_path / "h"), "--notify", server.url]
    assert main(["config", str(dockerfile), *words, *ALLOWED]) == 1
    (told,) = bodies(server)
    assert told["data"]["changes"]["totals"]["added"] > 0 and told["data"]["target"]["reference"]


def test_an_image_is_compared_with_its_baseline(server: CrookedRegistry, tmp_path: Path) -> None:
    image = build_layout(tmp_path / "image", [tar({"etc/os-release": b'ID=debian\nVERSION_ID="12"\n'})])
    base, out = tmp_path / "main.json", tmp_path / "out.json"
    base.write_bytes(encode(replace(of(), scanners=("misconfig",))))
    words = ["image", f"oci:{image}:latest", "--scanners", "misconfig", "--cache-dir", str(tmp_path / "c"), "-q"]
    told = ["--notify", server.url, *ALLOWED, "-f", "json", "-o", str(out)]
    assert main([*words, *told, "--baseline", str(base)]) == 0
    (body,) = bodies(server)
    assert (body["type"], body["data"]["changes"]["against"]) == ("scantling.new_findings", "main.json")
    assert body["data"]["changes"]["totals"]["added"] > 0 and body["data"]["changes"]["removed"] == []
    assert main([*words, *told, "--baseline", str(out)]) == 0  # the same again: nothing is new
    assert len(bodies(server)) == 1


# --- what -------------------------------------------------------------------------------------------------------


def test_a_webhook_is_signed_as_the_standard_says() -> None:
    """What the standard's own Python library (standardwebhooks 1.1.0) makes of the same."""
    secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}', secret)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert "webhook-signature" not in signed(b"x", Secret(""), 1)


def test_the_receiver_can_verify_what_arrives(
    server: CrookedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANTLING_NOTIFY_SECRET", SECRET)
    checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED)
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    checked(tmp_path, server, finding("CVE-1", OPENSSL), more=(*ALLOWED, "--notify-secret-file", str(file)))
    for request, key in zip(server.requests, (SECRET, "from a file"), strict=True):
        told = request.headers
        assert abs(int(told["webhook-timestamp"]) - time.time()) < 60
        text = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + request.body
        mac = hmac.new(key.encode(), text, hashlib.sha256).digest()
        assert told["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


def test_another_try_is_the_same_delivery(server: CrookedRegistry, tmp_path: Path) -> None:
    left = [Reply(503), Reply(200)]
    server.rules.insert(0, lambda asked: left.pop(0))
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED) == 1
    assert len({request.headers["webhook-id"] for request in server.requests}) == 1 and len(server.requests) == 2


_PLAIN = {
    "type": "object",
    "required": ["type", "text"],
    "properties": {"type": {"const": "plain_text"}, "text": {"type": "string", "minLength": 1, "maxLength": 3000}},
}
SLACK = {  # api.slack.com/reference/block-kit/blocks
    "type": "object",
    "required": ["text", "blocks"],
    "properties": {
        "text": {"type": "string"},
        "blocks": {
            "type": "array",
            "maxItems": 50,
            "items": {"type": "object", "required": ["type", "text"], "properties": {"text": _PLAIN}},
        },
    },
}
_RUN = {"type": "object", "required": ["type", "text"], "properties": {"type": {"const": "TextRun"}}}
TEAMS = {  # adaptivecards.io/explorer, version 1.4; learn.microsoft.com: incoming webhooks
    "type": "object",
    "required": ["type", "attachments"],
    "properties": {
        "type": {"const": "message"},
        "attachments": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["contentType", "content"],
                "properties": {
                    "contentType": {"const": "application/vnd.microsoft.card.adaptive"},
                    "content": {
                        "type": "object",
                        "required": ["type", "version", "body"],
                        "properties": {
                            "type": {"const": "AdaptiveCard"},
                            "body": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["type", "inlines"],
                                    "properties": {
                                        "type": {"const": "RichTextBlock"},
                                        "inlines": {"type": "array", "items": _RUN},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize(("kind", "schema", "most"), [("slack", SLACK, 10_000), ("teams", TEAMS, 28_000)])
def test_slack_and_teams_get_their_own_form(kind: str, schema: dict[str, Any], most: int) -> None:
    evil = package("npm", f"<!channel> <at>all</at> [x](http://evil) {HOSTILE}", "1")
    found = tuple(finding(f"CVE-{number}", evil, "CRITICAL") for number in range(1_000))
    made = event(replace(of(*found), gaps=()), 1, Delta("history", found), {NEW}, "2026-11-23T08:00:00Z")
    assert made is not None
    data = content(kind, made)
    assert len(data) < most
    value = json.loads(data)
    validate(value, schema)
    assert "and 990 more" in data.decode()
    if kind == "slack":  # the one field that knows markup
        assert "<!" not in value["text"]
        assert [block["type"] for block in value["blocks"]] == ["header", "section"]
        assert len(value["blocks"][0]["text"]["text"]) <= 150


def test_lists_are_bounded_and_counted() -> None:
    found = tuple(finding(f"CVE-{number}", OPENSSL) for number in range(5_000))
    made = event(of(*found), 1, Delta("x", found), {NEW}, "2026-11-23T08:00:00Z")
    assert made is not None
    told = payload(made)["data"]["changes"]
    assert (len(told["added"]), told["totals"]["added"]) == (limits.NOTIFY_FINDINGS, 5_000)


# --- where to ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://hooks.slack.com/services/x", "slack"),
        ("https://contoso.webhook.office.com/x", "teams"),
        ("https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y", "teams"),
        ("https://example.com/hook", "webhook"),
        ("slack:https://chat.example.com/x", "slack"),
        ("webhook:https://hooks.slack.com/x", "webhook"),
        ("https://hooks.slack.com.example.com/x", "webhook"),
    ],
)
def test_the_kind_is_known_by_the_host_or_said(text: str, kind: str) -> None:
    assert channel(text).kind == kind
    assert "/x" not in repr(channel(text)) and "/x" not in channel(text).shown


@pytest.mark.parametrize(
    "text",
    [
        "ftp://x/",
        "https://u:CANARY@x/",
        "https://",
        "mailto:",
        "mailto:a@b\nBcc: c@d",
        "mailto:-oX@b",
        "slack:CANARY",
        "x",
    ],
)
def test_what_is_no_place_is_refused_before_anything_is_scanned(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(tmp_path, text, finding("CVE-1", OPENSSL)) == 2
    assert not (tmp_path / "out").exists()
    assert "CANARY" not in capsys.readouterr().err


def test_private_addresses_are_not_spoken_to(
    server: CrookedRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"):
        for scheme in ("http", "https"):
            place = f"{scheme}://{host}:{server.port}{PATH}"
            assert checked(tmp_path, place, finding("CVE-1", OPENSSL)) == 1, place
            said = capsys.readouterr().err
            assert "warning: not notified: webhook at" in said and "CANARY" not in said
    assert not server.requests


def test_even_allowed_no_name_leads_to_the_metadata_service(server: CrookedRegistry) -> None:
    made = event(of(finding("CVE-1", OPENSSL)), 1, Delta("x", (finding("CVE-1", OPENSSL),)), {NEW}, "x")
    assert made is not None
    from scantling.net import backend

    def resolver(_host: str, _port: int) -> list[str]:
        return ["169.254.169.254"]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(backend, "resolve", resolver)
        with pytest.raises(ScantlingError, match="metadata"):
            post(channel(f"http://rebound.example:{server.port}/"), made, Delivery(Secret(""), True, "", {}))


def test_redirects_are_not_followed(
    server: CrookedRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for status in (301, 302, 303, 307, 308):
        server.rules.insert(0, lambda asked, status=status: Reply(status, b"", {"Location": "/elsewhere"}))
        assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED) == 1
        assert "redirects are not followed" in capsys.readouterr().err
    assert not server.asked("elsewhere")


# --- failures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply", [Reply(500), Reply(403, b"CANARYcanary0123456789"), Reply(raw=b""), Reply(raw=b"SSH-2.0\r\n"), Reply(404)]
)
def test_a_failure_is_a_warning_and_the_verdict_stays(
    server: CrookedRegistry, tmp_path: Path, reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    server.rules.insert(0, lambda asked: reply)
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED) == 1
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL, "LOW"), more=ALLOWED) == 0
    said = capsys.readouterr().err
    assert "warning: not notified: webhook at 127.0.0.1" in said
    assert "CANARY" not in said and "Traceback" not in said
    assert (tmp_path / "out").exists()


def test_a_receiver_cannot_keep_a_build_waiting(server: CrookedRegistry, tmp_path: Path, hurried: list[float]) -> None:
    server.rules.insert(0, lambda asked: Reply(429, b"", {"Retry-After": "300"}))
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED) == 1
    assert sum(hurried) <= limits.NOTIFY_TIMEOUT_S


def test_others_are_told_though_one_fails(server: CrookedRegistry, tmp_path: Path) -> None:
    more = (*ALLOWED, "--notify", server.url + "/good")
    assert checked(tmp_path, "http://127.0.0.1:1/", finding("CVE-1", OPENSSL), more=more) == 1
    assert len(server.asked("good")) == 1


def test_offline_tells_nobody_and_says_so(
    server: CrookedRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "sbom.json"
    document.write_text('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}')
    words = ["--scanners", "packages", "--offline", "--notify", server.url, "-o", str(tmp_path / "o"), *ALLOWED]
    assert main(["sbom", str(document), *words]) == 0
    assert "nobody was notified: --offline" in capsys.readouterr().err and not server.requests


def test_a_history_that_cannot_be_used_changes_nothing(
    server: CrookedRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "history.sqlite").write_text("no database")
    assert checked(tmp_path, server, finding("CVE-1", OPENSSL), more=ALLOWED) == 1
    assert "what is new cannot be told" in capsys.readouterr().err
    assert bodies(server)[0]["data"]["changes"] is None


# --- mail -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> Issued:
    return authority.issue("mail", "127.0.0.1")


def mailed(directory: Path, box: Mailbox, trusted: Authority | None, *more: str, scheme: str = "smtp") -> int:
    words = ["--smtp", f"{scheme}://jane%40example.com@127.0.0.1:{box.port}", "--mail-from", "scan@example.com"]
    if trusted is not None:
        words += ["--ca-cert", str(trusted.certificate)]
    document = directory / "sbom.json"
    document.write_text('{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}')
    policy = directory / "p.yaml"
    policy.write_text("version: 1\nrules: [{rule: user}]\n")
    words += ["--scanners", "packages", "--policy", str(policy), "-o", str(directory / "o"), "-q", *ALLOWED]
    history = ["--history", str(directory / "h.sqlite")]
    return main(["sbom", str(document), *words, *history, "--notify", "mailto:team@example.com", *more])


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SCANTLING_SMTP_PASSWORD", "CANARYpassword")
    return "CANARYpassword"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_goes_encrypted(
    tmp_path: Path, authority: Authority, issued: Issued, password: str, scheme: str
) -> None:
    with mailbox.running(issued, implicit=scheme == "smtps") as box:
        code = mailed(tmp_path, box, authority, scheme=scheme)
    assert code in {1, 4}
    ((sender, recipients, text),) = box.mails
    assert "scan@example.com" in sender and recipients == ["rcpt TO:<team@example.com>"]
    assert box.logins == [f"\0jane@example.com\0{password}"]
    assert all(encrypted for command, encrypted in box.said if not command.lower().startswith(("ehlo", "starttls")))
    mail = message_from_string(text, policy=default)
    assert mail["Subject"].startswith("[scantling] Gate failed:") and mail["Auto-Submitted"] == "auto-generated"
    assert "exit code" in mail.get_content()


def test_no_password_and_no_mail_goes_unencrypted(
    tmp_path: Path, authority: Authority, issued: Issued, password: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server, or somebody before it, that offers no STARTTLS; one whose certificate nobody vouches for."""
    with mailbox.running(issued, offers_tls=False) as box:
        mailed(tmp_path, box, authority)
    assert "no encryption" in capsys.readouterr().err
    assert not box.mails and not box.logins
    with mailbox.running(issued) as box:
        mailed(tmp_path, box, None)
    assert "TLS failed" in capsys.readouterr().err
    assert not box.mails and not box.logins


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"answers": {"RCPT": "550 no such user\r\n"}}, "takes no mail"),
        ({"answers": {"AUTH": "535 CANARYpassword is wrong\r\n"}}, "it answered 535"),
        ({"answers": {"DATA": "554 spam\r\n"}}, "it answered 554"),
        ({"answers": {"EHLO": "garbage\r\n", "HELO": "garbage\r\n"}}, "not notified"),
        ({"endless": True}, "broke off"),
        ({"drip": 0.05}, "broke off"),
    ],
)
def test_a_mail_server_cannot_change_the_verdict_or_hold_it(
    tmp_path: Path, authority: Authority, issued: Issued, password: str, how: dict[str, Any], said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(limits, "NOTIFY_TOTAL_S", 1.5)
    start = time.monotonic()
    with mailbox.running(issued, **how) as box:
        assert mailed(tmp_path, box, authority) in {1, 4}
    assert time.monotonic() - start < 10
    told = capsys.readouterr().err
    assert said in told and password not in told and "Traceback" not in told


def test_a_mail_server_in_a_private_network_must_be_allowed(
    tmp_path: Path, issued: Issued, password: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with mailbox.running(issued) as box:
        mailed(tmp_path, box, None, "--notify-private=false")
    assert "not a public address" in capsys.readouterr().err
    assert not box.said


@pytest.mark.parametrize(
    ("smtp", "said"),
    [
        ("", "no mail server"),
        ("smtp://u:CANARY@h", "a password in the address"),
        ("http://h", "not a mail server"),
        ("smtp://u@h", "a user without a password"),
        ("smtp://h:x", "not a mail server"),
    ],
)
def test_a_mail_that_could_never_be_sent_is_refused_at_once(
    tmp_path: Path, smtp: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--smtp", smtp) if smtp else ()
    assert checked(tmp_path, "mailto:a@example.com", finding("CVE-1", OPENSSL), more=more) == 2
    told = capsys.readouterr().err
    assert said in told and "CANARY" not in told


def test_hostile_names_write_no_headers() -> None:
    from datetime import UTC, datetime

    from scantling.notify.mail import message

    evil = replace(report(reference="x\r\nBcc: everybody@example.com"))
    made = event(replace(evil, verdict=replace(evil.verdict, outcome="fail")), 1, None, {GATE}, "x")
    assert made is not None
    raw = message(made, "a@example.com", ["b@example.com"], datetime(2026, 11, 23, tzinfo=UTC)).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    assert not [line for line in head.splitlines() if line.lower().startswith(b"bcc")]
    assert "everybody" in str(message_from_string(raw.decode(), policy=default)["Subject"])


def test_a_bad_secret_is_told_before_the_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANTLING_NOTIFY_SECRET", "whsec_%%%")
    assert checked(tmp_path, "https://example.com/", finding("CVE-1", OPENSSL)) == 2
    from scantling.notify.web import check_secret

    with pytest.raises(UsageError):
        check_secret(Secret("whsec_%"))
