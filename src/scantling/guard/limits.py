"""Every number that bounds hostile input, with its reason. Reaching one is a ``Gap`` or a refusal, never silence.

All sizes are bytes, all times seconds.
"""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

# --- images -----------------------------------------------------------------------------------------------------
MANIFEST_BYTES: Final = 4 * MIB  # what the OCI distribution-spec asks registries to accept
CONFIG_BYTES: Final = 32 * MIB  # of an image; labels holding whole SBOMs exist, 10 MB of them must pass
JSON_DEPTH: Final = 64  # an index nests 5 deep; Python's own parser overflows its stack near 1,000
INDEX_DEPTH: Final = 4  # buildx writes 2
INDEX_ENTRIES: Final = 1_000  # the widest official index has about 30
LAYERS: Final = 512  # overlayfs stops at 500 lower directories, docker at 127
BLOB_BYTES: Final = 20 * GIB
IMAGE_BYTES: Final = 50 * GIB

# --- layers -----------------------------------------------------------------------------------------------------
EXPANDED_BYTES: Final = 200 * GIB
RATIO_AFTER: Final = 64 * MIB  # small layers of zeros are honest; a bomb is not small
RATIO_MAX: Final = 200
TAR_ENTRIES: Final = 5_000_000
PATH_BYTES: Final = 4_096  # PATH_MAX
COMPONENT_BYTES: Final = 255  # NAME_MAX
TAR_RECORD_BYTES: Final = 1 * MIB  # one PAX or GNU long-name record
SPARSE_ENTRIES: Final = 100_000
SYMLINK_HOPS: Final = 40  # as the kernel
ZSTD_WINDOW: Final = 128 * MIB
GZIP_HEADER_BYTES: Final = 64 * KIB

