// SPDX-License-Identifier: Apache-2.0
// The page in Chromium, on a fleet of two thousand: see run.sh.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {after, before, test} from 'node:test';
import {chromium} from 'playwright-core';
import {lastMinutes, name, send} from './fleet.mjs';

const {BASE, WRITE_TOKEN, VIEWER_PASSWORD, LIMITED_PASSWORD, ADMIN_PASSWORD, SHOTS, CHROMIUM = '/usr/bin/chromium'} = process.env;
const NODES = 2000;
const SILENT = 10;
const MINUTES = 12;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const PASSWORDS = {person: VIEWER_PASSWORD, intern: LIMITED_PASSWORD, root: ADMIN_PASSWORD};

let browser;
let live;
/** Of each account: its cookie. */
const sessions = {nobody: undefined};
const faults = [];

before(async () => {
  const times = lastMinutes(MINUTES, 60);
  const pause = times.length - 4; // some nodes write nothing in the last minutes
  await send(BASE, 0, NODES, times.slice(0, pause), WRITE_TOKEN);
  await send(BASE, 0, NODES - SILENT, times.slice(pause), WRITE_TOKEN);
  live = setInterval(() => send(BASE, 0, NODES - SILENT, [Date.now()], WRITE_TOKEN).catch((e) => faults.push(e.message)), 15_000);
  browser = await chromium.launch({executablePath: CHROMIUM, args: ['--no-sandbox']});
  for (const [name, password] of Object.entries(PASSWORDS)) {
    const context = await browser.newContext();
    const answer = await context.request.post(`${BASE}/api/login`, {data: {name, password}, headers: {'X-Requested-With': 'fetch'}});
    assert.equal(answer.status(), 200, await answer.text());
    sessions[name] = await context.storageState();
    await context.close();
  }
});

after(async () => {
  clearInterval(live);
  await browser?.close();
});

/** A tab that is logged in. Errors, and requests to elsewhere, are faults of the test. */
async function open(hash, {as = 'person', width = 1400, height = 900, dark = false} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: dark ? 'dark' : 'light', storageState: sessions[as]});
  const page = await context.newPage();
  faults.length = 0;
  page.on('console', (message) => {
    // Chromium reports each answer of 401 as an error.
    if (message.type() === 'error' && !(page.mayBeRefused && /40[19]/.test(message.text()))) faults.push(message.text());
  });
  page.on('pageerror', (e) => faults.push(e.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(BASE) && !request.url().startsWith('data:')) faults.push(`asks ${request.url()}`);
  });
  page.mayBeRefused = as === 'nobody';
  await page.goto(`${BASE}/${hash}`);
  return page;
}

async function closed(page) {
  await page.context().close();
  assert.deepEqual(faults, []);
}

const rows = (page) => page.locator('table.fleet tbody tr[data-index]');
const count = async (page) => Number(await page.locator('table.fleet').getAttribute('aria-rowcount')) - 1;
const names = (page, many) =>
  page.evaluate((n) => [...document.querySelectorAll('table.fleet th.node a:not(.desktop)')].slice(0, n).map((a) => a.textContent), many);

/** Waits until the numbers of the nodes are there: the first answer has none, and silent nodes have none. */
const numbers = (page) =>
  page.waitForFunction(() => [...document.querySelectorAll('table.fleet td.cpu .amount')].some((one) => /\d/.test(one.textContent)), null, {timeout: 120_000});

