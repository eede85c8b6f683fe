// Opens a page in Chromium, offline, light and dark, narrow and wide, and says as one line of JSON what is there:
//   node look.mjs CHROMIUM PAGE SCREENSHOTS
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [program, page, screenshots] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const patience = setTimeout(async () => {
  await browser.close();
  process.exit(1);
}, 45_000);

// Runs inside the page. A chart is blank when all of its pixels are alike.
function inspect() {
  const isBlank = (canvas) => {
    const { width, height } = canvas;
    if (!width || !height) return true;
    const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer);
    return new Set(pixels).size < 4;
  };
  const canvases = [...document.querySelectorAll('canvas')];
  return {
    charts: canvases.length,
    blank: canvases.filter(isBlank).length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    notice: !document.getElementById('no-charts').hidden,
    title: document.getElementById('name').textContent,
    text: document.body.innerText,
    foreign: document.querySelectorAll('img, iframe, script:not([nonce]):not([type="application/json"])').length,
    broken: window.broken === true,
    background: getComputedStyle(document.body).backgroundColor,
  };
}

async function look(scheme, width) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, offline: true });
  const opened = await context.newPage();
  const errors = [];
  const requests = [];
  opened.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
  opened.on('pageerror', (error) => errors.push(String(error)));
  opened.on('request', (request) => requests.push(request.url()));
  await opened.goto(pathToFileURL(page).href);
  await opened.waitForTimeout(200);
  await opened.screenshot({ path: `${screenshots}/report-${scheme}-${width}.png`, fullPage: true });
  const found = await opened.evaluate(inspect);
  await context.close();
  return { scheme, width, errors, requests: requests.length, ...found };
}

try {
  const looks = [];
  for (const scheme of ['light', 'dark']) {
    for (const width of [390, 1440]) looks.push(await look(scheme, width));
  }
  console.log(`looks ${JSON.stringify(looks)}`);
} finally {
  await browser.close();
  clearTimeout(patience);
}
