"""veraPDF's report → a verdict that fails closed: only what the report says to be good, of every file asked for, is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Our name for each profile → what veraPDF calls it in its report.
PROFILES = {
    "ua1": "PDF/UA-1 validation profile",
    "2a": "PDF/A-2a validation profile",
}
#: What a finisher that is broken on purpose leaves out → the clause of ISO 14289-1 under which veraPDF notices; empty
#: where it can't know, so that our own checks have to.
BROKEN = {"no artifacts": "7.1", "note without ID": "7.9", "wrong language": ""}

_OLDEST_JUDGE = (1, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one profile's report comes to: files judged, checks passed, and every fault, one a line."""

    profile: str
    judge: str
    files: int
    passed: int
    faults: tuple[str, ...]


def read_verdict(report: str, *, profile: str, expected: Sequence[str]) -> Verdict:
    """Return the verdict on the files `expected` (paths as they were asked for).

    Whatever the report lacks is a fault: a file, its result, a normal end of the job, a single check that was carried
    out. A report that is no report is one fault.
    """
    try:
        content = json.loads(report)["report"]
        judge = _version(content)
        jobs = {str(job["itemDetails"]["name"]): job for job in content["jobs"]}
        faults = [*_faults_of_judge(judge), *_faults_of_batch(content, len(expected))]
        passed = 0
        for path in expected:
            count, found = _judged(jobs.get(path), PROFILES[profile])
            passed += count
            faults += [f"{path}: {fault}" for fault in found]
        faults += [f"{path}: was judged and not asked for" for path in sorted(set(jobs) - set(expected))]
        if not expected:
            faults.append("there was no file to judge")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        unread = f"veraPDF's report can't be read ({type(error).__name__}: {error})"
        return Verdict(profile=profile, judge="", files=0, passed=0, faults=(unread,))
    return Verdict(profile=profile, judge=judge, files=len(expected), passed=passed, faults=tuple(faults))


def _version(content: Any) -> str:
    releases = content["buildInformation"]["releaseDetails"]
    return next(str(release["version"]) for release in releases if release["id"] == "validation-model")


def _faults_of_judge(version: str) -> list[str]:
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST_JUDGE:
        return [f"veraPDF {version} is older than {'.'.join(map(str, _OLDEST_JUDGE))}"]
    return []


def _faults_of_batch(content: Any, wanted: int) -> list[str]:
    summary = content["batchSummary"]
    counts = {
        "files that can't be parsed": summary["failedParsingJobs"],
        "encrypted files": summary["failedEncryptedJobs"],
        "files it had no memory for": summary["outOfMemory"],
        "files it stumbled over": summary["veraExceptions"],
    }
    faults = [f"veraPDF counts {count} {what}" for what, count in counts.items() if count]
    if summary["totalJobs"] != wanted:
        faults.append(f"veraPDF judged {summary['totalJobs']} files instead of {wanted}")
    return faults


def _judged(job: Any, profile_name: str) -> tuple[int, list[str]]:
    """Return how many checks a file passed, and what is wrong with it or with its result."""
    if job is None:
        return 0, ["is not in veraPDF's report"]
    results = [result for result in job.get("validationResult", ()) if result["profileName"] == profile_name]
    if len(results) != 1:
        return 0, [
            f"has {len(results)} results for {profile_name}: {job.get('taskException', 'no reason given')}"
        ]
    result = results[0]
    details = result["details"]
    faults = [_told(rule) for rule in details["ruleSummaries"]]
    if result["jobEndStatus"] != "normal":
        faults.append(f"its judging ended as {result['jobEndStatus']}")
    if not details["passedChecks"]:
        faults.append("not one check was carried out")
    if not faults and (details["failedChecks"] or details["failedRules"] or result["compliant"] is not True):
        faults.append(f"{details['failedChecks']} checks failed, and no rule is named")
    return int(details["passedChecks"]), faults


def _told(rule: Any) -> str:
    first: dict[str, str] = next(iter(rule.get("checks", ())), {})
    where = first.get("context", "")
    return (
        f"{rule['specification']} {rule['clause']}-{rule['testNumber']}, {rule['failedChecks']} times: "
        f"{rule['description']} [{first.get('errorMessage', '')}] first at {where}"
    )
