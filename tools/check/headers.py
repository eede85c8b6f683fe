#!/usr/bin/env python3
"""Compiles each public header alone, with both compilers, and fails when one pulls in a library that is heavy to compile."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
COMPILERS = ("g++", "clang++-19")
FLAGS = ["-std=c++23", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wold-style-cast", "-Werror"]

# What is heavy, by a part of its headers' paths, and the one header whose purpose is to bring it.
HEAVY = {
    "/boost/": "asio.hpp",
    "/simdjson.h": "json.hpp",
    "/nlohmann/": None,
    "/fmt/": None,
    "/openssl/": None,
    "/gtest/": None,
    "/prometheus/": "collector.hpp",
}


def compile_alone(compiler, header):
    """What is wrong with the header, as text; empty when nothing is."""
    name = header.relative_to(INCLUDE).as_posix()
    source = f"#include <{name}>\n#include <{name}>\n"
    command = [compiler, *FLAGS, f"-I{INCLUDE}", "-x", "c++", "-fsyntax-only", "-H", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    included = [line for line in done.stderr.splitlines() if line.startswith(".")]
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if not line.startswith(".")]
        return "\n".join([f"{name} does not compile alone with {compiler}:", *errors])
    for part, home in HEAVY.items():
        if header.name != home and any(part in line for line in included):
            return f"{name} pulls in {part.strip('/')}"
    return ""


def main():
    headers = sorted(INCLUDE.rglob("*.hpp"))
    work = [(compiler, header) for header in headers for compiler in COMPILERS]
    with ThreadPoolExecutor(cpu_count()) as pool:
        wrong = [text for text in pool.map(lambda pair: compile_alone(*pair), work) if text]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
