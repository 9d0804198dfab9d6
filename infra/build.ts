import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleReaders, ESM_FOR_LAMBDA } from './bundle-readers.ts';

/**
 * Bundles each function and the command line into dist/, as they are shipped, and prints their sizes. `--readers DIR`
 * bundles only the processes that read mail and attachments, into a directory that is there.
 */
const root = new URL('..', import.meta.url).pathname;
const out = join(root, 'dist');

const [option, directory] = process.argv.slice(2);
if (option === '--readers' && directory !== undefined) await bundleReaders(directory);
else await bundleAll();

async function bundleAll(): Promise<void> {
  await rm(out, { recursive: true, force: true });
  const functions = await readdir(join(root, 'functions'), { withFileTypes: true });
  for (const { name } of functions.filter((entry) => entry.isDirectory())) {
    const file = join(root, 'functions', name, 'handler.ts');
    const hasHandler = (await stat(file).catch(() => undefined))?.isFile();
    if (hasHandler) await bundle(`functions/${name}/handler.ts`, `functions/${name}/handler.mjs`);
  }
  await bundle('functions/cli/main.ts', 'cli/main.mjs');
  await bundleReaders(join(out, 'readers'));
  for (const name of await readdir(join(out, 'readers'))) {
    if (name.endsWith('.mjs')) await printSize(`readers/${name}`);
  }
}

async function bundle(entry: string, target: string): Promise<void> {
  const outfile = join(out, target);
  await build({ ...ESM_FOR_LAMBDA, entryPoints: [join(root, entry)], outfile, sourcemap: 'external' });
  await printSize(target);
}

async function printSize(target: string): Promise<void> {
  const { size } = await stat(join(out, target));
  console.log(`${target}  ${(size / 1e6).toFixed(2)} MB`);
}
