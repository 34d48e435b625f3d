"""Every option of every command, once: the parser, the environment, the settings file and the manual read this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scantling.model.finding import STATUSES
from scantling.model.justification import JUSTIFICATIONS

from . import values

# commands that scan, or read a saved report, to say something of their own
BESIDE = frozenset({"attest", "base compare", "base recommend", "cis", "diff", "explain", "fix", "quickview"})
IMAGES = BESIDE | {"image", "verify"}
FILES = (IMAGES | {"rootfs"}) - {"verify"}
SCAN = FILES | {"sbom"}
COMPLYING = (SCAN - BESIDE) | {"policy check"}
CONFIG = frozenset({"config"})
REPLAY = frozenset({"replay"})
REPORTING = (SCAN - {"attest"}) | CONFIG | REPLAY | {"convert", "policy check", "policy dry-run"}
DATABASE = frozenset({"db update", "db build", "db status", "db verify"})
FETCHING = frozenset({"db update", "db build"})
JUDGING = frozenset({"policy check", "policy dry-run", "verify"})  # reports at hand held against policies
POLICY = JUDGING | {"policy test", "policy explain", "policy list"}
ADD = frozenset({"ignore add"})
IGNORE = ADD | {"ignore list", "ignore check", "ignore prune", "ignore export"}
PACKS = frozenset({"compliance list", "compliance show"})
AUDIT = frozenset({"audit pack", "audit verify"})
TRAIL = frozenset({"audit head"})
COMMENT = frozenset({"comment"})
CI_INIT = frozenset({"ci init"})
CI = CI_INIT | {"ci outputs"}
BASES = frozenset({"base index", "base list", "base show"})
BASE_INDEX = frozenset({"base index"})
BASE_ASKS = frozenset({"base index", "base show"})  # what may talk to a registry, and scans nothing
ATTEST = frozenset({"attest"})
FIX = frozenset({"fix"})
VERIFY = frozenset({"verify"})
AUDITED = (SCAN - {"attest"}) | CONFIG | {"policy check"}  # what scans or comes to a verdict
TELLING = AUDITED - BESIDE
ALL = REPORTING | ATTEST | VERIFY | DATABASE | POLICY | IGNORE | PACKS | AUDIT | TRAIL | COMMENT | BASES | CI

SEVERITY_WORDS = ("UNKNOWN", "NEGLIGIBLE", "LOW", "MEDIUM", "HIGH", "CRITICAL")
FORMATS = (
    "table", "json", "sarif", "cyclonedx", "spdx-json", "junit", "gitlab", "gitlab-dependency", "github", "markdown",
    "html", "csv", "poam", "trivy", "template",
)  # fmt: skip
ATTACHED_VEX = "oci"  # of --vex: a file of that name is ./oci
STATEMENTS = ("report", "vuln", "vuln-v1", "sbom", "spdx", "openvex")  # attest.predicates.TYPES
SCANNERS = ("vuln", "secret", "misconfig", "malware", "integrity", "license", "packages")
DEFAULT_SCANNERS = (
    "vuln",
    "secret",
    "misconfig",
    "integrity",
    "malware",
)  # looked for when nobody says: all that there is but licences


@dataclass(frozen=True, slots=True)
class Option:
    """``--name``. ``parse`` turns text into the value; ``is_flag`` takes none; ``is_list`` may be given again and
    holds several words separated by commas, each one of ``choices`` if there are any (matched without regard to
    case). ``aliases`` are other scanners' names for it. ``shown_default`` is for people."""

    name: str
    help: str
    commands: frozenset[str]
    group: str
    short: str = ""
    metavar: str = ""
    parse: Callable[[str], Any] = str
    is_flag: bool = False
    is_list: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    shown_default: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        return "SCANTLING_" + self.key.upper()


def _option(name: str, help_: str, group: str, commands: frozenset[str] = SCAN, **more: Any) -> Option:
    return Option(name, help_, commands, group, **more)


def _flag(name: str, help_: str, group: str, commands: frozenset[str] = SCAN, **more: Any) -> Option:
    return Option(name, help_, commands, group, is_flag=True, parse=values.flag, default=False, **more)


def _list(name: str, help_: str, group: str, commands: frozenset[str] = SCAN, **more: Any) -> Option:
    return Option(name, help_, commands, group, is_list=True, parse=values.words, **({"default": ()} | more))