async function hasNoSeriousFinding(page) {
  await page.evaluate(AXE);
  const {violations} = await page.evaluate(() => axe.run(document, {resultTypes: ['violations']}));
  const serious = violations.filter((one) => ['serious', 'critical'].includes(one.impact));
  assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`), []);
}

async function shot(page, file) {
  if (SHOTS) await page.screenshot({path: `${SHOTS}/${file}.png`, fullPage: file.startsWith("node")});
}

/** Pixels of a graph's canvas that are not its background, by colour. */
const pixels = (page, title) =>
  page.evaluate((text) => {
    const chart = [...document.querySelectorAll('.chart')].find((one) => one.querySelector('h3').textContent === text);
    const canvas = chart.querySelector('canvas');
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let drawn = 0;
    const marks = {};
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 200) continue;
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      if (Math.max(r, g, b) - Math.min(r, g, b) > 60) drawn++;
      const key = `${r >> 4},${g >> 4},${b >> 4}`;
      marks[key] = (marks[key] ?? 0) + 1;
    }
    return {drawn, marks};
  }, title);

async function signIn(page, name, password) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

test('a name and a password are asked for, and a wrong one is refused in words', async () => {
  const page = await open('#/explore', {as: 'nobody'});
  await page.getByLabel('Name').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'name');
  await hasNoSeriousFinding(page);
  await shot(page, 'login');
  await signIn(page, 'person', 'a wrong password');
  await page.getByRole('alert').filter({hasText: 'the name or the password is wrong'}).waitFor();
  await hasNoSeriousFinding(page);
  await signIn(page, 'person', VIEWER_PASSWORD);
  await page.getByRole('textbox', {name: 'PromQL expression'}).waitFor(); // where the address leads
  assert.equal(await page.evaluate(() => document.cookie), '', 'no script reads the cookie');
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage))), []);
  await page.getByText('person', {exact: true}).waitFor();
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.getByLabel('Name').waitFor();
  assert.equal((await page.context().cookies()).length, 0);
  await closed(page);
});

test('a session that ends leads to the sign-in, and back', async () => {
  const page = await open('', {as: 'nobody'});
  await signIn(page, 'person', VIEWER_PASSWORD);
  await rows(page).first().waitFor();
  await page.context().clearCookies();
  await page.getByRole('alert').filter({hasText: 'The session has ended'}).waitFor({timeout: 30_000});
  await signIn(page, 'person', VIEWER_PASSWORD);
  await rows(page).first().waitFor();
  await closed(page);
});

test('two thousand nodes are listed within a second, the silent first, then the full', async () => {
  const warm = await open('');
  await numbers(warm);
  await warm.getByRole('button', {name: `Silent ${SILENT}`}).waitFor({timeout: 120_000});
  await closed(warm);
  const page = await open('#/none');
  await page.getByText('There is no such page').waitFor();
  await page.goto('about:blank');
  const begun = Date.now();
  await page.goto(`${BASE}/`);
  await rows(page).first().waitFor();
  const took = Date.now() - begun;
  console.log(`listed in ${took} ms`);
  assert.ok(took <= 1000, `listed in ${took} ms`);
  assert.equal(await count(page), NODES);
  assert.ok((await rows(page).count()) < 120, 'only the rows in sight are elements');
  await numbers(page);
  const first = await names(page, SILENT + 3);
  const silent = Array.from({length: SILENT}, (_, i) => name(NODES - SILENT + i));
  assert.deepEqual(first.slice(0, SILENT).sort(), silent);
  assert.ok(first.slice(SILENT).every((one) => Number(one.slice(4)) % 97 === 5), `full ones follow: ${first}`);
  await hasNoSeriousFinding(page);
  await shot(page, 'fleet');
  await closed(page);
});

test('the search answers within 50 ms, and the address keeps it', async () => {
  const page = await open('');
  await numbers(page);
  const took = await page.evaluate(async () => {
    const input = document.querySelector('input[type=search]');
    const begun = performance.now();
    input.value = 'oslo 1.8.2 lab-00';
    input.dispatchEvent(new Event('input', {bubbles: true}));
    while (document.querySelector('table.fleet').getAttribute('aria-rowcount') === '2001') await new Promise((done) => setTimeout(done));
    return performance.now() - begun;
  });
  console.log(`found in ${took.toFixed(1)} ms`);
  assert.ok(took <= 50, `found in ${took} ms`);
  const found = await count(page);
  assert.equal(found, 0); // of Oslo, none has that version
  await page.getByRole('searchbox').fill('berlin lab-00');
  await page.waitForFunction(() => document.querySelector('table.fleet').getAttribute('aria-rowcount') === '26');
  await page.waitForURL(/q=berlin\+lab-00/);
  await page.reload();
  await rows(page).first().waitFor();
  assert.equal(await count(page), 25);
  assert.equal(await page.getByRole('searchbox').inputValue(), 'berlin lab-00');
  await closed(page);
});

test('columns sort, and nodes are grouped by a label', async () => {
  const page = await open('');
  await numbers(page);
  await page.getByRole('button', {name: 'CPU'}).click();
  await page.locator('th[aria-sort=descending]').filter({hasText: 'CPU'}).waitFor();
  const cpu = await page.evaluate(() => [...document.querySelectorAll('td.cpu .amount')].map((one) => parseFloat(one.textContent.replace('CPU', ''))));
  assert.deepEqual(cpu, [...cpu].sort((a, b) => b - a));
  assert.ok(cpu[0] > 40, `${cpu}`);
  await page.getByLabel('Group by').selectOption('site');
  await page.locator('tr.group').filter({hasText: 'berlin'}).getByText('500 nodes').waitFor();
  assert.equal(await count(page), NODES + 4);
  await page.getByRole('button', {name: 'berlin'}).press('Enter');
  await page.waitForFunction(() => document.querySelector('table.fleet').getAttribute('aria-rowcount') === '1505');
  assert.match(page.url(), /sort=cpu.*group=site.*closed=berlin/);
  await page.getByRole('button', {name: 'lyon'}).press('Enter');
  await page.waitForFunction(() => document.querySelector('table.fleet').getAttribute('aria-rowcount') === '1005');
  await page.getByRole('button', {name: 'Load'}).click();
  assert.match(page.url(), /closed=berlin&closed=lyon/, 'another order closes and opens no group');
  await hasNoSeriousFinding(page);
  await shot(page, 'groups');
  await closed(page);
});

test('the keyboard is enough', async () => {
  const page = await open('');
  await numbers(page);
  await page.keyboard.press('/');
  await page.keyboard.type('lab-0001');
  await page.waitForFunction(() => document.querySelector('table.fleet').getAttribute('aria-rowcount') === '2');
  await page.getByRole('searchbox').fill('');
  await page.waitForFunction(() => document.querySelector('table.fleet').getAttribute('aria-rowcount') === '2001');
  await rows(page).first().getByRole('link').first().focus();
  for (let i = 0; i < 100; i++) await page.keyboard.press('ArrowDown');
  const focused = await page.evaluate(() => document.activeElement.closest('tr')?.dataset.index);
  assert.equal(focused, '100');
  const node = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', {level: 1, name: node}).waitFor();
  await closed(page);
});

for (const dark of [false, true]) {
  test(`the page of a node draws its graphs${dark ? ' in the dark' : ''}`, async () => {
    const page = await open(`#/node/${name(4)}?range=15m`, {dark});
    await page.locator('.chart canvas').nth(6).waitFor();
    await page.waitForTimeout(500);
    for (const title of ['CPU by mode', 'Memory', 'Disks used', 'Network: in above, out below', 'Load', 'Temperature']) {
      const {drawn} = await pixels(page, title);
      assert.ok(drawn > 300, `${title}: ${drawn} pixels`);
    }
    const before = await pixels(page, 'Load');
    assert.equal(await page.getByRole('link', {name: 'Open desktop'}).getAttribute('href'), `https://${name(4)}.example.org:6082/`);
    await page.getByText('the fan is replaced').waitFor();
    const mark = dark ? '10,9,15' : '7,6,13';
    assert.ok(before.marks[mark] > 40, `the note is drawn: ${JSON.stringify(before.marks)}`);
    await hasNoSeriousFinding(page);
    await shot(page, dark ? 'node-dark' : 'node');
    await closed(page);
  });
}

