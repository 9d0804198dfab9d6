import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const FUNCTIONS = fileURLToPath(new URL('../../../functions', import.meta.url));
const handlers = readdirSync(FUNCTIONS).filter((name) => readdirSync(`${FUNCTIONS}/${name}`).includes('handler.ts'));

/** What a module and all that it loads asks for: files of this project, and packages. */
async function loadedBy(file: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  const packages = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...Object.keys(metafile.inputs), ...packages];
}

test.each(handlers)(
  'the handler of %s names no adapter and no SDK: whoever creates it hands it its ports',
  async (name) => {
    const loaded = await loadedBy(`${FUNCTIONS}/${name}/handler.ts`);
    expect(loaded.filter((path) => /shared\/adapters|^@aws-sdk|process\.env/.test(path))).toEqual([]);
  },
);
