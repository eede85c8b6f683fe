#!/usr/bin/python3
"""python3-websockets, behaving as peers.hpp says; ends when stdin does."""
import asyncio
import http
import sys

from websockets.exceptions import ConnectionClosed
from websockets.legacy import server as library  # the interface that version 10 has, and version 15 still

SUBPROTOCOLS = ["feed.v2"]


def tell(*words):
    print(*words, flush=True)


class Protocol(library.WebSocketServerProtocol):
    """The library's own, telling what it sees."""

    async def process_request(self, path, request_headers):
        verb, _, rest = path.strip("/").partition("/")
        if verb != "refuse":
            return None
        status = http.HTTPStatus(int(rest))
        return status, [("X-Why", f"told to answer {rest}")], f"refused with {rest}\n".encode()

    async def pong(self, data=b""):
        tell("ping")
        await super().pong(data)


def pieces(message, count=3):
    """The message in `count` parts; text is never cut inside a character."""
    size = max(1, -(-len(message) // count))
    return [message[at : at + size] for at in range(0, len(message), size)]


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def echo_in_fragments(connection):
    async for message in connection:
        await connection.send(pieces(message))


async def ping(connection, payload):
    await (await connection.ping(payload))
    tell("pong", payload)
    await echo(connection)


async def count(connection, limit):
    for number in range(int(limit)):
        await connection.send(str(number))
    await echo(connection)


async def count_received(connection):
    received = 0
    async for _ in connection:
        received += 1
    tell("received", received)


async def tell_header(connection, name):
    await connection.send(connection.request_headers.get(name, ""))
    await echo(connection)


async def close(connection, code_and_reason):
    code, _, reason = code_and_reason.partition("/")
    await connection.recv()
    await connection.close(int(code), reason)


BEHAVIOURS = {
    "fragments": echo_in_fragments,
    "ping": ping,
    "count": count,
    "count-received": count_received,
    "header": tell_header,
    "close": close,
}


async def serve(connection, path):
    verb, _, rest = path.strip("/").partition("/")
    try:
        await BEHAVIOURS.get(verb, echo)(*([connection, rest] if rest else [connection]))
    except ConnectionClosed:
        pass
    await connection.wait_closed()
    tell("closed", connection.close_code, connection.close_reason)


async def main():
    stdin = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    async with library.serve(
        serve, "127.0.0.1", 0, create_protocol=Protocol, subprotocols=SUBPROTOCOLS, max_size=None, close_timeout=1
    ) as server:
        tell("port", server.sockets[0].getsockname()[1])
        await stdin.read()


asyncio.run(main())
