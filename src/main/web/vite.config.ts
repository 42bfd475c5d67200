// SPDX-License-Identifier: Apache-2.0
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {gzipSync} from 'node:zlib';
import {defineConfig, type Plugin} from 'vite';

const OUT = process.env.HARVESTER_PAGE_OUT ?? '../../../target/classes/web';

/** Compresses each file, and lists them: io.harvester.http.page.PageFiles reads the list. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle() {
      const files = readdirSync(OUT, {recursive: true, withFileTypes: true})
        .filter((entry) => entry.isFile())
        .map((entry) => relative(OUT, join(entry.parentPath, entry.name)))
        .sort();
      for (const file of files) {
        writeFileSync(join(OUT, `${file}.gz`), gzipSync(readFileSync(join(OUT, file)), {level: 9}));
      }
      writeFileSync(join(OUT, 'files.txt'), files.join('\n') + '\n');
    },
  };
}

export default defineConfig({
  // Relative to the document: the page works below any path of a reverse proxy.
  base: './',
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: {polyfill: false},
    // A data: URL would need an exception of the content security policy.
    assetsInlineLimit: 0,
  },
  plugins: [packed()],
});
