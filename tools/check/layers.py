#!/usr/bin/env python3
"""Fails when an include points upwards or sideways, when a third party's header stands outside its layer, when threads
are spoken of outside the files that may, and when something asks the time, or the network, past the seam to the world. The tables below are the architecture; a change to them is a decision."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Who may include whom. A layer may always include itself.
BELOW = {
    "base": set(),
    "telemetry": {"base"},
    "ws": {"base"},
    "json": {"base"},
    "policy": {"base"},
    "net": {"base", "ws"},
    "record": {"base", "json", "telemetry"},
    "link": {"base", "ws", "json", "policy", "net", "record"},
    "client": {"base", "telemetry", "ws", "json", "policy", "net", "record", "link"},
    "fleet": {"base", "policy", "telemetry", "client"},
    "adapters": {"base", "json", "net", "client", "fleet"},  # net: Runtime
    "cluster": {"base", "client", "fleet"},
    "metrics": {"base", "telemetry", "client", "fleet"},
    "testing": {"base", "ws", "net", "record"},  # record: ReplayServer serves recordings
    "simulators": {"base", "testing"},
}

# Layers that know those below by their public headers only: proof that a user could have written them.
ON_PUBLIC_HEADERS = {"adapters"}

# Who has a folder within these layers, and public headers that begin with the name. A venue knows no other, and what
# venues share knows none.
VENUES = {"binance", "deribit"}
BY_VENUE = {"adapters", "simulators"}

# The layer to which a public header belongs; options.hpp, message.hpp and
# rate_limiter.hpp hold plain values that lower layers read too.
PUBLIC = {
    "error.hpp": "base",
    "log.hpp": "base",
    "state.hpp": "base",
    "dialect.hpp": "base",
    "message.hpp": "base",
    "request.hpp": "base",
    "heartbeat.hpp": "base",
    "options.hpp": "base",
    "compression.hpp": "base",
    "variant_callback.hpp": "base",
    "rate_limiter.hpp": "base",
    "child_options.hpp": "base",
    "pending_call.hpp": "base",
    "sequence_guard.hpp": "base",
    "telemetry.hpp": "telemetry",
    "json.hpp": "json",
    "json_text.hpp": "json",
    "json_rpc.hpp": "json",
    "host.hpp": "net",
    "runtime.hpp": "net",
    "recorder.hpp": "record",
    "client.hpp": "client",
    "doctor.hpp": "client",
    "access.hpp": "client",
    "asio.hpp": "client",
    "pool.hpp": "fleet",
    "supervisor.hpp": "fleet",
    "registry.hpp": "fleet",
}

# Third parties by the beginning of their headers' names, and the layers that may know them. fmt only writes text.
THIRD_PARTY = {
    "fmt/": set(BELOW) | {"program", "bench"},
    "boost/url": {"base"},
    "openssl/": {"base", "net", "testing", "simulators", "adapters", "bench"},
    "simdjson.h": {"ws", "json", "testing", "examples", "bench"},
    "nlohmann/": {"json", "simulators", "adapters"},
    "zlib.h": {"ws", "bench"},
    "boost/beast/http": {"ws"},
    "boost/beast/": {"bench"},
    "boost/asio": {"examples", "bench"},
    "boost/system": set(),
    "CLI/": {"program", "bench"},
    "prometheus/": {"metrics", "program", "examples"},
    "gtest/": {"examples"},
    "benchmark/": {"bench"},
    "websocketpp/": {"bench"},
}
# Folders beside src/ that include what users do not, each with its reason.
INSIDE = {
    "bench/micro": "single functions are measured, and most are nobody's but ours",
    "bench/instructions": "what decides is counted without what does",
}
# Parts of a third party that one file more may use, each with its reason: (file without suffix, beginning of the
# headers' names) -> reason.
ALSO = {
    ("include/zenws/asio", "boost/asio"): "completion tokens, and a Runtime inside an io_context, for who has them",
    ("include/zenws/asio", "boost/system"): "an io_context throws it",
    ("src/ws/upgrade_client", "boost/asio/buffer.hpp"): "Beast's HTTP parser takes its input as Asio buffers",
    ("src/ws/upgrade_server", "boost/asio/buffer.hpp"): "Beast's HTTP parser takes its input as Asio buffers",
    ("src/ws/upgrade_client", "boost/optional/optional.hpp"): "Beast's HTTP parser takes its limits as boost::optional",
}

THREAD_HEADERS = {"thread", "mutex", "condition_variable", "shared_mutex", "future", "semaphore", "latch", "barrier",
                  "stop_token", "pthread.h"}
# Where threads meet, each with its reason. The path is a file's without its suffix.
THREADS = {
    "src/base/logger": "the one logger of the process is replaced and called from any thread",
    "src/base/short_lock": "who waits for it lets other threads run",
    "src/base/latch": "who blocks waits here, or lets a simulated world go on",
    "src/base/random": "pthread_atfork: a child must not repeat its parent's bytes",
    "src/telemetry/telemetry": "functions are attached and detached by any thread, and called by the one that tells",
    "src/net/runtime": "creates and joins the threads of the loops",
    "src/net/resolver_pool": "getaddrinfo blocks: threads of its own ask it, for all loops",
    "src/net/loop": "one small lock: who lives on the loop is asked while it ends",
    "src/net/tls_transport": "OpenSSL wants one user of a connection at a time: the loop reads, any thread writes",
    "src/net/tls_context": "contexts are shared by all clients with the same settings",
    "src/link/outbox": "any thread sends",
    "src/link/door": "any thread finds the connections, and the loop exchanges them",
    "src/client/mailbox": "any thread receives",
    "include/zenws/asio": "a call is ended by its result or its cancellation, whichever thread is first",
    "src/client/requests": "any thread asks, the loop answers",
    "src/client/rate_limiter": "any thread asks for tokens, the loop runs what waits",
    "src/client/settings": "any thread makes clients, which share what they were told alike",
    "src/client/client_events": "any thread sends, and counts are told since the last time",
    "src/client/client": "connect, receive and close wait for the loop",
    "src/client/engine_end": "letting go waits for the loop",
    "src/client/diagnose": "waits for the loop to have taken the steps",
    "src/metrics/collector": "several scrapes at once add the counters up",
    "src/client/recent_failures": "noted on the loop and by who sends, read by pools; only while there are failures",
    "src/fleet/supervisor": "any thread starts and lists clients; shutdown waits for their loops",
    "src/fleet/child": "why a client was restarted last is asked by any thread",
    "src/fleet/registry": "any thread looks up",
    "src/adapters/last_handle": "who holds the last handle waits for a call under way",
    "src/adapters/book_registry": "books change on one thread at a time, and are copied by any",
    "src/adapters/batch_subscription": "batches are answered on the client's loop, and cancelled and waited for by any thread",
    "src/adapters/binance/binance": "any thread subscribes; what is subscribed is counted",
    "src/adapters/binance/book_keeper": "events come on the loop, snapshots on any thread, and any thread copies books",
    "src/adapters/deribit/session": "logins and refreshes happen on the client's loop; any thread may want orders cancelled",
    "src/record/writer": "creates and joins the thread that writes recordings",
    "src/record/queue": "any thread records, the writer's takes",
    "src/record/chunk_pool": "memory that the writer's thread has read goes back to who records",
    "src/record/claims": "any thread begins and ends recordings",
    "src/record/replay": "a replay in real time sleeps on its caller's thread",
}
# Layers and folders in which threads are nobody's business but their own.
THREADS_FREE = {
    "testing": "the server is a far end of its own, with its own thread; what it saw is read by the test's",
    "program": "a program waits for signals and reads its input",
    "examples": "examples wait",
    "bench": "benchmarks drive several threads",
}

# Layers that meet time, randomness, waiting and the network through the seam (base/clock, base/random, base/latch,
# net/network), so that whole clients can live in a simulated world; and what would pass it by.
BEHIND_SEAM = {"ws", "json", "policy", "net", "record", "link", "client", "fleet", "adapters"}
PAST_SEAM = re.compile(
    r"\b(?:steady_clock|system_clock|high_resolution_clock)::now|\bthis_thread::sleep|\brandom_device\b|\bRAND_bytes\b|"
    r"\bgetrandom\b|\.wait(?:_for|_until)?\(lock|\bstd::(?:promise|future|async)\b|(?<!\w)::(?:socket|connect|accept4?|send|recv)\(")
# Who may, each with its reason. The path is a file's without its suffix.
PAST_SEAM_ALLOWED = {
    "src/net/socket_network": "it is the real world's network",
    "src/net/tcp_transport": "it is the real world's network",
    "src/net/resolver_pool": "it is the real world's resolver",
    "src/record/writer": "a thread of its own, which no client waits for; a simulated world calls it instead",
    "src/record/replay": "a replay in real time sleeps on its caller's thread",
    "src/adapters/deribit/credentials": "on public headers: a signature bears a nonce",
    "src/adapters/deribit/session": "on public headers: a signature bears the time of day",
    "src/adapters/batch_subscription": "on public headers: who waits for batches does so on a thread of the user's",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def place_of(path):
    """The layer or folder that a file belongs to."""
    parts = path.relative_to(ROOT).parts
    if parts[0] == "src":
        return parts[1]
    if parts[0] == "include":
        return PUBLIC.get(parts[-1]) if len(parts) == 3 else parts[2]
    return "program" if parts[0] == "tools" else parts[0]


def venue_of(path):
    """Whose a file is, by its path below src/ or include/: its folder's, or its name's first word. None: nobody's."""
    folders, name = path.split("/")[:-1], path.split("/")[-1]
    word = re.match(r"[a-z]+", name)[0]
    return next((venue for venue in VENUES if venue in folders or ("zenws" in folders and venue == word)), None)


