#!/usr/bin/env python3
"""Two revisions beside each other: interleaved pairs of the same works, and the instructions of a message.

What disturbs the machine for longer than a pair disturbs both of it, so ratios are taken pair by pair: new / old. Their
median has an interval that holds the true one in 95 of 100 cases, by the order of the pairs alone. A difference is told
when the interval leaves 1 out.
"""

import argparse
import math
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "versus"), str(HERE.parent / "instructions")]

import check  # noqa: E402
from contests import Contender  # noqa: E402
from table import lay_out  # noqa: E402
from versus import Server, progress, run_once  # noqa: E402

FEWEST_PAIRS = 15
WORKS = {  # name: (contender, judged figures)
    "receive": (Contender("receive", "zenws", "receive", messages=4_000_000), ("cpu_ns",)),
    "send": (Contender("send", "zenws", "send", messages=2_000_000), ("cpu_ns",)),
    "echo": (Contender("echo", "zenws", "echo", messages=20_000), ("p50_us", "cpu_ns")),
}
UNITS = {"cpu_ns": "CPU ns/message", "p50_us": "p50 µs"}
NOISE_OF_INSTRUCTIONS = 0.001


def interval(values, confidence=0.95):
    """Of the median, by order statistics: how many of the values lie below it is a toss of that many coins."""
    ordered, count = sorted(values), len(values)
    below, tail = 0, 0.5**count
    while tail + math.comb(count, below + 1) * 0.5**count <= (1 - confidence) / 2:
        below += 1
        tail += math.comb(count, below) * 0.5**count
    return ordered[below], ordered[count - 1 - below]


def verdict(low, high):
    if low <= 1 <= high:
        return "within the noise"
    return "MORE" if low > 1 else "less"


def run_side(programs, server_of, contender):
    """Both revisions talk to one server, the new revision's: only the client differs."""
    with tempfile.TemporaryDirectory() as folder, Server(server_of, folder) as server:
        figures = run_once(programs, server, contender)
    if isinstance(figures, str):
        sys.exit(f"{contender.work} by {programs}: {figures}")
    return figures


def run_pairs(old, new, contender, pairs):
    """Each pair in the other order than the one before: who comes second finds the machine warmer."""
    runs = []
    for turn in range(pairs):
        progress(f"{contender.work} {turn + 1}/{pairs}")
        if turn % 2:
            after, before = run_side(new, new, contender), run_side(old, new, contender)
        else:
            before, after = run_side(old, new, contender), run_side(new, new, contender)
        runs.append((before, after))
    progress("")
    return runs


def row(name, runs, figure):
    ratios = [after[figure] / before[figure] for before, after in runs]
    low, high = interval(ratios)
    before, after = (statistics.median(run[side][figure] for run in runs) for side in (0, 1))
    return [f"{name}, {UNITS[figure]}", f"{before:.1f}", f"{after:.1f}", f"{statistics.median(ratios):.3f}",
            f"{low:.3f}–{high:.3f}", verdict(low, high)]


def instruction_row(old, new, work):
    before, after = (check.count(programs / "instructions" / "zenws_instructions", work) for programs in (old, new))
    ratio = after / before
    told = "the same" if abs(ratio - 1) <= NOISE_OF_INSTRUCTIONS else verdict(ratio, ratio)
    return [f"{work}, instructions/message", f"{before:.1f}", f"{after:.1f}", f"{ratio:.3f}", "exact", told]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench ab REV", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--new", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--pairs", type=int, default=21, help="of each work, 15 at least (%(default)s)")
    parser.add_argument("--only", action="append", choices=WORKS, metavar="WORK", help=f"one of {', '.join(WORKS)}")
    how = parser.parse_args()
    if how.pairs < FEWEST_PAIRS:
        parser.error(f"fewer than {FEWEST_PAIRS} pairs say nothing")
    return how


def main():
    how = arguments()
    lines = [["work", "old", "new", "new/old", "95 %", "difference"]]
    for work in check.WORKS:
        progress(f"counting {work}")
        lines.append(instruction_row(how.old, how.new, work))
    for name in how.only or WORKS:
        contender, figures = WORKS[name]
        runs = run_pairs(how.old, how.new, contender, how.pairs)
        lines += [row(name, runs, figure) for figure in figures]
    print("\n".join(lay_out(lines)))
    print(f"Medians of {how.pairs} pairs; the ratio is the median of the pairs' own, with the interval that holds it in 95 of 100 cases.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
