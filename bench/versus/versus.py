#!/usr/bin/env python3
"""The side-by-side: has every program do the same work in turns, prints one table, and says which aims are met."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from contests import contests
from machine import about_machine
from table import table

LONGEST_RUN = 130  # seconds; the programs end by themselves after 120


class Server:
    """The neutral server, a process of its own, for one round of a contest."""

    def __init__(self, programs, folder):
        self.certificate = Path(folder) / "certificate.pem"
        self.process = subprocess.Popen([programs / "bench_server", self.certificate], stdout=subprocess.PIPE, text=True)
        self.port, self.tls_port = self.process.stdout.readline().split()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def place(self, tls):
        return ["--port", self.tls_port, "--certificate", str(self.certificate)] if tls else ["--port", self.port]


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def program_of(programs, contender):
    return programs / "versus" / f"versus_{contender.peer}"


def run_once(programs, server, contender):
    """The figures of one run, or a text that says why there are none."""
    command = [program_of(programs, contender), contender.work, *server.place(contender.tls)]
    for name in ("messages", "size", "connections", "loops", "seconds"):
        command += [f"--{name}", str(getattr(contender, name))]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_RUN, check=False)
    except subprocess.TimeoutExpired:
        return "hung"
    if done.returncode != 0:
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"ended with {done.returncode}"
    return json.loads(done.stdout)


def run_rounds(programs, contest, rounds):
    """For each label the figures of its rounds; and why who failed did."""
    taking_part = [c for c in contest.contenders if program_of(programs, c).exists()]
    runs, failed = {c.label: [] for c in taking_part}, {}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory() as folder, Server(programs, folder) as server:
            for contender in taking_part:
                if contender.label in failed:
                    continue
                progress(f"{contest.name} {turn + 1}/{rounds} {contender.label}")
                figures = run_once(programs, server, contender)
                if isinstance(figures, str):
                    failed[contender.label] = figures
                else:
                    runs[contender.label].append(figures)
    progress("")
    return {label: run for label, run in runs.items() if label not in failed}, failed


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratio(runs, side, against, figure):
    """Round by round: what disturbs the machine for longer than a round disturbs both."""
    if side not in runs or (against is not None and against not in runs):
        return None
    if against is None:
        return spread([run[figure] for run in runs[side]])
    pairs = [(run[figure], other[figure]) for run, other in zip(runs[side], runs[against])]
    return spread([ours / theirs for ours, theirs in pairs]) if all(theirs for _, theirs in pairs) else None


def row_of(contest, contender, runs):
    judged = contest.figures[0][0]
    peers = {c.label: c.peer for c in contest.contenders}
    floor = contender.against if peers.get(contender.against) == "floor" else None
    return {
        "side": contender.label,
        "figures": {name: spread([run[name] for run in runs[contender.label]]) for name, _, _ in contest.figures},
        "to_floor": ratio(runs, contender.label, floor, judged) if floor else None,
        "to_zenws": ratio(runs, contender.label, "zenws", judged) if "zenws" in runs else None,
    }


def aim_of(aim, runs):
    value = ratio(runs, aim.side, aim.against, aim.figure)
    if value is None:
        return {"aim": aim.text, "value": None, "met": None}
    met = value["median"] >= aim.bound if aim.at_least else value["median"] <= aim.bound
    return {"aim": aim.text, "side": aim.side, "value": value, "met": met}


def hold(programs, contest, rounds):
    runs, failed = run_rounds(programs, contest, rounds)
    return {
        "name": contest.name,
        "title": contest.title,
        "headings": [{"figure": name, "heading": heading, "digits": digits} for name, heading, digits in contest.figures],
        "rows": [row_of(contest, c, runs) for c in contest.contenders if c.label in runs],
        "aims": [aim_of(aim, runs) for aim in contest.aims],
        "failed": failed,
        "note": contest.note,
    }


def make_quick(contest):
    """A tenth of everything: whether it works, not how fast it is."""
    for contender in contest.contenders:
        contender.messages = max(contender.messages // 10, 1)
        contender.connections = max(contender.connections // 10, 1)
        contender.seconds = 1


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench versus", description=__doc__)
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, help="rounds; in each, every side runs once (5; quick: 1)")
    parser.add_argument("--only", action="append", metavar="WORKLOAD", help="one of them; may be given several times")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: does it run?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--list", action="store_true", help="name the workloads")
    return parser.parse_args()


def chosen(only):
    everything = contests()
    names = [contest.name for contest in everything]
    for name in only or []:
        if name not in names:
            sys.exit(f"no workload {name}; there are: {', '.join(names)}")
    return [contest for contest in everything if not only or contest.name in only]


def left_out(programs, held):
    peers = {c.peer for contest in held for c in contest.contenders if not program_of(programs, c).exists()}
    return sorted(peers)


def main():
    how = arguments()
    held = chosen(how.only)
    if how.list:
        width = max(len(contest.name) for contest in held)
        print("\n".join(f"{contest.name:{width}}  {contest.title}" for contest in held))
        return 0
    rounds = how.rounds or (1 if how.quick else 5)
    if how.quick:
        for contest in held:
            make_quick(contest)
    report = {"machine": about_machine(how.programs), "rounds": rounds, "quick": how.quick,
              "left_out": left_out(how.programs, held), "contests": []}
    for contest in held:
        result = hold(how.programs, contest, rounds)
        report["contests"].append(result)
        print(table([result]), flush=True)
    print(table([], report))
    if how.json:
        how.json.write_text(json.dumps(report, indent=1) + "\n")
    return 1 if any(result["failed"] for result in report["contests"]) else 0


if __name__ == "__main__":
    sys.exit(main())
