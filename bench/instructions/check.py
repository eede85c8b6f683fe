#!/usr/bin/env python3
"""Counts the instructions that a message costs, by callgrind, and compares them with expected.txt.

check.py PROGRAM            fails when a work costs more than 5 % above what is expected
check.py PROGRAM --renew    writes what was counted to expected.txt
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

EXPECTED = Path(__file__).with_name("expected.txt")
HEAD = """# Instructions a message of 200 B, counted by `./dev check instructions`, which fails at 5 % more. After a change that is
# worth its cost, or has lowered it: python3 bench/instructions/check.py build/bench/bench/instructions/zenws_instructions --renew
"""
WORKS = {"receive": "counted_receive", "receive_json": "counted_receive", "send": "counted_send"}
MESSAGES = 1000
ROOM = 0.05
LONGEST_RUN = 120  # seconds


def count(program, work):
    """The same to the digit each time: the environment, which moves the stack, is empty."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--toggle-collect={WORKS[work]}",
                   f"--callgrind-out-file={folder}/out", program, work]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_RUN, check=False,
                              env={"PATH": "/usr/bin:/bin"})
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(f"callgrind failed:\n{done.stderr}")
    return int(found.group(1)) / MESSAGES


def read_expected():
    lines = (line.split() for line in EXPECTED.read_text().splitlines() if line and not line.startswith("#"))
    return {work: float(figure) for work, figure in lines}


def compare(counted):
    failed = 0
    expected = read_expected()
    for work, figure in counted.items():
        if work not in expected:
            sys.exit(f"{work}: expected.txt has no figure")
        change = figure / expected[work] - 1
        verdict = "TOO MANY" if change > ROOM else "ok"
        failed += change > ROOM
        print(f"{verdict:8}  {work:14} {figure:9.3f} instructions/message, expected {expected[work]:.3f} ({change:+.1%})")
    if failed:
        print(HEAD.replace("# ", ""))
    return 1 if failed else 0


def main():
    program = sys.argv[1]
    counted = {work: count(program, work) for work in WORKS}
    if "--renew" not in sys.argv:
        return compare(counted)
    EXPECTED.write_text(HEAD + "".join(f"{work} {figure:.3f}\n" for work, figure in counted.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
