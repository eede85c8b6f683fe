// What all charts over time share: their axis, connections and events drawn into them, and dragging over one to zoom all.
'use strict';

const series = data.series;
const begin = series.begin;
const end = Math.max(begin + 1, summary.last_ts ? Date.parse(summary.last_ts) : 0);
const view = { min: begin, max: end, charts: [], drag: null };

function colour(name, alpha = 1) {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const hex = Math.round(alpha * 255).toString(16).padStart(2, '0');
  return alpha === 1 ? value : value + hex;
}

// ---- the axis of time

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3,
  3600e3, 7200e3, 10800e3, 21600e3, 43200e3, 86400e3, 172800e3, 604800e3, 2592000e3];

function timeTicks(axis) {
  const most = Math.max(2, Math.floor(axis.width / 90));
  const step = steps.find((candidate) => (axis.max - axis.min) / candidate <= most) ?? steps.at(-1) * 12;
  axis.ticks = [];
  for (let at = Math.ceil(axis.min / step) * step; at <= axis.max; at += step) axis.ticks.push({ value: at });
  axis.step = step;
}

function timeLabel(value) {
  if (this.step >= 86400e3) return day(value);
  if (this.step < 1000) return clock(value, 3);
  const text = clock(value);
  if (value % 86400e3 === 0) return day(value).slice(5);
  return this.step >= 60e3 ? text.slice(0, 5) : text;
}

function timeAxis() {
  return {
    type: 'linear', min: view.min, max: view.max, afterBuildTicks: timeTicks, border: { color: colour('line') },
    grid: { color: colour('grid') }, ticks: { callback: timeLabel, color: colour('soft'), maxRotation: 0, autoSkip: false },
  };
}

function valueAxis(show, extra = {}) {
  return {
    beginAtZero: true, border: { display: false }, grid: { color: colour('grid') }, ...extra,
    ticks: { color: colour('soft'), maxTicksLimit: 7, callback: (value) => show(value), ...extra.ticks },
  };
}

// ---- connections and events, drawn into every chart over time

const strip = 14;

function drawGaps(chart) {
  const { ctx, chartArea: area, scales: { x } } = chart;
  ctx.fillStyle = colour('gap', 0.16);
  data.connections.forEach(([, , to], i) => {
    const next = data.connections[i + 1];
    if (to === null || (!next && to >= end)) return;
    const left = x.getPixelForValue(to);
    const right = next ? x.getPixelForValue(next[1]) : area.right;
    ctx.fillRect(left, area.top, Math.max(right - left, 1.5), area.height);
  });
}

function drawEpochs(chart) {
  const { ctx, chartArea: area, scales: { x } } = chart;
  const top = area.top - strip - 6;
  ctx.font = '11px system-ui, sans-serif';
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'center';
  data.connections.forEach(([epoch, from, to], i) => {
    const left = Math.max(x.getPixelForValue(from), area.left);
    const right = Math.min(x.getPixelForValue(to ?? data.connections[i + 1]?.[1] ?? end), area.right);
    if (right <= area.left || left >= area.right) return;
    ctx.fillStyle = colour('good', i % 2 ? 0.28 : 0.45);
    ctx.fillRect(left, top, Math.max(right - left - 1, 1), strip);
    const label = right - left > 70 ? `epoch ${epoch}` : `${epoch}`;
    if (right - left < 8 + 7 * label.length) return;
    ctx.fillStyle = colour('text');
    ctx.fillText(label, (left + right) / 2, top + strip / 2 + 1);
  });
}

function drawMarks(chart) {
  const { ctx, chartArea: area, scales: { x } } = chart;
  for (const [at, , kind] of data.events) {
    const left = x.getPixelForValue(at);
    if (left < area.left - 1 || left > area.right + 1) continue;
    const isHarm = kind !== 'connect' && kind !== 'disconnect';
    ctx.strokeStyle = isHarm ? colour('slow') : colour('mark', 0.7);
    ctx.lineWidth = isHarm ? 1.5 : 1;
    ctx.setLineDash(kind === 'connect' ? [3, 3] : []);
    ctx.beginPath();
    ctx.moveTo(left, area.top - (isHarm ? 6 : 0));
    ctx.lineTo(left, area.bottom);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

const timeline = {
  id: 'timeline',
  beforeDatasetsDraw(chart) {
    const { ctx, chartArea: area } = chart;
    ctx.save();
    if (chart.options.plugins.timeline.epochs) drawEpochs(chart);
    ctx.beginPath();
    ctx.rect(area.left, area.top - 6, area.width, area.height + 6);
    ctx.clip();
    drawGaps(chart);
    drawMarks(chart);
    ctx.restore();
  },
  afterDraw(chart) {
    if (view.drag?.chart !== chart) return;
    const { ctx, chartArea: area } = chart;
    ctx.save();
    ctx.fillStyle = colour('in', 0.2);
    ctx.fillRect(Math.min(view.drag.from, view.drag.to), area.top, Math.abs(view.drag.to - view.drag.from), area.height);
    ctx.restore();
  },
};

// ---- zooming

function zoom(min, max) {
  view.min = min;
  view.max = max;
  for (const chart of view.charts) {
    Object.assign(chart.options.scales.x, { min, max });
    chart.update('none');
  }
  for (const button of document.querySelectorAll('.reset')) button.hidden = min === begin && max === end;
}

function followDrags(made) {
  const { canvas } = made;
  const inside = (event) => Math.min(Math.max(event.offsetX, made.chart.chartArea.left), made.chart.chartArea.right);
  canvas.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    view.drag = { chart: made.chart, from: inside(event), to: inside(event) };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (view.drag?.chart !== made.chart) return;
    view.drag.to = inside(event);
    made.chart.draw();
  });
  canvas.addEventListener('pointerup', () => {
    if (view.drag?.chart !== made.chart) return;
    const [left, right] = [view.drag.from, view.drag.to].sort((a, b) => a - b);
    view.drag = null;
    const { x } = made.chart.scales;
    if (right - left > 8) zoom(x.getValueForPixel(left), x.getValueForPixel(right));
    else made.chart.draw();
  });
  canvas.addEventListener('dblclick', () => zoom(begin, end));
}
