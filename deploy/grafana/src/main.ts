// SPDX-License-Identifier: Apache-2.0
// Writes the dashboards as JSON into the folder that is the argument.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { fleet } from './fleet.js';
import { harvester } from './harvester.js';
import { node } from './node.js';
import { reports } from './reports.js';

/** Gives numbers to panels, and letters to the queries of a panel that have none. */
function number(dashboard: Dashboard): void {
  (dashboard.panels ?? []).forEach((panel, index) => {
    panel.id = index + 1;
    const targets = ('targets' in panel ? panel.targets : undefined) ?? [];
    targets.forEach((target, query) => Object.assign(target, { refId: 'ABCDEFGH'[query] }));
  });
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node build/main.js FOLDER');
mkdirSync(folder, { recursive: true });
for (const dashboard of [fleet(), node(), reports(), harvester()]) {
  number(dashboard);
  writeFileSync(join(folder, `${dashboard.uid}.json`), `${JSON.stringify(dashboard, null, 2)}\n`);
}
