// The charts, drawn by Chart.js.
'use strict';

const plots = [];

// `shape`: '' is half as wide as the page; 'time' and 'tall' are as wide.
function plot(title, note, shape, config) {
  const isTimed = shape === 'time';
  const card = element('section', undefined, shape ? `card wide ${shape}` : 'card');
  if (isTimed) {
    const reset = element('button', 'Show all', 'reset');
    reset.hidden = true;
    reset.addEventListener('click', () => zoom(begin, end));
    card.append(reset);
  }
  const box = element('div', undefined, 'plot');
  const canvas = element('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `${title}. ${note}`);
  box.append(canvas);
  card.append(element('h2', title), element('p', note), box);
  document.getElementById('charts').append(card);
  plots.push({ canvas, isTimed, config, chart: null });
}

function eventsAt(items) {
  const from = begin + items[0].dataIndex * series.width;
  return data.events.filter(([at]) => at >= from && at < from + series.width).slice(0, 6)
    .map(([at, epoch, kind, text]) => `${clock(at, 3)} ${kind}, epoch ${epoch} ${text}`.slice(0, 90));
}

function overTime(show, datasets, epochs) {
  return {
    type: 'line', data: { datasets }, plugins: [timeline],
    options: {
      interaction: { mode: 'index', intersect: false },
      layout: { padding: { top: epochs ? strip + 10 : 8 } },
      scales: { x: timeAxis(), y: { ...valueAxis(show), afterFit: (axis) => { axis.width = 68; } } },
      plugins: {
        timeline: { epochs },
        legend: { display: datasets.length > 1 },
        tooltip: {
          callbacks: {
            title: (items) => `${day(items[0].parsed.x)} ${clock(items[0].parsed.x, series.width < 1000 ? 3 : 0)}`,
            label: (item) => `${item.dataset.label}: ${show(item.parsed.y)}`,
            footer: eventsAt,
          },
        },
      },
    },
  };
}

function line(label, name, values, extra = {}) {
  const points = values.map((y, i) => ({ x: begin + (i + 0.5) * series.width, y }));
  return {
    label, data: points, borderColor: colour(name), backgroundColor: colour(name, 0.14), borderWidth: 1.5, pointRadius: 0,
    pointHitRadius: 12, ...extra,
  };
}

// The last bin is as long as the recording goes on; of a stump nothing can be said.
function rates(values) {
  const last = (end - begin) / series.width - (values.length - 1);
  return values.map((value, i) => {
    const part = i < values.length - 1 ? 1 : Math.min(1, last);
    return i > 0 && part < 0.2 ? null : 1000 * value / (series.width * Math.max(part, 0.2));
  });
}

function bars(label, name, shown, show, extra = {}) {
  return {
    type: 'bar',
    data: {
      labels: shown.counts.map((_, i) => show(shown.edges[i])),
      datasets: [{
        label, data: shown.counts, backgroundColor: colour(name, 0.75), categoryPercentage: 1, barPercentage: 0.92, minBarLength: 2,
        maxBarThickness: 90,
      }],
    },
    options: {
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          grid: { display: false }, border: { color: colour('line') },
          ticks: { color: colour('soft'), maxRotation: 0, autoSkipPadding: 14 },
        },
        y: valueAxis(short, {
          type: 'logarithmic', min: 0.8, beginAtZero: false,
          ticks: { callback: (value) => (Number.isInteger(Math.log10(value)) ? short(value) : '') },
        }),
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: {
            title: ([item]) => `${show(shown.edges[item.dataIndex])} to ${show(shown.edges[item.dataIndex + 1])}`,
            label: (item) => `${count(item.parsed.y)} ${label}`,
          },
        },
      },
      ...extra,
    },
  };
}

