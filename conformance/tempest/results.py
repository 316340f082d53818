"""A subunit stream on standard input; one line of JSON for each test on standard output."""
import json
import re
import sys

import subunit
import testtools

STATUS = {"success": "pass", "xfail": "pass", "skip": "skip"}
FAULT = re.compile(r"^[A-Za-z_][\w.]*(?:Exception|Error|Mismatch|Timeout\w*|NotFound|Fault|Failure|\.exceptions\.\w+): .*", re.M)


def reason(status, details):
    texts = {name: content.as_text() for name, content in details.items()}
    if status == "skip":
        return texts.get("reason", "")
    trace = "\n".join(text for name, text in texts.items() if "traceback" in name).strip()
    if status == "pass" or not trace:
        return ""
    found = FAULT.search(trace)
    words = trace[found.start():] if found else trace.splitlines()[-1]
    words = words.split("Traceback (most recent call last)")[0]
    return " ".join(words.split())[:600]


def tell(test):
    if test["status"] == "exists":
        return
    status = STATUS.get(test["status"], "fail")
    began, ended = test["timestamps"]
    named = re.search(r"id-([0-9a-f-]{36})", test["id"])
    print(json.dumps({
        "test": re.sub(r"\[[^]]*\]", "", test["id"]),
        "id": named.group(1) if named else "",
        "status": status,
        "seconds": round((ended - began).total_seconds(), 2) if began and ended else 0,
        "reason": reason(status, test["details"]),
    }))


results = testtools.StreamToDict(tell)
results.startTestRun()
subunit.ByteStreamToStreamResult(sys.stdin.buffer, non_subunit_name="stdout").run(results)
results.stopTestRun()
