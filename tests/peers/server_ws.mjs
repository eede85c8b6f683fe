// Node's `ws`, behaving as peers.hpp says; ends when stdin does.
import { createServer, STATUS_CODES } from 'node:http';
import { WebSocketServer } from 'ws';

const SUBPROTOCOLS = ['feed.v2'];

const tell = (...words) => process.stdout.write(`${words.join(' ')}\n`);

const echo = (connection) => {
  connection.on('message', (data, isBinary) => connection.send(data, { binary: isBinary }));
};

// Three frames; they are cut where the bytes fall, also inside a character.
const echoInFragments = (connection) => {
  connection.on('message', (data, isBinary) => {
    const size = Math.max(1, Math.ceil(data.length / 3));
    for (let at = 0; at < data.length || at === 0; at += size) {
      connection.send(data.subarray(at, at + size), { binary: isBinary, fin: at + size >= data.length });
    }
  });
};

const behaviours = {
  fragments: echoInFragments,
  ping: (connection, payload) => {
    connection.on('pong', (data) => tell('pong', data));
    connection.ping(payload);
    echo(connection);
  },
  count: (connection, limit) => {
    for (let number = 0; number < Number(limit); ++number) connection.send(String(number));
    echo(connection);
  },
  'count-received': (connection) => {
    let received = 0;
    connection.on('message', () => ++received);
    connection.on('close', () => tell('received', received));
  },
  header: (connection, name, request) => {
    connection.send(request.headers[name.toLowerCase()] ?? '');
    echo(connection);
  },
  close: (connection, codeAndReason) => {
    const [code, reason] = codeAndReason.split('/');
    connection.once('message', () => connection.close(Number(code), reason ?? ''));
  },
};

const refuse = (socket, status) => {
  const body = `refused with ${status}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nX-Why: told to answer ${status}\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
};

const choose = (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false;
const acceptor = new WebSocketServer({
  noServer: true,
  handleProtocols: choose,
  perMessageDeflate: { threshold: 1 }, // where a client offers it
});
const http = createServer();

http.on('upgrade', (request, socket, head) => {
  const [verb, ...rest] = request.url.split('/').slice(1);
  if (verb === 'refuse') return refuse(socket, rest[0]);
  return acceptor.handleUpgrade(request, socket, head, (connection) => {
    connection.on('ping', () => tell('ping'));
    connection.on('close', (code, reason) => tell('closed', code, reason));
    (behaviours[verb] ?? echo)(connection, rest.join('/'), request);
  });
});

process.stdin.on('end', () => process.exit(0)).resume();
http.listen(0, '127.0.0.1', () => tell('port', http.address().port));