function byChannel() {
  const rows = summary.channels.top.slice(0, 14).map((row) => [row.channel, row.messages]);
  const rest = summary.channels.top.slice(14).reduce((sum, row) => sum + row.messages, summary.channels.others.messages);
  if (rest) rows.push(['all others', rest]);
  if (summary.channels.unnamed) rows.push(['no channel', summary.channels.unnamed]);
  const isNarrow = matchMedia('(max-width: 760px)').matches;
  const most = isNarrow ? 24 : 48;
  const cut = (name) => (name.length > most ? `${name.slice(0, 4)}…${name.slice(5 - most)}` : name);
  const isChannel = (i) => i < Math.min(14, summary.channels.top.length);
  const colours = rows.map((_, i) => (isChannel(i) ? colour('in', 0.75) : colour('mark', 0.6)));
  return {
    type: 'bar',
    data: {
      labels: rows.map(([name]) => cut(name)),
      datasets: [{
        label: 'messages', data: rows.map(([, messages]) => messages), backgroundColor: colours, categoryPercentage: 0.9, minBarLength: 2,
      }],
    },
    options: {
      indexAxis: 'y',
      interaction: { mode: 'index', axis: 'y', intersect: false },
      scales: {
        x: valueAxis(short),
        y: {
          grid: { display: false }, border: { color: colour('line') },
          ticks: { color: colour('text'), autoSkip: false, font: { size: isNarrow ? 10 : 11 } },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { title: ([item]) => rows[item.dataIndex][0], label: (item) => `${count(item.parsed.x)} messages` } },
      },
    },
  };
}

function build() {
  const microseconds = (value) => span(value / 1e6);
  const milliseconds = (value) => span(value / 1e3);
  const sends = series.out.some((value) => value > 0);
  const zooming = matchMedia('(hover: hover)').matches ? ' Drag to zoom, double-click to see all.' : '';
  const received = (values) => line('received', 'in', values, { fill: true });
  const sent = () => (sends ? [line('sent', 'out', rates(series.out))] : []);
  plot('Messages a second', `Connections above; red where there was none.${zooming}`, 'time',
    () => overTime(short, [received(rates(series.in)), ...sent()], true));
  plot('Payload received', 'Bytes a second.', 'time', () => overTime(bytes, [received(rates(series.bytes))], false));
  if (summary.latency.count) {
    const mean = () => line('mean', 'in', series.latency_mean, { spanGaps: true });
    const slowest = () => line('slowest', 'slow', series.latency_max, { spanGaps: true, borderWidth: 1 });
    plot('Request to answer, over time', 'Requests matched with their answers by id; mean and slowest.', 'time',
      () => overTime(milliseconds, [mean(), slowest()], false));
  }
  const logarithmic = 'How many, on a logarithmic scale; a bar begins at the value below it.';
  const histogram = (title, note, label, name, shown, show) => {
    if (shown.counts.length) plot(title, note, '', () => bars(label, name, shown, show));
  };
  histogram('Time between inbound frames', logarithmic, 'gaps', 'in', data.bars.gaps, microseconds);
  histogram('Request to answer', logarithmic, 'answers', 'slow', data.bars.latency, microseconds);
  histogram('Size of messages received', logarithmic, 'messages', 'in', data.bars.size_in, bytes);
  histogram('Size of messages sent', logarithmic, 'messages', 'out', data.bars.size_out, bytes);
  if (summary.in.text + summary.in.binary) {
    plot('Messages by channel', 'Inbound messages by the channel that they name.', 'tall', byChannel);
  }
}

function draw() {
  Chart.defaults.animation = false;
  Chart.defaults.responsive = true;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = colour('text');
  Chart.defaults.plugins.legend.position = 'bottom';
  Chart.defaults.plugins.tooltip.multiKeyBackground = 'transparent';
  Chart.defaults.plugins.legend.labels.boxWidth = 18;
  Chart.defaults.plugins.legend.labels.boxHeight = 2;
  for (const made of plots) {
    made.chart?.destroy();
    made.chart = new Chart(made.canvas, made.config());
  }
  view.charts = plots.filter((made) => made.isTimed).map((made) => made.chart);
}

if (typeof Chart === 'undefined') {
  document.getElementById('no-charts').hidden = false;
} else {
  build();
  draw();
  plots.filter((made) => made.isTimed).forEach(followDrags);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
