#!/usr/bin/python3
"""Fails when a public name has no doc comment, `///` above its declaration or `///<` beside it, as clang reads them, or
when the Result of a public function could be ignored without a warning.

Names that explain themselves need none: special members, operators, forward declarations, values of an enum on one line."""

import subprocess
import sys
from pathlib import Path

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian keeps clang's bindings, whichever python3 comes first
from clang.cindex import AccessSpecifier, CursorKind, Diagnostic, Index, TranslationUnit  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"

CONTAINERS = {CursorKind.CLASS_DECL, CursorKind.STRUCT_DECL, CursorKind.CLASS_TEMPLATE, CursorKind.ENUM_DECL,
              CursorKind.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION}
NAMES = CONTAINERS | {CursorKind.FUNCTION_DECL, CursorKind.FUNCTION_TEMPLATE, CursorKind.CXX_METHOD, CursorKind.FIELD_DECL,
                      CursorKind.CONSTRUCTOR, CursorKind.CONVERSION_FUNCTION, CursorKind.VAR_DECL,
                      CursorKind.TYPE_ALIAS_DECL, CursorKind.TYPE_ALIAS_TEMPLATE_DECL, CursorKind.TYPEDEF_DECL,
                      CursorKind.ENUM_CONSTANT_DECL, CursorKind.CONCEPT_DECL}

FUNCTIONS = {CursorKind.FUNCTION_DECL, CursorKind.FUNCTION_TEMPLATE, CursorKind.CXX_METHOD}


def is_plain(cursor):
    """True for a declaration that explains itself."""
    if cursor.kind in CONTAINERS and not cursor.is_definition():
        return True
    if cursor.kind == CursorKind.CONSTRUCTOR:
        return cursor.is_default_constructor() or cursor.is_copy_constructor() or cursor.is_move_constructor()
    if cursor.kind == CursorKind.ENUM_CONSTANT_DECL:
        extent = cursor.semantic_parent.extent
        return extent.start.line == extent.end.line
    return cursor.spelling.startswith("operator") and cursor.kind != CursorKind.CONVERSION_FUNCTION


def has_comment(cursor, lines):
    """clang sees `///<` on a declaration's first line only; it may stand on the last."""
    return bool(cursor.raw_comment) or "///<" in lines[cursor.extent.end.line - 1]


def lets_ignore_result(cursor):
    """True for a function that returns a Result and is not [[nodiscard]]."""
    returned = cursor.result_type.spelling.removeprefix("zenws::")
    is_marked = any(child.kind == CursorKind.WARN_UNUSED_RESULT_ATTR for child in cursor.get_children())
    return returned.startswith("Result<") and not is_marked


def faults(cursor, headers):
    """What is wrong below `cursor` in one of `headers`, lines by path: pairs of a public declaration and why."""
    for child in cursor.get_children():
        if child.kind == CursorKind.NAMESPACE:
            yield from faults(child, headers)
            continue
        place = child.location.file
        if place is None or place.name not in headers or child.kind not in NAMES:
            continue
        if child.semantic_parent.spelling == "std":
            continue  # a specialisation means what the template's author says
        if child.access_specifier in (AccessSpecifier.PRIVATE, AccessSpecifier.PROTECTED):
            continue
        if not has_comment(child, headers[place.name]) and not is_plain(child):
            yield child, "no doc comment"
        if child.kind in FUNCTIONS and lets_ignore_result(child):
            yield child, "its Result can be ignored: [[nodiscard]]"
        if child.kind in CONTAINERS:
            yield from faults(child, headers)


def main():
    resources = subprocess.run(["clang++-19", "-print-resource-dir"], capture_output=True, text=True, check=True)
    flags = ["-xc++", "-std=c++23", f"-I{INCLUDE}", "-resource-dir", resources.stdout.strip()]
    broken = 0
    headers = {}
    for path in sorted(INCLUDE.rglob("*.hpp")):
        text = path.read_text()
        if not text.startswith("/// \\file\n/// "):
            print(f"{path.relative_to(ROOT)}:1: does not begin with `/// \\file` and a sentence that says what only it knows")
            broken += 1
        headers[str(path)] = text.splitlines()
    # Read all at once: what they include is the same, and long.
    everything = ("everything.cpp", "".join(f'#include "{path}"\n' for path in headers))
    unit = Index.create().parse(everything[0], flags, [everything],
                                TranslationUnit.PARSE_SKIP_FUNCTION_BODIES)
    for found in unit.diagnostics:
        if found.severity >= Diagnostic.Error:
            print(f"{found.location.file}:{found.location.line}: does not compile: {found.spelling}")
            broken += 1
    for cursor, why in faults(unit.cursor, headers):
        name = Path(cursor.location.file.name).relative_to(ROOT)
        print(f"{name}:{cursor.location.line}: {why}: {cursor.displayname}")
        broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