test('a zoom in one graph is a zoom in all, and the address keeps it', async () => {
  const page = await open(`#/node/${name(4)}?range=15m`);
  await page.locator('.chart canvas').nth(6).waitFor();
  await page.waitForTimeout(500);
  const memory = await pixels(page, 'Memory');
  const box = await page.locator('.u-over').first().boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 60, {steps: 5});
  await page.mouse.up();
  await page.waitForURL(/from=\d+&to=\d+/);
  const [, from, to] = /from=(\d+)&to=(\d+)/.exec(page.url());
  assert.ok(Math.abs(to - from - 225) < 10, `${to - from} s`);
  await page.waitForTimeout(1500);
  assert.notDeepEqual((await pixels(page, 'Memory')).marks, memory.marks);
  await page.goBack();
  await page.waitForURL(/range=15m/);
  await closed(page);
});

test('explore completes, draws and lists', async () => {
  const page = await open('#/explore');
  const prompt = page.getByRole('textbox', {name: 'PromQL expression'});
  await prompt.click();
  await page.keyboard.type('topk(3, node_lo');
  await page.locator('.cm-tooltip-autocomplete li').filter({hasText: 'node_load15'}).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.type('ad1');
  await page.keyboard.press('Escape');
  await page.getByRole('button', {name: 'Run'}).click();
  await page.locator('.chart canvas').waitFor();
  await page.waitForTimeout(500);
  assert.match(page.url(), /q=topk/);
  await page.getByRole('button', {name: 'Table'}).click();
  await page.locator('table.result tbody tr').nth(2).waitFor();
  assert.equal(await page.locator('table.result tbody tr').count(), 3);
  await hasNoSeriousFinding(page);
  await shot(page, 'explore');
  await closed(page);
});

test('the aggregator shows its rate and its database', async () => {
  const page = await open('#/aggregator');
  await page.getByText('database answers').waitFor();
  await page.getByText('Bytes per sample').waitFor();
  await hasNoSeriousFinding(page);
  await shot(page, 'aggregator');
  await closed(page);
});

test('a reader of some nodes sees these', async () => {
  const page = await open('', {as: 'intern'});
  await rows(page).first().waitFor();
  assert.equal(await count(page), 10);
  assert.match(await page.locator('footer').textContent(), /that you may read/);
  await page.context().close();
});