def judge_zenws(place, stem, header):
    """An include of one of our own headers by its path below src/ or include/zenws/."""
    public = header.startswith("zenws/")
    if place not in BELOW:
        looks_inside = any(stem.startswith(f"{folder}/") for folder in INSIDE)
        return None if public or looks_inside else f"{place} is built on public headers only"
    parts = header.split("/")
    target = PUBLIC.get(parts[-1]) if public and len(parts) == 2 else parts[1 if public else 0]
    if target is None:
        return "a public header without a layer: add it to PUBLIC in tools/check/layers.py"
    if target not in BELOW:
        return f"no layer {target}"
    if target != place and place in ON_PUBLIC_HEADERS and not public:
        return f"{place} is built on public headers only"
    theirs = venue_of(header) if target in BY_VENUE else None
    if target == place and theirs and theirs != venue_of(stem.split("/", 1)[1]):
        return f"a venue knows no other, and what venues share knows none: {theirs}"
    if target == place or target in BELOW[place]:
        return None
    return f"{place} may not include {target}"


def judge_system(place, stem, header):
    """An include of somebody else's header."""
    if header in THREAD_HEADERS and place not in THREADS_FREE and stem not in THREADS:
        return "threads meet elsewhere; see THREADS in tools/check/layers.py"
    if any(file == stem and header.startswith(beginning) for file, beginning in ALSO):
        return None
    owner = next((name for name in THIRD_PARTY if header.startswith(name)), None)
    if owner is None:
        standard = re.fullmatch(r"[a-z0-9_]+(\.h)?|(sys|net|netinet|arpa|linux)/[a-z_]+\.h", header)
        return None if standard else "a third party that no layer knows: see THIRD_PARTY in tools/check/layers.py"
    return None if place in THIRD_PARTY[owner] else f"{place} may not know {header}"


