"""On what figures were measured: without it they say nothing."""

import datetime
import os
import platform
import re
import shutil
import subprocess

PACKAGES = ("libboost1.81-dev", "libboost1.83-dev", "libwebsocketpp-dev", "libwebsockets-dev", "libssl3", "libsimdjson-dev")


def first_line(*command):
    if shutil.which(command[0]) is None:
        return "unknown"
    out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return out.splitlines()[0].strip() if out else "unknown"


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as cpus:
        found = re.search(r"^model name\s*: (.*)$", cpus.read(), re.MULTILINE)
    return found.group(1) if found else platform.machine()


def compiler(programs):
    cache = programs.parent / "CMakeCache.txt"
    found = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache.read_text(), re.MULTILINE) if cache.exists() else None
    return first_line(found.group(1), "--version") if found else "unknown"


def versions():
    found = {}
    for package in PACKAGES:
        version = first_line("dpkg-query", "-W", "-f=${Version}\n", package)
        if version not in ("", "unknown"):
            found[package] = version
    return found


def about_machine(programs):
    """`programs`: the folder with the benchmark's programs, in the tree that they were built in."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "compiler": compiler(programs),
        "packages": versions(),
        "commit": first_line("git", "describe", "--always", "--dirty"),
        "date": datetime.date.today().isoformat(),
    }