test('an admin enrols and disables a node, by keyboard only', async () => {
  const page = await open('', {as: 'root'});
  await rows(page).first().waitFor();
  await page.getByRole('button', {name: 'Enrol …'}).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', {name: 'Enrol'});
  await dialog.waitFor();
  await hasNoSeriousFinding(page);
  await shot(page, 'enrol');
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});
  await page.keyboard.press('Enter'); // the focus is back on the button
  await dialog.getByLabel('Names').fill('web-*');
  await page.keyboard.press('Enter');
  const key = await dialog.getByLabel('Enrolment key').inputValue();
  assert.match(key, /^hve_/);
  await shot(page, 'key');
  await page.keyboard.press('Enter'); // Close
  await dialog.waitFor({state: 'detached'});
  const enrolled = await page.request.post(`${BASE}/api/v1/enrol`, {data: {node: 'web-1'}, headers: {Authorization: `Bearer ${key}`}});
  assert.equal(enrolled.status(), 201);
  const {token} = await enrolled.json();
  const self = () => fetch(`${BASE}/api/v1/node/self`, {headers: {Authorization: `Bearer ${token}`}}).then((answer) => answer.status);
  assert.equal(await self(), 200);

  page.mayBeRefused = true;
  await page.getByRole('button', {name: 'Enrol …'}).click();
  await dialog.getByLabel('What').selectOption('one');
  await dialog.getByLabel('Name of the node').fill('web-1');
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').filter({hasText: 'node web-1 already has or had a credential'}).waitFor();
  await dialog.getByLabel('Name of the node').fill('web-2');
  await page.keyboard.press('Enter');
  assert.match(await dialog.getByLabel('Token of web-2').inputValue(), /^hvn_/);
  await page.keyboard.press('Escape');

  await page.goto(`${BASE}/#/node/web-1`);
  await page.getByRole('button', {name: 'Disable …'}).press('Enter');
  const disable = page.getByRole('dialog', {name: 'Disable web-1'});
  await disable.getByRole('button', {name: 'Disable', exact: true}).press('Enter');
  await disable.getByRole('status').filter({hasText: 'web-1 is disabled'}).waitFor();
  await page.keyboard.press('Escape');
  for (let i = 0; (await self()) !== 403; i++) {
    assert.ok(i < 50, 'it is disabled');
    await page.waitForTimeout(100);
  }
  await page.getByRole('button', {name: 'Enable …'}).waitFor({timeout: 30_000});
  await page.getByRole('button', {name: 'Tag …'}).click();
  const tag = page.getByRole('dialog', {name: 'Tag web-1'});
  await tag.getByLabel('Key').fill('Site');
  await tag.getByLabel('Value').fill('oslo');
  await page.keyboard.press('Enter');
  await tag.getByRole('alert').filter({hasText: 'Site is not the key of a tag'}).waitFor();
  await tag.getByLabel('Key').fill('site');
  await page.keyboard.press('Enter');
  await tag.getByRole('status').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', {name: 'Note …'}).click();
  await page.getByLabel('What happened').fill('moved to the second rack');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({hasText: 'The note is saved'}).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('moved to the second rack').waitFor({timeout: 60_000});
  await page.getByText('disabled from 127.0.0.1').waitFor();
  await page.getByText('site=oslo').waitFor({timeout: 30_000});
  await hasNoSeriousFinding(page);
  await shot(page, 'node-admin');
  await closed(page);
});

test('a viewer has no buttons of an admin', async () => {
  const page = await open(`#/node/${name(4)}`);
  await page.getByText('Access and quota').waitFor();
  assert.equal(await page.getByRole('button', {name: /Disable|Rotate|Tag|Note/}).count(), 0);
  await page.goto(`${BASE}/#/fleet`);
  await rows(page).first().waitFor();
  assert.equal(await page.getByRole('button', {name: /Enrol/}).count(), 0);
  await closed(page);
});

test('on a phone nothing is wider than the screen', async () => {
  for (const [hash, file] of [['', 'fleet'], [`#/node/${name(4)}?range=15m`, 'node'], ['#/explore?q=up', 'explore'], ['#/aggregator', 'aggregator']]) {
    const page = await open(hash, {as: 'root', width: 360, height: 740});
    await page.waitForTimeout(2500);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${file}: ${width} px`);
    await hasNoSeriousFinding(page);
    await shot(page, `${file}-360`);
    await closed(page);
  }
});

test('the sign-in and the dialogs fit on a phone, in the dark', async () => {
  const phone = {width: 360, height: 740, dark: true};
  const login = await open('', {as: 'nobody', ...phone});
  await login.getByLabel('Name').waitFor();
  const page = await open('', {as: 'root', ...phone});
  await page.getByRole('button', {name: 'Enrol …'}).click();
  await page.getByRole('dialog').waitFor();
  for (const [tab, file] of [[login, 'login-360'], [page, 'enrol-360']]) {
    assert.ok((await tab.evaluate(() => document.documentElement.scrollWidth)) <= 360, file);
    await hasNoSeriousFinding(tab);
    await shot(tab, file);
  }
  await login.context().close();
  await closed(page);
});
