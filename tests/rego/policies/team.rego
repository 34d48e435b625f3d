package main

import data.approved.bases
import data.thresholds

live contains f if {
	some f in input.findings
	f.suppressed == null
}

severe := {"CRITICAL", "HIGH"}

deny_critical contains {"msg": msg, "id": f.id} if {
	some f in live
	f.severity == "CRITICAL"
	count(f.fixed_versions) > 0
	msg := sprintf("%s is fixed in %s", [f.id, concat(", ", f.fixed_versions)])
}

deny_kev contains msg if {
	some f in live
	f.kev != null
	msg := sprintf("%s is exploited, due %s", [f.id, f.kev.due])
}

deny_overdue_kev contains msg if {
	some f in live
	time.parse_rfc3339_ns(sprintf("%sT00:00:00Z", [f.kev.due])) < time.now_ns()
	msg := f.id
}

deny_old_image contains msg if {
	age_ns := time.now_ns() - time.parse_rfc3339_ns(input.target.config.created)
	days := floor(age_ns / ((24 * 3600) * 1000000000))
	days > thresholds.max_age_days
	msg := sprintf("the image is %d days old", [days])
}

deny_weekend contains "no releases at the weekend" if time.weekday(time.now_ns()) in {"Saturday", "Sunday"}

deny_outside_hours contains sprintf("%02d:%02d", [hour, minute]) if {
	[hour, minute, _] := time.clock(time.now_ns())
	not hour in numbers.range(8, 17)
}

deny_grace contains f.id if {
	some f in live
	f.severity in severe
	f.published != ""
	deadline := time.add_date(time.parse_ns("2006-01-02", f.published), 0, 1, 0)
	deadline < time.now_ns()
}

deny_root contains "runs as root" if input.target.config.user in {"", "0", "root"}

deny_labels contains sprintf("no label %s", [label]) if {
	some label in ["org.opencontainers.image.source", "maintainer"]
	not input.target.config.labels[label]
}

deny_label_form contains msg if {
	some key, value in input.target.config.labels
	not regex.match(`^[a-z0-9][a-z0-9.-]*$`, key)
	msg := sprintf("label %q = %q", [key, value])
}

deny_base contains msg if {
	name := input.target.base.name
	not approved(name)
	msg := sprintf("base %s is not approved", [name])
}

approved(name) if {
	some pattern in bases
	glob.match(pattern, ["/"], name)
}

deny_ports contains port if {
	some exposed in input.target.config.exposed_ports
	[number, protocol] := split(exposed, "/")
	protocol == "tcp"
	to_number(number) < 1024
	port := number
}

deny_secret_env contains name if {
	some name in input.target.config.env_names
	regex.match(`(?i)(password|secret|token)`, name)
}

deny_npm_semver contains msg if {
	some p in input.packages
	p.type == "npm"
	p.name == "lodash"
	semver.compare(p.version, "4.17.21") < 0
	msg := sprintf("lodash %s", [p.version])
}

deny_unparseable contains p.purl if {
	some p in input.packages
	p.type == "npm"
	not semver.is_valid(p.version)
}

deny_forbidden contains p.name if {
	some p in input.packages
	p.name in {"telnet", "netcat-openbsd"}
}

deny_licences contains sprintf("%s: %s", [p.name, licence]) if {
	some p in input.packages
	some licence in p.licenses
	startswith(licence, "AGPL")
}

deny_unsigned_layers contains count(foreign) if {
	foreign := [layer | some layer in input.target.layers; not startswith(layer.diff_id, "sha256:")]
	count(foreign) > 0
}

deny_not_all_fixed if {
	every f in live { count(f.fixed_versions) == 0 }
}

deny_incomplete contains gap.reason if {
	some gap in input.gaps
	gap.blocks
}

deny_cvss contains msg if {
	some f in live
	worst := max([c.score | some c in f.cvss])
	worst >= 9
	msg := sprintf("%s %.1f", [f.id, worst])
}

deny_epss contains msg if {
	some f in live
	f.epss.percentile > 0.95
	msg := sprintf("%s %5.1f%%", [f.id, f.epss.percentile * 100])
}

deny_too_many contains msg if {
	counts := {severity: n |
		some severity in severe
		n := count([f | some f in live; f.severity == severity])
	}
	some severity, n in counts
	n > object.get(thresholds, ["max", severity], 0)
	msg := sprintf("%d %s", [n, severity])
}

deny_shape contains path if {
	required := ["target/image_digest", "database/digest"]
	some path in required
	json.filter(input, [path]) == {}
}

deny_database contains json.marshal(small) if {
	small := json.remove(input.database, ["sources", "digest"])
	small.age_hours > 100
}

deny_patched contains patched.note if {
	patched := json.patch(input.tool, [{"op": "add", "path": "/note", "value": "x"}])
	patched.name == "another"
}

deny_repository contains input.target.repository if {
	not strings.any_prefix_match(input.target.repository, ["registry.example.com/", "ghcr.io/acme/"])
}

deny_cwe contains sprintf("%v", [cwes]) if {
	cwes := {c | some f in live; some c in f.cwes}
	"CWE-502" in cwes
}

warn_unfixed contains sprintf("%-18s|%v", [f.id, f.status]) if {
	some f in live
	count(f.fixed_versions) == 0
}

warn_paths contains trim_prefix(f.path, "usr/") if {
	some f in live
	f.path != ""
	endswith(f.path, ".so")
}

warn_grouped contains msg if {
	by_package := {f.package: ids |
		some f in live
		ids := sort([g.id | some g in live; g.package == f.package])
	}
	some name, ids in by_package
	count(ids) > 1
	msg := sprintf("%s: %s", [name, concat(" ", ids)])
}

violation contains {"message": "suppressed findings", "detail": concat(", ", sort(names))} if {
	names := {f.id | some f in input.findings; f.suppressed != null}
	count(names) > 1
}
