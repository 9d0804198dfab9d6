#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds a Node new enough for the rest, which is TypeScript run as it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= OLDEST_MAJOR) {
  await import('./main.ts');
} else {
  const pinned = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  if (existsSync(pinned)) {
    const child = spawnSync(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
    if (child.signal) process.kill(process.pid, child.signal);
    process.exitCode = child.status ?? 1;
  } else {
    console.error(
      `letterlock: needs Node ${OLDEST_MAJOR} or newer, this is ${process.version}; run "npm ci" in the checkout (it brings Node ${OLDEST_MAJOR}) or install one`,
    );
    process.exitCode = 1;
  }
}
