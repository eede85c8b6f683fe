#!/usr/bin/python3
"""nginx as TLS proxy in front of the server at port argv[1], with a CA of its own; ends when stdin does."""
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
PR_SET_PDEATHSIG = 1


def tell(*words):
    print(*words, flush=True)


def openssl(directory, name, subject, *arguments):
    """A new key and certificate, NAME.key and NAME.pem."""
    command = ["openssl", "req", "-x509", *NEW_KEY, "-config", "req.cnf", "-days", "2", "-subj", subject]
    command += ["-keyout", f"{name}.key", "-out", f"{name}.pem", *arguments]
    subprocess.run(command, cwd=directory, check=True, stderr=subprocess.PIPE)


def make_certificates(directory):
    (directory / "req.cnf").write_text("[req]\ndistinguished_name = name\n[name]\n")
    openssl(directory, "ca", "/CN=CA of the peer tests", "-addext", "basicConstraints=critical,CA:TRUE")
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    openssl(directory, "server", "/CN=localhost", *signed)


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start_nginx(directory, backend):
    """The listening socket is ours and is handed over (nginx's own way to do so): no race for a free port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    port = listener.getsockname()[1]
    config = (HERE / "nginx.conf.in").read_text()
    for name, value in {"DIR": directory, "PORT": port, "BACKEND": backend}.items():
        config = config.replace(f"@{name}@", str(value))
    (directory / "nginx.conf").write_text(config)
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    nginx = subprocess.Popen(
        [program, "-e", "stderr", "-p", directory, "-c", directory / "nginx.conf"],
        env={**os.environ, "NGINX": f"{listener.fileno()};"},
        pass_fds=[listener.fileno()],
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    listener.close()
    return nginx, port


def stop(nginx):
    """Again and again: nginx forgets a signal that comes while it starts."""
    while nginx.poll() is None:
        nginx.terminate()
        try:
            nginx.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            pass


def main():
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="zenws-nginx-") as name:
        directory = pathlib.Path(name)
        make_certificates(directory)
        nginx, port = start_nginx(directory, sys.argv[1])
        try:
            tell("ca", directory / "ca.pem")
            tell("port", port)
            sys.stdin.read()
        finally:
            stop(nginx)


main()