# --- files inside layers ----------------------------------------------------------------------------------------
PARSED_FILE_BYTES: Final = 256 * MIB  # what an analyzer is handed at most
DATABASE_FILE_BYTES: Final = 1 * GIB  # rpm and other package databases
LINE_BYTES: Final = 1 * MIB
ARCHIVE_NESTING: Final = 8  # real ones: ear > war > jar = 3
ARCHIVE_ENTRIES: Final = 200_000  # hadoop's largest jar holds 20,170
ARCHIVE_EXPANDED: Final = 2 * GIB
ARCHIVE_RATIO: Final = 1_000
ARCHIVE_RATIO_AFTER: Final = 1 * MIB  # a small file of one repeated byte is honest
JSON_VALUES: Final = 4_000_000  # in one lock file; the widest real ones hold some 100,000
YAML_BYTES: Final = 32 * MIB  # the widest lock files have 3 MiB
YAML_NODES: Final = 2_000_000  # some 5 seconds; 3 MiB of lock file have 200,000
TOML_BYTES: Final = 16 * MIB  # a lock file with the hashes of 1,000 packages' wheels has 5 MiB
TOML_VALUES: Final = 2_000_000
TOML_KEY_PARTS: Final = 32  # dotted; lock files use 4
AUDIT_BYTES: Final = 16 * MIB  # a Rust program's dependency list, unpacked; 500 crates take 60 KiB
GO_BUILD_INFO_BYTES: Final = 16 * MIB  # 1,000 modules take 100 KiB
POM_BYTES: Final = 4 * MIB  # Spring Boot's list of managed versions has 150 KiB
MARKER_PLACES: Final = 4_096  # a version marker looked at in one program; "OpenSSL " stands some 100 times in one
RELEASE_FILE_BYTES: Final = 64 * KIB  # Java's, with the names of its modules, has 2 KiB
RPM_HEADER_BYTES: Final = 64 * MIB
RPM_TAGS: Final = 64 * KIB
VERSION_CHARS: Final = 256
PACKAGES_PER_FILE: Final = 200_000
OS_RELEASE_BYTES: Final = 64 * KIB  # real ones stay below 1 KiB
STANZA_BYTES: Final = 4 * MIB  # one dpkg paragraph; Debian's longest is below 64 KiB
DATABASE_LINES: Final = 1_000_000  # an apk database of a whole desktop has some 400,000
PACKAGE_NAME_CHARS: Final = 256  # a file name's length: packages are files in every archive
FIELD_CHARS: Final = 1_024  # maintainer, vendor, licence: free text kept for the report
DEPENDS_PER_PACKAGE: Final = 4_096
HISTORY_ROWS: Final = 1_000_000  # items of dnf's history; a machine of ten years has some 50,000
OWNED_PER_FILE: Final = 1_000_000  # owned paths kept from one database file
COVERAGE_PATHS: Final = 100  # paths that the coverage statement names; the rest are counted
GAPS_PER_FILE: Final = 20  # bad records named one by one; the rest are counted
INSPECTED_HEAD: Final = 512  # enough to tell text from binary and to see a magic number
INSPECTED_PIECE: Final = 4 * MIB  # larger files are inspected piece by piece, so that memory does not follow their size
GAPS_PER_INSPECTOR: Final = 100
SECRETS_PER_LAYER: Final = 2_000  # findings of one layer; the rest is a gap
SECRET_PLACES: Final = 20_000  # in one piece of a file where some rule may match; more is no text that people write
SECRET_MATCHES: Final = 8_000  # of all rules in one file that are held against checks, some 30 us each
SECRET_MATCHES_OF_RULE: Final = 4_000  # twice the findings that a layer keeps; a flood of one kind leaves others room
SECRET_BYTES_AGAIN: Final = 64 * MIB  # of one file read a second time, rule by rule
ARCHIVED_BYTES: Final = 64 * MIB  # texts of one archive in which secrets are looked for; large applications have 5
SECRET_CONFIG_BYTES: Final = 4 * MIB  # a rule file; gitleaks' own has 0.2 MB
MALWARE_PER_LAYER: Final = 2_000  # findings of one layer; the rest is a gap
HASH_LIST_BYTES: Final = 512 * MIB  # abuse.ch's export of everything it ever saw has 300
HASH_LIST_ROWS: Final = 3_000_000  # digests of all lists together, some 400 MB in memory
CLAMD_S: Final = 120  # one answer of a ClamAV daemon: its own limit for one file (MaxScanTime) is as long
CLAMD_ANSWER_BYTES: Final = 64 * KIB  # an answer names one signature
YARA_BYTES: Final = 64 * MIB  # the user's rules together; the widest public collections have 30 MiB
YARA_FILES: Final = 20_000  # of rules, in the directories that the user names
YARA_S: Final = 10  # holding one file, or one window of it, against all rules; 16 MiB take below 0.1
YARA_MATCHES: Final = 1_000  # places of one pattern in one file that are counted
YARA_WINDOW: Final = 16 * MIB  # larger files are held against the rules window by window
YARA_OVERLAP: Final = 64 * KIB  # of one window and the next: the widest of our patterns spans 20 KiB
PACKAGE_DATABASE_S: Final = 20  # reading one SQLite package database; Fedora's of 2,000 packages takes below 1

# --- network ----------------------------------------------------------------------------------------------------
REDIRECTS: Final = 5
RETRIES: Final = 4
RETRY_AFTER_MAX_S: Final = 300
RETRY_TOTAL_S: Final = 300  # pauses between the tries of one request, together
RESUME_PROGRESS_BYTES: Final = 1 * MIB  # a broken download that got this much further starts counting tries anew
CONNECT_TIMEOUT_S: Final = 15
READ_TIMEOUT_S: Final = 60
MIN_BYTES_PER_S: Final = 1 * KIB  # a slow-loris peer is cut after MIN_RATE_WINDOW_S below this rate
MIN_RATE_WINDOW_S: Final = 30
TOKEN_BYTES: Final = 1 * MIB  # a token server's answer, a credentials file
CREDENTIAL_HELPER_S: Final = 30  # the cloud vendors' helpers ask their own servers first
HTTP_HEAD_BYTES: Final = 256 * KIB  # status lines and headers of one answer, interim answers included

# --- feeds ------------------------------------------------------------------------------------------------------
FEED_BYTES: Final = 2 * GIB
FEED_EXPANDED_BYTES: Final = 32 * GIB  # streamed, never kept; Red Hat's archive of VEX documents is the longest
FEED_RECORD_BYTES: Final = 16 * MIB
FEED_JSON_BYTES: Final = 1 * GIB  # one JSON feed in memory; Debian's tracker has 70 MiB
FEED_ARCHIVE_ENTRIES: Final = 2_000_000  # records in one export; npm's has some 250,000
TITLE_CHARS: Final = 300
DESCRIPTION_CHARS: Final = 2_000  # the rest is one link away
REFERENCES: Final = 12  # links kept for one vulnerability
URL_CHARS: Final = 1_000
FEED_REJECTED_SHOWN: Final = 3  # bad records named in a source's status; the rest are counted

