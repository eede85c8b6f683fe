#!/usr/bin/env python3
"""Writes docs/performance.md from the figures of `./dev bench versus --json FILE`: performance.py FILE >docs/performance.md"""

import json
import sys
from pathlib import Path

from table import FOOTNOTE, cells, spread_text, verdict

HEAD = """# Performance

Measured side by side in one run, the same work on the same neutral server, by `./dev bench versus`. This page is written by
`python3 bench/versus/performance.py FILE` from what `./dev bench versus --json FILE` measured; do not edit it.
"""


def markdown_table(lines):
    head, *rows = lines
    yield "| " + " | ".join(head) + " |"
    yield "|---|" + "---:|" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def machine_text(report):
    machine = report["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    yield f"- Machine: {machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}"
    yield f"- Compiler: {machine['compiler']}; libraries: {packages}"
    yield f"- Date: {machine['date']}, commit {machine['commit']}, rounds: {report['rounds']}"
    if report["quick"]:
        yield "- A quick run, a tenth of the work: it shows that things run, not how fast they are."
    if report["left_out"]:
        yield f"- Left out, not installed: {', '.join(report['left_out'])}"


def aims_text(report):
    aims = [aim for contest in report["contests"] for aim in contest["aims"]]
    lines = [[aim["aim"], spread_text(aim["value"], 2), verdict(aim)] for aim in aims]
    yield from markdown_table([["aim", "measured", ""], *lines])


def contest_text(contest):
    yield f"\n## {contest['title'][0].upper()}{contest['title'][1:]}\n"
    yield from markdown_table(list(cells(contest)))
    if contest["note"]:
        yield f"\n{contest['note']}"
    for side, why in contest["failed"].items():
        yield f"\n{side} failed: {why}"


def page(report):
    yield HEAD
    yield from machine_text(report)
    yield f"\n{FOOTNOTE}\n\n## Aims\n"
    yield from aims_text(report)
    for contest in report["contests"]:
        yield from contest_text(contest)


if __name__ == "__main__":
    print("\n".join(page(json.loads(Path(sys.argv[1]).read_text()))))
