// The numbers of a recording as words: figures and tables. All recorded text goes in as textContent, never as markup.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const summary = data.summary;

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// ---- how values read

const count = (value) => value.toLocaleString('en-US');

function short(value) {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function bytes(value) {
  if (value < 1000) return `${Math.round(value)} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = -1;
  do {
    value /= 1000;
    unit += 1;
  } while (value >= 999.5 && unit < units.length - 1);
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}

// Of seconds.
function span(seconds) {
  if (seconds < 0.9995e-3) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${Number((seconds * 1e3).toPrecision(3))} ms`;
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  const whole = Math.floor(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor(whole / 60) % 60} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole / 3600) % 24} h`;
}

// Of milliseconds since 1970, in UTC.
const day = (time) => new Date(time).toISOString().slice(0, 10);
const clock = (time, digits) => new Date(time).toISOString().slice(11, digits ? 20 + digits : 19);

// ---- what stands above the charts

function figure(name, value, note, isBad) {
  const box = element('div');
  const shown = element('dd', value, isBad ? 'bad' : '');
  if (note) shown.append(element('small', note));
  box.append(element('dt', name), shown);
  return box;
}

function damage() {
  const parts = [];
  if (summary.dropped) parts.push(`${count(summary.dropped)} entries dropped`);
  if (summary.skipped) parts.push(`${count(summary.skipped)} lines skipped`);
  if (summary.protocol_errors) parts.push(`${count(summary.protocol_errors)} protocol errors`);
  if (summary.torn_end) parts.push('last line cut');
  const hurts = summary.dropped || summary.skipped || summary.protocol_errors;
  return figure('Damage', hurts ? 'yes' : 'none', parts.join(', '), hurts);
}

function perSecond(value) {
  return summary.duration > 0 ? value / summary.duration : 0;
}

function fillFigures() {
  const messages = (way) => way.text + way.binary;
  const received = messages(summary.in);
  const latency = summary.latency;
  const sizes = summary.in.size;
  document.getElementById('figures').append(
    figure('Messages received', count(received), `${short(perSecond(received))} a second on average`),
    figure('Payload received', bytes(summary.in.bytes), `${bytes(perSecond(summary.in.bytes))} a second`),
    figure('Messages sent', count(messages(summary.out)), bytes(summary.out.bytes)),
    figure('Connections', count(summary.connects),
      `${count(summary.reconnects)} reconnects, epochs ${summary.first_epoch} to ${summary.last_epoch}`),
    figure('Largest gap', span(summary.largest_gap),
      summary.largest_gap_at ? `nothing received from ${summary.largest_gap_at.slice(11, 23)}` : ''),
    figure('Request to answer', latency.count ? span(latency.p50) : '–',
      latency.count ? `median of ${count(latency.count)}; p99 ${span(latency.p99)}` : 'no answered request'),
    figure('Message size', sizes.count ? bytes(sizes.p50) : '–',
      sizes.count ? `median; p99 ${bytes(sizes.p99)}, largest ${bytes(sizes.max)}` : ''),
    damage());
}

function fillHeader() {
  const name = summary.file;
  document.title = `${name} – recording`;
  document.getElementById('name').textContent = name;
  const time = (text) => text.slice(0, 19).replace('T', ' ');
  document.getElementById('span').textContent = summary.first_ts
    ? `${time(summary.first_ts)} to ${time(summary.last_ts)} UTC · ${span(summary.duration)} · ${bytes(summary.file_size)}`
    : `empty · ${bytes(summary.file_size)}`;
}

// ---- tables

function table(title, note, head, rows, columns = [], isWide = false) {
  const card = element('section', undefined, isWide ? 'card wide' : 'card');
  card.append(element('h2', title), element('p', note));
  const made = element('table');
  const line = element('tr');
  head.forEach((name, i) => line.append(element('th', name, columns[i])));
  made.append(element('thead'), element('tbody'));
  made.tHead.append(line);
  for (const row of rows) {
    const cells = element('tr');
    row.forEach((value, i) => cells.append(element('td', value, columns[i])));
    made.tBodies[0].append(cells);
  }
  const scroll = element('div', undefined, 'scroll');
  scroll.append(made);
  card.append(scroll);
  return card;
}

function percentiles() {
  const row = (name, values, show) => [name, count(values.count), ...(values.count
    ? [values.min, values.p50, values.p90, values.p99, values.p99_9, values.max].map(show)
    : Array(6).fill('–'))];
  return table('Percentiles', 'Sizes of messages, time between two inbound frames, time from a request to its answer.',
    ['', 'count', 'min', 'p50', 'p90', 'p99', 'p99.9', 'max'], [
      row('Size received', summary.in.size, bytes), row('Size sent', summary.out.size, bytes),
      row('Between inbound', summary.between_inbound, span), row('Request to answer', summary.latency, span)], [], true);
}

function frames() {
  const types = ['text', 'binary', 'ping', 'pong', 'close'];
  const row = (name, way) => [name, ...types.map((type) => count(way[type])), bytes(way.bytes)];
  return table('Frames', 'By direction and type; payload of all of them.', ['', ...types, 'payload'],
    [row('Received', summary.in), row('Sent', summary.out)], [], true);
}

function channels() {
  const all = summary.in.text + summary.in.binary;
  const share = (value) => `${(all ? 100 * value / all : 0).toFixed(1)} %`;
  const rows = summary.channels.top.map((row) => [row.channel, count(row.messages), bytes(row.bytes), share(row.messages)]);
  const others = summary.channels.others;
  if (others.messages) rows.push(['all others', count(others.messages), bytes(others.bytes), share(others.messages)]);
  if (summary.channels.unnamed) rows.push(['no channel', count(summary.channels.unnamed), '', share(summary.channels.unnamed)]);
  return table('Channels', 'Inbound messages by the channel that they name.',
    ['channel', 'messages', 'payload', 'share'], rows, ['name', '', 'extra']);
}

function events() {
  const shown = data.events.slice(0, 200);
  const left = summary.events - shown.length;
  const note = left > 0 ? `The first ${shown.length}; ${count(left)} more are in the recording.` : 'Times are UTC.';
  return table('Events', note, ['time', 'epoch', 'event', 'detail'],
    shown.map(([at, epoch, kind, text]) => [`${day(at)} ${clock(at, 3)}`, String(epoch), kind, text]),
    ['', '', 'name', 'long']);
}

fillHeader();
fillFigures();
document.getElementById('tables').append(percentiles(), frames(), channels(), events());