# --- bills of materials given as targets -------------------------------------------------------------------------
SBOM_BYTES: Final = 200 * MIB  # of a full CI server image with file entries: some 30 MiB
SBOM_VALUES: Final = 10_000_000  # Syft's JSON has one for every 24 bytes; parsed in a child with bounded memory

# --- configuration: Dockerfiles, Compose files, manifests, and the same in images ---------------------------------
GIT_CONFIG_BYTES: Final = 256 * KIB  # of a repository with a thousand branches
CHECKOUT_FILE_BYTES: Final = 32 * MIB  # a monorepo's package-lock.json has 10 MiB; only for the line of a package
DOCKERFILE_BYTES: Final = 1 * MIB  # the longest hand-written ones have 60 KiB
DOCKERFILE_INSTRUCTIONS: Final = 10_000
SHELL_BYTES: Final = 1 * MIB  # one RUN with its here-documents
SHELL_COMMANDS: Final = 10_000
RUN_YAML_BYTES: Final = 8 * MIB  # a rendered chart of CRDs has some 5 MiB
RUN_YAML_NODES: Final = 500_000
MANIFEST_CONTAINERS: Final = 5_000  # of one document
CONFIG_FILES: Final = 20_000  # manifests and Dockerfiles of one directory
CONFIG_ENTRIES: Final = 1_000_000  # names looked at in one directory tree
CONFIG_DEPTH: Final = 40
MODE_FACTS: Final = 20_000  # entries of one layer with noteworthy modes; a distribution has some 30
ACCOUNTS_BYTES: Final = 1 * MIB  # etc/passwd, etc/shadow, etc/group
SCRIPT_BYTES: Final = 64 * KIB  # a script or file of /etc looked into for a socket's name; entry points have 1-10 KiB
FILE_NOTES: Final = 2_000  # of one layer: settings of sshd, scripts that name an engine's socket

# --- whole scan -------------------------------------------------------------------------------------------------
SCAN_TIMEOUT_S: Final = 600
WORKER_BYTES: Final = 4 * GIB  # address space of one layer worker, beside what the process had before

