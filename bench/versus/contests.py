"""What is compared: the contests, who takes part, and the aims that zenws is held against."""

from dataclasses import dataclass, field

PEERS = ("beast", "websocketpp", "libwebsockets")
NAMES = {"floor": "floor", "zenws": "zenws", "beast": "Beast", "websocketpp": "websocketpp", "libwebsockets": "libwebsockets"}

CPU = ("cpu_ns", "CPU ns/message", 1)
RATE = ("per_second", "messages/s", 0)
P50, P99, P999 = ("p50_us", "p50 µs", 1), ("p99_us", "p99 µs", 1), ("p999_us", "p99.9 µs", 1)
BYTES, KERNEL = ("bytes", "bytes/connection", 0), ("kernel_bytes", "kernel's, both ends", 0)
OPEN_CPU, OPEN_WALL = ("open_cpu_s", "CPU s to open", 2), ("open_wall_s", "s to open", 2)


@dataclass
class Contender:
    """One side: a program, its work and how much of it. `against`: the side whose figure it is divided by."""

    label: str
    peer: str
    work: str
    messages: int = 1
    size: int = 200
    connections: int = 1
    loops: int = 1
    seconds: int = 1
    tls: bool = False
    against: str = "floor"


@dataclass
class Aim:
    """`figure` of `side`, divided by that of `against` in the same round (None: by nothing), is at most or least `bound`."""

    text: str
    side: str
    against: str | None
    figure: str
    bound: float
    at_least: bool = False


@dataclass
class Contest:
    name: str
    title: str
    figures: tuple  # (name, heading, digits); the first is what ratios are of
    contenders: list
    aims: list = field(default_factory=list)
    note: str = ""  # what the figures would otherwise be misread without


def sides(work, peers=PEERS, floor=True, **how):
    """A contender for each: the floor, zenws, and the libraries that people use."""
    everybody = (("floor",) if floor else ()) + ("zenws", *peers)
    return [Contender(NAMES[peer], peer, work, **how) for peer in everybody]


def longer(contenders):
    """The floor and zenws do four times as much: else they would be through before the clock has ticked."""
    for contender in contenders:
        if contender.peer in ("floor", "zenws"):
            contender.messages *= 4
    return contenders


def floods(name, title, size, messages, aims=(), tls=False, work="receive", **more):
    contenders = longer(sides(work, size=size, messages=messages, tls=tls, **more))
    return Contest(name, title, (CPU, RATE), contenders, list(aims))


def receiving():
    yield floods("receive-64", "receive, 64 B, text validated, handler gets a view", 64, 1_000_000)
    yield floods("receive", "receive, 200 B, text validated, handler gets a view", 200, 1_000_000, [
        Aim("receive ≤ 1.5× floor", "zenws", "floor", "cpu_ns", 1.5),
        Aim("receive ≥ 12× cheaper than Beast", "Beast", "zenws", "cpu_ns", 12, True),
        Aim("receive ≥ 9× cheaper than websocketpp", "websocketpp", "zenws", "cpu_ns", 9, True)])
    yield floods("receive-4k", "receive, 4 KiB", 4096, 100_000)
    large = floods("receive-1m", "receive, 1 MiB", 1 << 20, 400, [
        Aim("1 MiB ≥ 0.8 of the floor's bytes/s", "zenws", "floor", "per_second", 0.8, True)])
    yield large
    json = floods("receive-json", "receive, 200 B, each parsed (by simdjson); the floor only counts", 200, 500_000,
                  work="receive_json")
    json.contenders[0].work = "receive"
    json.contenders.append(Contender("Beast, no JSON", "beast", "receive", messages=500_000))
    json.aims.append(Aim("receive + JSON tree ≥ 4× cheaper than Beast without JSON", "Beast, no JSON", "zenws", "cpu_ns",
                         4, True))
    yield json
    yield floods("receive-tls", "receive over TLS, 200 B; the floor is bare SSL_read", 200, 1_000_000, [
        Aim("receive over TLS ≥ 6× cheaper than Beast", "Beast", "zenws", "cpu_ns", 6, True),
        Aim("receive over TLS ≤ 1.3× bare SSL_read", "zenws", "floor", "cpu_ns", 1.3)], tls=True)
    recorder = [Contender("zenws", "zenws", "receive_loop", messages=1_000_000),
                Contender("zenws, recorded", "zenws", "receive_recorded", messages=1_000_000)]
    yield Contest("record", "receive, 200 B, with the recorder", (("loop_ns", "loop's CPU ns/message", 1), CPU, RATE),
                  recorder,
                  [Aim("recorder on ≤ 1.25× on the loop thread", "zenws, recorded", "zenws", "loop_ns", 1.25)])


