#!/usr/bin/python3
"""A Prometheus server of its own; says its port; ends when stdin does. Each argument JOB=PORT is scraped each second."""
import ctypes
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

PR_SET_PDEATHSIG = 1
CONFIG = """
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
"""
JOB = """
  - job_name: {job}
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


def tell(*words):
    print(*words, flush=True)


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def config_of(jobs):
    pairs = (job.split("=") for job in jobs)
    return CONFIG + "".join(JOB.format(job=job, port=port) for job, port in pairs)


def start(directory, jobs):
    (directory / "prometheus.yml").write_text(config_of(jobs))
    program = shutil.which("prometheus", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    arguments = [f"--config.file={directory / 'prometheus.yml'}", f"--storage.tsdb.path={directory / 'data'}",
                 "--web.listen-address=127.0.0.1:0", "--log.format=logfmt"]
    return subprocess.Popen([program, *arguments], cwd=directory, text=True, stdin=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, preexec_fn=die_with_parent)


def tell_port(server):
    """It picks a free port, and names it in its log. What it says before it ends without one is passed on."""
    said = []
    for line in server.stderr:
        said.append(line)
        if found := re.search(r'msg="Listening on" address=127\.0\.0\.1:(\d+)', line):
            tell("port", found[1])
            break
    else:
        sys.stderr.writelines(said)
    threading.Thread(target=server.stderr.read, daemon=True).start()


def main():
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="zenws-prometheus-") as name:
        server = start(pathlib.Path(name), sys.argv[1:])
        try:
            tell_port(server)
            sys.stdin.read()
        finally:
            server.terminate()
            server.wait()


main()