_EXCEPTION, _POST, _TELL, _CI, _SIGN = (
    "The exception", "Where to post", "Who is told", "what the pipeline says", "Signature",
)  # fmt: skip
_GATE, _OUT, _WHAT, _WHERE, _DB, _SAY = (
    "What fails the build",
    "Report",
    "What is looked at",
    "Where the image comes from",
    "Database and cache",
    "Messages and settings",
)

OPTIONS: tuple[Option, ...] = (
    _list(
        "severity", "show and count only these severities", _GATE, SCAN | CONFIG,
        short="s", metavar="LIST", choices=SEVERITY_WORDS, shown_default="all",
    ),
    _flag("ignore-unfixed", "leave out vulnerabilities that no version fixes", _GATE),
    _list(
        "ignore-status", "leave out vulnerabilities with one of these statuses", _GATE,
        metavar="LIST", choices=STATUSES,
    ),
    _option(
        "exit-code", "exit with N if findings are left; 0 asks for no gate", _GATE, SCAN | CONFIG,
        metavar="N", parse=values.exit_number, shown_default="0",
    ),
    _option(
        "exit-on-eol", "exit with N if the distribution release gets no more security updates", _GATE,
        metavar="N", parse=values.exit_number, shown_default="0",
    ),
    _option(
        "on-gap", "what an incomplete scan means: fail exits with 4, report only says so", _GATE,
        SCAN | CONFIG | {"verify"}, metavar="WHAT", choices=("fail", "report"),
        shown_default="fail with a gate, report without",
    ),
    _option(
        "max-db-age", "exit with 5 if the database is older, such as 48h or 7d", _GATE,
        metavar="TIME", parse=values.duration, shown_default="any age",
    ),
    _option(
        "max-unowned", "exit with 4 if more than N binaries belong to no package and carry no version", _GATE, FILES,
        metavar="N", parse=values.count, shown_default="any number",
    ),
    _list(
        "trusted-base", "base images that are trusted, such as docker.io/library/* (item 4.2)", _GATE,
        frozenset({"cis"}), metavar="PATTERN",
    ),
    _list(
        "policy", "policy to hold the image against: YAML or Rego, a file, directory, bundle, oci://NAME@DIGEST, "
        "or default (shipped)", _GATE,
        SCAN | JUDGING | REPLAY | {"audit pack", "ignore check"}, metavar="FILE",
    ),
    _option(
        "opa", "opa binary, or URL of an OPA server, that evaluates policies in Rego instead of our own engine", _GATE,
        SCAN | CONFIG | JUDGING | REPLAY, metavar="FILE",
    ),
    _list(
        "compliance", "compliance packs to collect evidence for: shipped ones by name, or YAML files", _GATE,
        COMPLYING | {"audit pack"}, metavar="PACK",
    ),
    _option("key", "P-256 key in PEM: the private one signs, the public one verifies", _SIGN,
        AUDIT | ATTEST | VERIFY, metavar="FILE"),
    _list(
        "type", "kinds of statement: report, vuln (in-toto), vuln-v1 (cosign), sbom (CycloneDX), spdx, openvex", _SIGN,
        ATTEST | VERIFY, metavar="LIST", choices=STATEMENTS, default=None,
        shown_default="report,vuln,sbom to attest, report to verify",
    ),
    _flag("push", "attach what is signed to the image in its registry", _SIGN, ATTEST),
    _option("attach", "image in a registry to attach it to, where the report does not say", _SIGN, ATTEST,
        metavar="REF"),
    _option("max-age", "deny if what was signed is older, such as 24h or 7d", _SIGN, VERIFY, metavar="TIME",
        parse=values.duration, shown_default="any age"),
    _option(
        "audit", "audit trail: a record of each scan is appended to this file (audit pack: read from it)", _OUT,
        AUDITED | {"audit pack"}, metavar="FILE",
    ),
    _option(
        "expect-head", "head of the trail as `audit head` printed it once: that record must still be there", _WHAT,
        frozenset({"audit verify"}), metavar="HEAD",
    ),
    _option(
        "period", "only reports made in this time, as FROM..TO, such as 2026-07-01..2026-09-30", _WHAT,
        frozenset({"audit pack"}), metavar="PERIOD", shown_default="from the first report to the last",
    ),
    _option("policy-env", "which of the policies' environments, such as dev or release", _GATE,
        SCAN | JUDGING | REPLAY, metavar="NAME"),
    _option(
        "history", "file that remembers since when findings are known, for rules with a grace", _GATE,
        SCAN | CONFIG | JUDGING | {"audit pack"}, metavar="FILE",
        shown_default="history.sqlite in the user's state directory",
    ),
    _list(
        "ignorefile", "exceptions: scantling-ignore.yaml, .trivyignore, .trivyignore.yaml, .grype.yaml or .snyk", _GATE,
        SCAN | IGNORE | REPLAY | {"audit pack"}, metavar="FILE",
        shown_default="the first three, where they are in the working directory",
    ),
    _option(
        "ignore-policy", "policy in Rego that says which findings to leave out, as Trivy has it (package trivy)", _GATE,
        SCAN | CONFIG, metavar="FILE",
    ),
    _list(
        "vex", "VEX document (OpenVEX, CycloneDX, CSAF), a directory of them, or oci: what is attached to the image",
        _GATE, SCAN | REPLAY, metavar="FILE|oci",
    ),
    _option(
        "vex-key", "public key (PEM): of what is attached (--vex oci), only what it has signed counts", _GATE,
        SCAN - BESIDE, metavar="FILE",
    ),
    _option("image-of", "record whose image takes the place of the recorded one", _WHAT, REPLAY, metavar="RECORD"),
    _flag("exact", "exit with 5 if the database is another than the recorded one", _GATE, REPLAY),
    _option(
        "record", "file to write what the verdict is made of to, for scantling replay", _OUT, SCAN - BESIDE,
        metavar="FILE",
    ),
    _option(
        "baseline", "saved JSON report: what it has already is suppressed, so that only what is new fails", _GATE,
        (SCAN - BESIDE) | COMMENT | {"ci outputs"}, metavar="FILE",
    ),
    _flag("github", "post to GitHub; default inside GitHub Actions", _POST, COMMENT),
    _flag("gitlab", "post to GitLab; default inside GitLab CI", _POST, COMMENT),
    _option("repo", "repository, or GitLab's project", _POST, COMMENT, metavar="OWNER/NAME", shown_default=_CI),
    _option("pr", "pull request or merge request", _POST, COMMENT, metavar="NUMBER", shown_default=_CI),
    _option("commit", "commit that gets the status", _POST, COMMENT, metavar="HASH", shown_default=_CI),
    _option("api-url", "root of the API, for a server of your own", _POST, COMMENT, metavar="URL", shown_default=_CI),
    _option(
        "token-env", "environment variable that holds the token", _POST, COMMENT, metavar="NAME",
        shown_default="GITHUB_TOKEN; GITLAB_TOKEN, then CI_JOB_TOKEN",
    ),
    _list(
        "post", "what to post", _POST, COMMENT, metavar="LIST", choices=("comment", "status"),
        default=("comment", "status"), shown_default="comment,status",
    ),
    _option(
        "config-root", "directory, from the repository's root, whose configuration the report is of", _POST, COMMENT,
        metavar="DIR",
    ),
    _flag("dry-run", "print the comment or the file: post or write nothing", _POST, COMMENT | CI_INIT),
    _flag("force", "replace the file that is there", _OUT, CI_INIT),
    _option("image-name", "what the image is called, without its registry", _OUT, CI_INIT, metavar="NAME",
            shown_default="the repository's name"),
    _list("notify", "tell of it: https://…, slack:https://…, teams:https://… or mailto:NAME@HOST", _TELL, TELLING,
          metavar="PLACE"),
    _list(
        "notify-on", "what to tell of: a gate that failed, findings that are new since --baseline or --history", _TELL,
        TELLING, metavar="LIST", choices=("gate", "new"), default=("gate", "new"), shown_default="gate,new",
    ),
    _flag("notify-private", "places to tell may lie in private networks, also over plain http", _TELL, TELLING),
    _option("notify-secret-file", "file with the secret that signs webhooks", _TELL, TELLING, metavar="FILE",
            shown_default="SCANTLING_NOTIFY_SECRET"),
    _option("smtp", "mail server: smtp://USER@HOST:587 (STARTTLS) or smtps://USER@HOST:465", _TELL, TELLING,
            metavar="SERVER"),
    _option("smtp-password-file", "file with its password", _TELL, TELLING, metavar="FILE",
            shown_default="SCANTLING_SMTP_PASSWORD"),
    _option("mail-from", "sender of mails", _TELL, TELLING, metavar="ADDRESS", shown_default="scantling@SERVER"),
    _option("package", "name or purl of the package that the exception is for", _EXCEPTION, ADD, metavar="PACKAGE"),
    _option("path", "path in the image that the exception is for", _EXCEPTION, ADD, metavar="GLOB"),
    _option("image", "name of the images that the exception is for", _EXCEPTION, ADD, metavar="GLOB"),
    _option("reason", "why it is accepted", _EXCEPTION, ADD, metavar="TEXT"),
    _option("owner", "who answers for it", _EXCEPTION, ADD, metavar="NAME"),
    _option("expires", "last day on which it counts, such as 2026-12-31", _EXCEPTION, ADD, metavar="DAY"),
    _option(
        "report", "saved JSON report to hold the exceptions against", _EXCEPTION,
        IGNORE - {"ignore list"}, metavar="FILE",
    ),
    _option(
        "justification", "why the image is not affected, in OpenVEX's words; without it the risk is accepted",
        _EXCEPTION, ADD, metavar="WORD", choices=JUSTIFICATIONS,
    ),
    _list(
        "format", "report format; may be given again, each with its --output", _OUT, REPORTING,
        short="f", metavar="FORMAT", choices=FORMATS, shown_default="table",
    ),
    _list(
        "output", "file to write the report to, whole or not at all; - is standard output", _OUT,
        REPORTING | ATTEST | {"audit pack"},
        short="o", metavar="FILE", shown_default="standard output",
    ),
    _option(
        "template", "Jinja2 template for the format template (needs scantling[template])", _OUT, REPORTING,
        short="t", metavar="FILE",
    ),
    _option(
        "patch", "file to write the corrections to, as a diff for git apply (fix: of --dockerfile and of the manifests "
        "in --checkout; - is standard output)", _OUT, CONFIG | FIX, metavar="FILE",
    ),
    _option(
        "compliance-report", "the compliance table: summary, or all with checks and evidence", _OUT, COMPLYING,
        metavar="HOW", choices=("summary", "all"), shown_default="summary",
    ),
    _flag("list-all-pkgs", "list every package in the table too (JSON always does)", _OUT, REPORTING),
    _option(
        "color", "colours in the table: auto means on a terminal without NO_COLOR", _OUT, REPORTING,
        metavar="WHEN", choices=("auto", "always", "never"), default="auto", shown_default="auto",
    ),
    _list(
        "scanners", "what to look for; packages alone lists what is there, without a database", _WHAT,
        metavar="LIST", choices=SCANNERS, default=None, shown_default=",".join(DEFAULT_SCANNERS),
    ),
    _list(
        "pkg-types", "which packages: os, library", _WHAT,
        metavar="LIST", choices=("os", "library"), default=("os", "library"), shown_default="os,library",
        aliases=("vuln-type",),
    ),
    _list(
        "skip-dirs", "directories to leave out, as glob patterns from the image's root", _WHAT, FILES,
        metavar="GLOBS",
    ),
    _list(
        "skip-files", "files to leave out, as glob patterns from the image's root", _WHAT, FILES,
        metavar="GLOBS",
    ),
    _option(
        "secret-config", "rules and allow lists for secrets, in gitleaks' TOML format", _WHAT, FILES, metavar="FILE",
    ),
    _option(
        "secret-salt", "mixed into the hashes that stand for secrets; better set as an environment variable", _WHAT,
        FILES, metavar="TEXT",
    ),
    _list("license-allow", "SPDX licences that alone are allowed, with * and ?", _WHAT, metavar="LIST"),
    _list("license-deny", "SPDX licences that are not allowed, with * and ?", _WHAT, metavar="LIST"),
    _list("ignored-licenses", "licences that are taken as if they were not there", _WHAT, metavar="LIST"),
    _list(
        "malware-rules", "YARA rules beside the shipped ones: a file, or a directory of them", _WHAT, FILES,
        metavar="PATH",
    ),
    _list(
        "malware-hashes", "digests of known malicious files: a list as sha256sum prints it, or CSV", _WHAT, FILES,
        metavar="FILE",
    ),
    _option(
        "clamd", "ClamAV daemon to show every file to: unix:/run/clamav/clamd.ctl or HOST:PORT", _WHAT, FILES,
        metavar="ADDRESS",
    ),
    _option(
        "timeout", "give up after this time, such as 90s or 5m0s", _WHAT,
        metavar="TIME", parse=values.duration, shown_default="10m",
    ),
    _option(
        "platform", "which image of a multi-platform one, as os/arch[/variant]", _WHERE, IMAGES | BASE_ASKS,
        metavar="PLATFORM", shown_default="linux and this machine's architecture",
    ),
    _option(
        "input", "image archive or layout directory to scan instead of TARGET", _WHERE, frozenset({"image"}),
        metavar="FILE",
    ),
    _option("username", "user name for the registry", _WHERE, IMAGES | BASE_ASKS, metavar="NAME"),
    _flag("password-stdin", "read the registry password from standard input", _WHERE, IMAGES | BASE_ASKS),
    _option("registry-token", "bearer token for the registry", _WHERE, IMAGES | BASE_ASKS, metavar="TOKEN"),
    _flag(
        "insecure", "allow plain HTTP and unverified TLS to the registry of TARGET and of its base, or to the API",
        _WHERE, IMAGES | COMMENT | BASE_ASKS,
    ),
    _option(
        "ca-cert", "PEM file of certificates to trust beside the system's", _WHERE,
        SCAN | FETCHING | COMMENT | BASE_ASKS | VERIFY, metavar="FILE",
    ),
    _option(
        "base-index", "index of known base images, as `base index` fills it", _WHERE, IMAGES | BASES, metavar="FILE",
        shown_default="bases.sqlite in the cache directory, where there is one",
    ),
    _option(
        "dockerfile", "Dockerfile of the image: tells its base; sarif and comment place findings on its lines",
        _WHERE, IMAGES | COMMENT | CI_INIT | {"base show", "convert"}, metavar="FILE",
    ),
    _option(
        "checkout", "root of the image's sources: sarif, gitlab-dependency and github name the lock files there", _OUT,
        frozenset({"image", "convert"}) | FIX, metavar="DIR",
    ),
    _flag("verify", "match again at the planned versions, and raise those that have findings themselves", _WHAT,
          FIX),
    _flag("check-base", "ask the base image's registry whether its tag has moved", _WHERE, IMAGES | {"base show"}),
    _list("tags", "tags to index, as patterns with * and ?", _WHAT, BASE_INDEX, metavar="LIST"),
    _option("name", "repository that the images of a layout are called by, such as debian", _WHAT, BASE_INDEX,
            metavar="NAME"),
    _option("through", "registry and path to read official images from instead of docker.io/library", _WHERE,
            BASE_INDEX, metavar="HOST/PATH"),
    _option(
        "cache-dir", "directory of the database and the layer cache", _DB, SCAN | REPLAY | DATABASE | BASES,
        metavar="DIR", shown_default="the platform's user cache directory",
    ),
    _flag("no-cache", "neither read nor write the layer cache", _DB, FILES),
    _option(
        "stale-after", "a feed whose newest data is older is a gap, such as 45d", _DB,
        metavar="TIME", parse=values.duration, shown_default="30d",
    ),
    _flag("skip-db-update", "use the database that is there, whatever its age", _DB, aliases=("skip-update",)),
    _flag("offline", "make no network request at all", _DB, SCAN | BASE_ASKS | VERIFY, aliases=("offline-scan",)),
    _flag("quiet", "no progress, no summary, no advice", _SAY, ALL, short="q"),
    _flag("no-progress", "no progress line", _SAY, SCAN | FETCHING),
    _flag("debug", "show the Python traceback of an error", _SAY, ALL, short="d"),
    _option("config", "settings file", _SAY, ALL, short="c", metavar="FILE", shown_default="scantling.yaml"),
    _option(
        "now", "clock of the report, for reproducible ones, such as 2026-11-23T12:00:00Z", _SAY,
        SCAN | CONFIG | IGNORE | JUDGING | REPLAY | BASE_INDEX | {"db build"} | {"audit pack"}, metavar="TIME",
        parse=values.moment,
        shown_default="the time it is",
    ),
)  # fmt: skip


def of_command(command: str) -> tuple[Option, ...]:
    """The options of ``command`` ("image", "db update")."""
    return tuple(option for option in OPTIONS if command in option.commands)
