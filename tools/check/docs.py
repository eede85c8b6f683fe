#!/usr/bin/env python3
"""Fails when a link in a document leads nowhere, or when a doc comment's `See:` names a file that is not there. The C++ of
README and guide is built and run by tests/docs."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```[^\n]*\n.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
SEE = re.compile(r"\bSee: ((?:[\w./-]+\.(?:md|cpp|hpp)(?:, )?)+)")


def tracked(*patterns):
    """Files in git, or new and not ignored."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in sorted(set(listed)) if (ROOT / name).exists()]


def anchors(text):
    """The names by which a document's headings can be linked to."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text)))
    return {heading.replace(" ", "-") for heading in plain}


def broken_links(document, text):
    for match in LINK.finditer(FENCE.sub("", text)):
        link = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists():
            yield f"{link} leads nowhere"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
            yield f"{link}: no such heading"


def broken_references(text):
    for names in SEE.findall(text):
        for name in names.split(", "):
            if not (ROOT / name).exists():
                yield f"See: {name} is not there"


def main():
    broken = []
    for document in tracked("*.md"):
        broken += [(document, why) for why in broken_links(document, document.read_text())]
    for source in tracked("*.hpp", "*.cpp"):
        broken += [(source, why) for why in broken_references(source.read_text())]
    for path, why in broken:
        print(f"{path.relative_to(ROOT)}: {why}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
