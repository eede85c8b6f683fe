#!/usr/bin/env python3
"""Does each file that decides have tests of its own, which cover it by themselves?

own_tests.py --programs   the test programs that it runs
own_tests.py           every source of the folders in deciders.txt is in it, and so are its tests
own_tests.py TREE      also runs each file's own tests in TREE, a build that counts lines (./dev build coverage), and
                       says which lines of the file they leave out; fails where that is more than one in five
"""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / "tools/check/deciders.txt"
MOST_MISSED = 0.20


def read_list():
    """{source: [patterns of tests]}, {sources that do}"""
    deciders, doers = {}, set()
    for line in LIST.read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "does":
            doers.update(words[1:])
        else:
            deciders[words[0]] = words[1:] or [words[0] + "_test"]
    return deciders, doers


def tests_of(patterns):
    tests = [path for path in ROOT.glob("tests/*/*.cpp")]
    names = {str(path.relative_to(ROOT / "tests").with_suffix("")): path for path in tests}
    return [names[name] for pattern in patterns for name in sorted(fnmatch.filter(names, pattern))]


def judge_list(deciders, doers):
    wrong = []
    folders = {source.split("/")[0] for source in deciders}
    for path in sorted(path for folder in folders for path in (ROOT / "src" / folder).glob("*.cpp")):
        source = str(path.relative_to(ROOT / "src").with_suffix(""))
        if source not in deciders and source not in doers:
            wrong.append(f"src/{source}.cpp is not in {LIST.relative_to(ROOT)}: does it decide, or do?")
    for source in [*deciders, *doers]:
        if not any((ROOT / "src" / f"{source}.{kind}").exists() for kind in ("cpp", "hpp")):
            wrong.append(f"{LIST.relative_to(ROOT)}: there is no src/{source}")
    for source, patterns in deciders.items():
        if not tests_of(patterns):
            wrong.append(f"src/{source} has no test of its own: {' '.join(patterns)}")
    return wrong


def suites_in(path):
    """The names of its suites, as gtest's filter wants them."""
    text = path.read_text()
    names = re.findall(r"^(?:TYPED_)?TEST(?:_F|_P)?\((\w+),", text, re.M)
    prefixed = re.findall(r"^INSTANTIATE_TEST_SUITE_P\((\w*),\s*(\w+)", text, re.M)
    return sorted({f"{name}.*" for name in names} | {f"{prefix}/{name}.*" for prefix, name in prefixed})


def run(tree, tests):
    for folder in sorted({test.parent.name for test in tests}):
        suites = [suite for test in tests if test.parent.name == folder for suite in suites_in(test)]
        program = tree / f"tests/{folder}_tests"
        subprocess.run(
            [program, f"--gtest_filter={':'.join(suites)}", "--gtest_brief=1"],
            cwd=tree / "tests", check=True, stdout=subprocess.DEVNULL, timeout=300)


def reached(tree, source, counts):
    """{line: times} of the source's own files, from the counts of all that includes them."""
    own = {f"src/{source}.cpp", f"src/{source}.hpp", f"include/zenws/{source.split('/')[1]}.hpp"}
    lines = {}
    with tempfile.TemporaryDirectory() as scratch:
        said = subprocess.run(
            ["gcov", "--json-format", "--stdout", *map(str, counts)],
            cwd=scratch, check=True, capture_output=True, text=True).stdout
    for document in said.splitlines():
        for file in json.loads(document)["files"]:
            path = (pathlib.Path(tree) / file["file"]).resolve()
            if not path.is_relative_to(ROOT) or str(path.relative_to(ROOT)) not in own:
                continue
            for line in file["lines"]:
                key = (path.name, line["line_number"])
                lines[key] = lines.get(key, 0) + line["count"]
    return lines


def as_ranges(numbers):
    ranges = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)


def cover(tree, source, tests):
    """The share of lines that are missed, and a line of text."""
    for old in tree.rglob("*.gcda"):
        old.unlink()
    run(tree, tests)
    # Of an inline function the linker keeps one copy, and that counts: of whichever test stands first in the program.
    programs = {f"{test.parent.name}_tests.dir" for test in tests}
    own = source.split("/")[1] + ".cpp.gcda"
    lines = reached(
        tree, source, [path for path in tree.rglob("*.gcda") if path.name == own or programs.intersection(path.parts)])
    if not lines:
        return 0, f"      {source}: nothing in it is run, it only declares"
    missed = [key for key, count in lines.items() if count == 0]
    share = len(missed) / len(lines)
    by_file = {name: as_ranges([line for file, line in missed if file == name]) for name in sorted({f for f, _ in missed})}
    left_out = "; ".join(f"{name} {ranges}" for name, ranges in by_file.items())
    return share, f"{100 * (1 - share):5.1f} % {source}" + (f", not {left_out}" if missed else "")


def main():
    deciders, doers = read_list()
    wrong = judge_list(deciders, doers)
    if sys.argv[1:] == ["--programs"]:
        folders = {test.parent.name for patterns in deciders.values() for test in tests_of(patterns)}
        print("\n".join(f"{folder}_tests" for folder in sorted(folders)))
        return 0
    if len(sys.argv) > 1 and not wrong:
        tree = pathlib.Path(sys.argv[1]).resolve()
        for source, patterns in deciders.items():
            share, text = cover(tree, source, tests_of(patterns))
            print(text, flush=True)
            if share > MOST_MISSED:
                wrong.append(f"src/{source}: its own tests leave out {100 * share:.0f} % of its lines")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
