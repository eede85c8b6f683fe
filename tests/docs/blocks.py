#!/usr/bin/env python3
"""Takes the C++ blocks out of README.md and the guide, for the tests of this folder to include and run.

A block is named behind the language of its fence, as in ```cpp ask, and the test that runs it includes "<page>/<name>.inc".
`blocks.py write DIRECTORY` makes those files, with the lines of the page for what the compiler says. What is compiled is what
readers see, but for STAND_INS. `blocks.py check` fails when a block has no name, or when no test includes it."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^ *#include "([\w-]+/\w+)\.inc"', re.MULTILINE)
# The internet, a port that may be taken, and a second main are not to be had in a test.
STAND_INS = [(r'"wss://[^"]*"', "venue_url"), (r'"127\.0\.0\.1:\d+"', '"127.0.0.1:0"'), (r"\bint main\(\)", "int program()")]


def pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs/guide").glob("*.md"))]


def blocks(page):
    """Name, first line's number and text of each C++ block; the name is empty where there is none."""
    text = page.read_text()
    for found in FENCE.finditer(text):
        language, name, code = found.groups()
        if language == "cpp":
            yield name and f"{page.stem}/{name}", text.count("\n", 0, found.start()) + 2, code


def write(directory):
    for page in pages():
        for name, line, code in blocks(page):
            for what, stand_in in STAND_INS:
                code = re.sub(what, stand_in, code)
            file = directory / f"{name}.inc"
            content = f'#line {line} "{page.relative_to(ROOT)}"\n{code}'
            if name and not (file.exists() and file.read_text() == content):  # what has not changed is not compiled again
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content)


def check():
    run = {name for test in (ROOT / "tests").rglob("*.cpp") for name in INCLUDE.findall(test.read_text())}
    found = [(page.relative_to(ROOT), line, name) for page in pages() for name, line, _ in blocks(page)]
    names = [name for _, _, name in found]
    faults = [f"{page}:{line}: a block without a name: ```cpp NAME" for page, line, name in found if not name]
    faults += [f"{page}:{line}: no test includes {name}.inc" for page, line, name in found if name and name not in run]
    faults += [f"{name}: two blocks have this name" for name in sorted(set(names)) if name and names.count(name) > 1]
    faults += [f"{name}: no page has this block, and a test includes it" for name in sorted(run.difference(names))]
    print("\n".join([*faults, f"{len(found)} C++ blocks, {len(run.intersection(names))} of them run"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1] == "check" else write(Path(sys.argv[2])))
