#!/usr/bin/env python3
"""Adds up what tests/run left in a folder: prints failed tests with what they said, skipped tests
with their reasons, and as the last line "N passed, N failed, N skipped".

Per suite: NAME.status ("EXIT LIMIT"), NAME.out, and NAME.xml (Catch2) or NAME.single (one test
that passes by its exit status) or neither (a script with PASS, FAIL and SKIP lines).
"""
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

TIMED_OUT = (124, 137)
TAIL_LINES = 60


class Suite:
    def __init__(self, name):
        self.name = name
        self.passed = []
        self.failed = {}   # test -> what it said
        self.skipped = {}  # test -> reason

    def skip_lines(self, text):
        for test, reason in re.findall(r"^\s*SKIP (.+?): (.+?)\s*$", text or "", re.M):
            self.skipped[test] = reason
            if test in self.passed:
                self.passed.remove(test)


def tail(text):
    return "\n".join(text.rstrip().splitlines()[-TAIL_LINES:])


def described(case):
    """What a failed test case of Catch2's XML says, for a person."""
    lines = []
    for node in case.iter():
        place = f"{node.get('filename')}:{node.get('line')}: " if node.get("filename") else ""
        if node.tag == "Expression" and node.get("success") == "false":
            original = (node.findtext("Original") or "").strip()
            expanded = (node.findtext("Expanded") or "").strip()
            lines.append(f"{place}{node.get('type')}( {original} )")
            if expanded != original:
                lines.append(f"  was: {expanded}")
        elif node.tag in ("Info", "Warning", "Failure", "Exception", "FatalErrorCondition"):
            lines.append(f"{place}{node.tag}: {(node.text or '').strip()}")
        elif node.tag in ("StdOut", "StdErr") and (node.text or "").strip():
            lines.append(f"{node.tag}:\n{tail(node.text)}")
    return "\n".join(lines)


def read_catch(suite, xml):
    """Reads as far as the XML goes; gives the test that was running when it broke off, if any."""
    parser = ElementTree.XMLPullParser(["start", "end"])
    running = None
    try:
        parser.feed(xml)
        for event, node in parser.read_events():
            if node.tag != "TestCase":
                continue
            running = node.get("name") if event == "start" else None
            if event == "end":
                result = node.find("OverallResult")
                if result is not None and result.get("success") == "true":
                    suite.passed.append(node.get("name"))
                else:
                    suite.failed[node.get("name")] = described(node)
                for text in node.itertext():
                    suite.skip_lines(text)
    except ElementTree.ParseError as error:
        suite.failed[f"({suite.name}: results)"] = f"the result file is damaged: {error}"
    return running


def read_suite(folder, name):
    suite = Suite(name)
    status, limit = map(int, (folder / f"{name}.status").read_text().split())
    out = (folder / f"{name}.out").read_text(errors="replace")
    xml = folder / f"{name}.xml"
    running = None
    if (folder / f"{name}.single").exists():
        if status == 0:
            suite.passed.append(name)
        else:
            suite.failed[name] = tail(out)
    elif xml.exists():
        running = read_catch(suite, xml.read_text(errors="replace"))
    else:
        suite.passed = re.findall(r"^PASS (.+?)\s*$", out, re.M)
        for test, reason in re.findall(r"^FAIL (.+?)(?:: (.*))?$", out, re.M):
            suite.failed[test] = reason
    suite.skip_lines(out)
    where = f" in: {running}" if running else ""
    if status in TIMED_OUT:
        suite.failed[f"({name}: time limit)"] = f"not done after {limit} s{where}\n{tail(out)}"
    elif status != 0 and not suite.failed or running:
        suite.failed[f"({name}: crash)"] = f"ended with status {status}{where}\n{tail(out)}"
    elif not suite.passed and not suite.failed and not suite.skipped:
        suite.failed[f"({name}: no tests)"] = f"ran no test at all\n{tail(out)}"
    return suite


def read_allowed(path):
    """test -> reason, from lines "test: reason"."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.split(": ", 1) for line in lines if ": " in line and not line.startswith("#"))
    return {test.strip(): reason.strip() for test, reason in pairs}


def main(folder, allowed_file):
    folder = pathlib.Path(folder)
    allowed = read_allowed(pathlib.Path(allowed_file))
    strict = os.environ.get("CI") == "true"
    passed = failed = skipped = 0
    for status in sorted(folder.glob("*.status")):
        suite = read_suite(folder, status.stem)
        for test, reason in suite.skipped.items():
            print(f"skipped: {suite.name}: {test}: {reason}")
            if strict and test not in allowed:
                suite.failed[test] = "skipped, and tests/allowed-skips does not list it"
        for test, said in suite.failed.items():
            print(f"\nFAILED: {suite.name}: {test}")
            if said:
                print("  " + said.replace("\n", "\n  "))
        passed += len(suite.passed)
        failed += len(suite.failed)
        skipped += len([test for test in suite.skipped if test not in suite.failed])
    if passed + failed == 0:
        failed = 1
        print("\nFAILED: no suite ran")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
