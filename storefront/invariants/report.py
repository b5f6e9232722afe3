"""What a check found, as a table for people and as JSON for machines."""

import json
from collections.abc import Iterable

from storefront.invariants.checking import Finding


def as_table(findings: list[Finding]) -> str:
    lines = [f"{finding.id:<5} {_verdict(finding):<14} {finding.says}" for finding in findings]
    for finding in findings:
        if not finding.holds:
            lines += ["", f"{finding.id}: {finding.says}", *_rows(finding)]
    broken = sum(not finding.holds for finding in findings)
    lines += ["", f"{broken} of {len(findings)} do not hold." if broken else f"All {len(findings)} hold."]
    return "\n".join(lines)


def as_json(findings: list[Finding]) -> str:
    found = [{"id": f.id, "says": f.says, "holds": f.holds, "count": f.count, "rows": list(f.rows)} for f in findings]
    return json.dumps({"holds": all(f.holds for f in findings), "invariants": found}, default=str, indent=2)


def _verdict(finding: Finding) -> str:
    return "ok" if finding.holds else f"BROKEN ({finding.count})"


def _rows(finding: Finding) -> Iterable[str]:
    for row in finding.rows:
        yield "  " + "  ".join(f"{name}={value}" for name, value in row.items())
    if finding.count > len(finding.rows):
        yield f"  and {finding.count - len(finding.rows)} more"