def sending():
    burst = [*sides("send", messages=500_000),
             *(Contender(f"{NAMES[peer]}, thread", peer, "send_from_thread", messages=500_000)
               for peer in ("zenws", *PEERS))]
    yield Contest("send", "send in bursts, 200 B, from the handler and from another thread", (CPU, RATE), longer(burst), [
        Aim("send from handler ≤ 2.2× floor", "zenws", "floor", "cpu_ns", 2.2),
        Aim("send from thread ≤ 3.5× floor", "zenws, thread", "floor", "cpu_ns", 3.5),
        Aim("send from handler ≥ 40× cheaper than Beast", "Beast", "zenws", "cpu_ns", 40, True),
        Aim("send from thread ≥ 40× cheaper than Beast", "Beast, thread", "zenws, thread", "cpu_ns", 40, True)])
    echo = [*sides("echo", messages=20_000),
            Contender("zenws, busy poll", "zenws", "echo_busy", messages=20_000),
            Contender("zenws, request", "zenws", "request", messages=20_000),
            *(Contender(f"{NAMES[peer]}, thread", peer, "echo_from_thread", messages=20_000) for peer in PEERS)]
    yield Contest("echo", "echo, 200 B, one in flight, from the handler and from another thread", (P50, P99, P999, CPU),
                  echo, [
        Aim("echo p50 ≤ 1.08× floor", "zenws", "floor", "p50_us", 1.08),
        Aim("echo p50 by busy poll below the floor", "zenws, busy poll", "floor", "p50_us", 1.0),
        Aim("request from a thread p50 ≤ 1.5× echo from a handler", "zenws, request", "zenws", "p50_us", 1.5)])
    yield Contest("echo-tls", "echo over TLS, 200 B", (P50, P99, P999, CPU), sides("echo", messages=20_000, tls=True), [
        Aim("echo p50 over TLS ≤ 0.95× Beast", "zenws", "Beast", "p50_us", 0.95)])


def connecting():
    times = (P50, P99, CPU)
    yield Contest("connect", "connect: TCP and upgrade, one after another", times, sides("connect", messages=1000), [
        Aim("connect p50 ≤ 1.3× bare connect + one round trip", "zenws", "floor", "p50_us", 1.3)])
    yield Contest("connect-tls", "connect over TLS", times, sides("connect", messages=300, tls=True))
    back = (("wall_s", "s until all are back", 3), ("cpu_us_each", "CPU µs each", 1), ("cpu_s", "CPU s", 3))
    yield Contest("reconnect", "5 000 connections lost at once; the floor dials one after another", back,
                  sides("reconnect", connections=5000))


def idling():
    figures = (BYTES, KERNEL, OPEN_CPU, OPEN_WALL)
    yield Contest("idle-1000", "1 000 idle connections", figures, sides("idle", connections=1000), [
        Aim("idle connection ≤ 3 KiB", "zenws", None, "bytes", 3 * 1024)])
    yield Contest("idle-1000-tls", "1 000 idle connections over TLS", figures, sides("idle", connections=1000, tls=True), [
        Aim("idle connection over TLS ≤ 20 KiB", "zenws", None, "bytes", 20 * 1024)])
    yield Contest("idle-10000", "10 000 idle connections on one loop", figures, sides("idle", connections=10_000), [
        Aim("idle connection of 10 000 ≤ 3 KiB", "zenws", None, "bytes", 3 * 1024),
        Aim("10 000 connections open in ≤ 3 s of CPU", "zenws", None, "open_cpu_s", 3)])
    busy = (("cpu_percent", "CPU % of a core", 2), CPU, RATE)
    fewer = Contender("zenws, 1 000", "zenws", "tick", connections=1000, seconds=5)
    yield Contest("tick", "10 000 connections, each receives 1 message/s", busy,
                  [*sides("tick", connections=10_000, seconds=5), fewer], [
        Aim("steady cost in proportion: a message on 10 000 ≤ 1.25× one on 1 000", "zenws", "zenws, 1 000", "cpu_ns",
            1.25)])


SCALE_NOTE = """The same million messages in all: on 10 000 connections each has 100 of them, 20 KB, so that a read brings tens of
messages and not a thousand. What a read costs (recv, epoll, a socket that is not in the cache) is then shared by fewer;
the floor's figures rise for the same reason."""


def scaling():
    """A million messages of 200 B, on ever more connections."""
    for loops in (1, 2):
        contenders = []
        for connections in (1, 10, 100, 1000, 10_000):
            how = {"messages": 1_000_000, "connections": connections, "loops": loops}
            floor = f"floor {connections}"
            contenders += [Contender(floor, "floor", "spread", against=floor, **how),
                           Contender(f"zenws {connections}", "zenws", "spread", against=floor, **how)]
        yield Contest(f"scale-{loops}", f"receive, 200 B, on 1 to 10 000 connections, loops: {loops}", (CPU, RATE),
                      contenders, note=SCALE_NOTE)


def contests():
    return [*receiving(), *sending(), *connecting(), *idling(), *scaling()]