def is_own(path, header):
    """True for a file of the program's, an example's or a benchmark's own folder."""
    folder = ROOT / path.relative_to(ROOT).parts[0]
    return any((parent / header).exists() for parent in path.parents if parent.is_relative_to(folder))


def judge(path):
    """The file's broken rules, as (line, header, why)."""
    place = place_of(path)
    if place is None:
        yield 1, path.name, "a public header without a layer: add it to PUBLIC in tools/check/layers.py"
        return
    stem = path.relative_to(ROOT).with_suffix("").as_posix()
    text = path.read_text()
    for match in INCLUDE.finditer(text):
        bracket, header = match.groups()
        if place not in BELOW and bracket == '"' and is_own(path, header):
            continue
        ours = header.startswith("zenws/") or bracket == '"'
        why = judge_zenws(place, stem, header) if ours else judge_system(place, stem, header)
        if why:
            yield text.count("\n", 0, match.start(2)) + 1, header, why
    if place in BEHIND_SEAM and stem not in PAST_SEAM_ALLOWED:
        for match in PAST_SEAM.finditer(text):
            line_start = text.rfind("\n", 0, match.start()) + 1
            if "//" not in text[line_start : match.start()]:
                yield text.count("\n", 0, match.start()) + 1, match.group(), "passes the seam by: see PAST_SEAM in tools/check/layers.py"


def main():
    broken = 0
    for folder in ("include", "src", "tools", "examples", "bench"):
        for path in sorted((ROOT / folder).rglob("*.[ch]pp")):
            for line, header, why in judge(path):
                print(f"{path.relative_to(ROOT)}:{line}: {header}: {why}")
                broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
