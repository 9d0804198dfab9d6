import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles each function and the command line into dist/, as they are shipped, and prints their sizes. */
const root = new URL('..', import.meta.url).pathname;
const out = join(root, 'dist');
await rm(out, { recursive: true, force: true });

const functions = await readdir(join(root, 'functions'), { withFileTypes: true });
const handlers = functions.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const withHandler: string[] = [];
for (const name of handlers) {
  const file = join(root, 'functions', name, 'handler.ts');
  if ((await stat(file).catch(() => undefined))?.isFile()) withHandler.push(name);
}

for (const name of withHandler) await bundle(`functions/${name}/handler.ts`, `functions/${name}/handler.mjs`);
await bundle('functions/cli/main.ts', 'cli/main.mjs');

async function bundle(entry: string, target: string): Promise<void> {
  const outfile = join(out, target);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    minify: true,
    sourcemap: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // CommonJS packages inside the bundle ask for built-in modules by require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  const { size } = await stat(outfile);
  console.log(`${target}  ${(size / 1e6).toFixed(2)} MB`);
}
