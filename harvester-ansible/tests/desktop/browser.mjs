// Opens the desktop in a browser: logs in, checks the picture, types into the terminal.
//   node browser.mjs URL --user NAME:PASSWORD --vnc PASSWORD [--type TEXT] [--shot FILE] [--background #rrggbb]
//                        [--stay SECONDS] [--survive]
// Prints one line of JSON; exit 0 if the desktop was shown. --stay keeps the session open; --survive requires that a
// session that breaks in that time is restored.
import { chromium } from 'playwright-core';
import { parseArgs } from 'node:util';

const { values: options, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: {
    user: { type: 'string' }, vnc: { type: 'string' }, type: { type: 'string' }, shot: { type: 'string' },
    background: { type: 'string', default: '#24506e' }, stay: { type: 'string', default: '0' }, survive: { type: 'boolean' },
  },
});
const [username, ...rest] = (options.user ?? '').split(':');
const connected = () => document.documentElement.classList.contains('noVNC_connected');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Shares of the canvas: the desktop's background, the terminal's white, and black. */
async function look(page) {
  return page.evaluate((background) => {
    const canvas = document.querySelector('#noVNC_container canvas, canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const [r, g, b] = background.match(/[0-9a-f]{2}/gi).map((hex) => parseInt(hex, 16));
    const seen = { background: 0, white: 0, black: 0 };
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === r && data[i + 1] === g && data[i + 2] === b) seen.background++;
      else if (data[i] > 250 && data[i + 1] > 250 && data[i + 2] > 250) seen.white++;
      else if (data[i] + data[i + 1] + data[i + 2] === 0) seen.black++;
    }
    for (const colour in seen) seen[colour] = +(seen[colour] * 4 / data.length).toFixed(3);
    return { size: `${canvas.width}x${canvas.height}`, ...seen };
  }, options.background);
}

const isDesktop = (seen) => seen.background > 0.2 && seen.white > 0.1 && seen.black < 0.5;

async function lookUntilDesktop(page, timeout = 15_000) {
  let seen;
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(200)) {
    seen = await look(page).catch(() => seen);
    if (seen && isDesktop(seen)) return seen;
  }
  throw new Error(`the canvas does not show the desktop: ${JSON.stringify(seen)}`);
}

async function giveVncPassword(page) {
  await page.waitForFunction(() => document.documentElement.classList.contains('noVNC_connected')
      || document.querySelector('#noVNC_credentials_dlg.noVNC_open'), null, { timeout: 60_000 });
  if (await page.evaluate(connected)) return;
  await page.fill('#noVNC_password_input', options.vnc);
  await page.press('#noVNC_password_input', 'Enter');
  await page.waitForFunction(connected, null, { timeout: 60_000 });
}

async function main(browser) {
  const page = await browser.newPage({
    ignoreHTTPSErrors: true, viewport: { width: 1300, height: 840 },
    httpCredentials: username ? { username, password: rest.join(':') } : undefined,
  });
  const start = Date.now();
  const response = await page.goto(url, { timeout: 60_000 });
  const result = { status: response.status() };
  if (result.status !== 200) return { ...result, text: (await page.innerText('body')).trim() };
  await giveVncPassword(page);
  result.connectedMs = Date.now() - start;
  result.title = await page.title();
  result.seen = await lookUntilDesktop(page);
  if (options.type) {
    for (let click = 0; click < 2; click++) {   // the first click may only close noVNC's menu
      await page.mouse.click(400, 250);         // focuses the terminal
      await sleep(500);
    }
    await page.keyboard.type(`${options.type}\n`, { delay: 25 });
    await sleep(1000);
  }
  if (options.shot) await page.screenshot({ path: options.shot });
  process.stderr.write('on the desktop\n');
  const end = Date.now() + 1000 * options.stay;
  for (let lost = 0; Date.now() < end; await sleep(100)) {
    const here = await page.evaluate(connected).catch(() => false);
    if (!here && !lost) lost = Date.now();
    if (!here && await page.evaluate(() => !!document.querySelector('#noVNC_credentials_dlg.noVNC_open')).catch(() => false)) {
      await giveVncPassword(page).catch(() => {});
    }
    if (here && lost) { result.backMs = Date.now() - lost; if (options.survive) break; lost = 0; }
  }
  if (options.survive) {
    if (!result.backMs) throw new Error('the session did not break, or was not restored');
    result.seenAgain = await lookUntilDesktop(page);
  }
  return result;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const result = await main(browser);
  console.log(JSON.stringify(result));
  process.exitCode = result.status === 200 ? 0 : 1;
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
  process.exitCode = 2;
} finally {
  await browser.close();
}