# --- our own files ----------------------------------------------------------------------------------------------
REPORT_BYTES: Final = 1 * GIB  # a saved JSON report; 100,000 packages with findings are about 200 MiB
RECORD_BYTES: Final = 1 * GIB  # what a verdict was made of; as large as its report
FIX_MANIFESTS: Final = 200  # of one checkout that a patch changes; a monorepo with more is patched part by part
FIX_DIRECTORIES: Final = 5_000  # of one checkout that are looked into for them
FIX_TRIALS: Final = 200  # changes that a plan is tried without, one verdict each: a few seconds for the largest report
BASE_INDEX_BYTES: Final = 256 * MIB  # an index of known bases; a row has some 600 bytes
BASE_INDEX_ROWS: Final = 200_000  # every tag of the official images, for one platform, is 60,000
BASE_CANDIDATES: Final = 8  # scanned for one recommendation; each may be some 100 MiB to fetch
BASE_TAGS: Final = 20_000  # of one repository; the official node image has 9,000
STORED_REPORTS: Final = 100_000  # judged in one dry run; each is read and forgotten again
SETTINGS_BYTES: Final = 1 * MIB
AUDITOR_PACK_BYTES: Final = 512 * MIB  # one to be verified, in memory: a quarter of daily reports of 5 MiB each
AUDITOR_PACK_REPORTS: Final = 1_000  # reports of one pack: ten a day for a quarter
AUDITOR_PACK_MEMBERS: Final = 2_000  # those, and what goes with them
COMMENT_PAGES: Final = 30  # of 100 comments each, looked through for our own; the longest discussions have 2,500
FORGE_BYTES: Final = 32 * MIB  # one answer of a forge's API: 100 comments of 65,536 characters, or an event's payload
CHECK_ANNOTATIONS: Final = 50  # GitHub takes no more in one request
CHECK_ANNOTATIONS_ALL: Final = 250  # five requests; a diff with more marks is not read
NOTIFY_CHANNELS: Final = 20  # places to tell; each may take some seconds of the pipeline
NOTIFY_FINDINGS: Final = 100  # of each list in a webhook's body, which most receivers bound at 1 MiB or less
NOTIFY_TIMEOUT_S: Final = 10  # to connect, and for an answer; a build must not hang on a chat server
NOTIFY_TOTAL_S: Final = 45  # one whole conversation with a mail server
NOTIFY_RETRIES: Final = 2
NOTIFY_ANSWER_BYTES: Final = 256 * KIB  # all that a mail server may say
TRAIL_LINE_BYTES: Final = 64 * KIB  # one record of an audit trail has some 2 KiB
TRAIL_TAIL_BYTES: Final = 1 * MIB  # what killed writers may have left after the last record
TRAIL_PACKED_BYTES: Final = 128 * MIB  # records of one auditor pack: 1,000 scans a day for a quarter take 100 MiB
SIGNING_KEY_BYTES: Final = 65_536  # a key in PEM has 1 KiB
POLICY_NODES: Final = 100_000  # keys and values of one policy or exception file; 5,000 exceptions have 50,000
VEX_BYTES: Final = 64 * MIB  # one document; Red Hat's widest has 30 MiB
VEX_FILES: Final = 20_000  # in one hub directory
SARIF_BYTES: Final = 10 * 1000 * 1000  # what code scanning services take in one upload
SARIF_RESULTS: Final = 5_000  # what they show of it
MARKDOWN_BYTES: Final = 60_000  # GitHub refuses a comment of more than 65,536 characters
HTML_FINDINGS: Final = 20_000  # a browser takes seconds to lay out more rows; the page says how many were cut
HTML_PACKAGES: Final = 20_000
TEMPLATE_BYTES: Final = 1 * MIB  # a report template is a page of text
TEMPLATE_OUTPUT_BYTES: Final = 256 * MIB  # a loop gone wrong ends here
TEMPLATE_REPEAT: Final = 1 * MIB  # the longest text or list that "*" or "%" may make inside a template

# --- policies in Rego ---------------------------------------------------------------------------------------------
REGO_FILE_BYTES: Final = 1 * MIB  # one module; hand-written ones stay below 100 KiB
REGO_FILES: Final = 1_000  # modules and data files of one bundle
REGO_DATA_BYTES: Final = 32 * MIB  # data beside the modules, together; lists of approved packages have some 1 MiB
REGO_ARCHIVE_BYTES: Final = 16 * MIB  # a bundle as stored; modules and data compress to a tenth
REGO_EXPANDED_BYTES: Final = 64 * MIB  # unpacked
REGO_ENTRIES: Final = 10_000  # names looked at in one directory or archive
REGO_DEPTH: Final = 20  # directories within directories
REGO_CHECK_S: Final = 15  # reading a bundle; 100 modules take below 1
REGO_RULE_S: Final = 5.0  # one rule over one input, and a second more for each 4 MiB of input
REGO_TOTAL_S: Final = 30.0  # all rules of one bundle
REGO_MEMORY: Final = 512 * MIB  # address space of the child, beside 40 times the input's and the data's size
REGO_ANSWER_BYTES: Final = 64 * MIB  # what the child may say
REGO_RESULTS: Final = 1_000  # results of one rule that are reported one by one
REGO_DEATHS: Final = 5  # rules that may each take the child with them before the rest is given up

# --- what is attached to an image -------------------------------------------------------------------------------
REFERRERS: Final = 1_000  # artifacts that refer to one image; a year of nightly scans leaves some 700
REFERRER_PAGES: Final = 20  # of the list of them; registries send 100 or more on one
ARTIFACT_LAYERS: Final = 200  # of one artifact; cosign keeps every attestation of an image as a layer of one
ATTACHED_BYTES: Final = 64 * MIB  # one signed statement; a report of 30 MiB with base64 around it
ATTACHED_TOTAL_BYTES: Final = 256 * MIB  # all that is read of what is attached to one image
ATTESTATIONS_READ: Final = 200  # envelopes read to verify one image, the newest first
