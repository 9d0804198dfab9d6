import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** How code for functions is bundled. */
export const ESM_FOR_LAMBDA = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // CommonJS packages inside the bundle ask for built-in modules by require.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Bundles the processes that read mail and attachments, the same as on one machine, into a directory as
 * `reader-process.mjs` and `extractor-process.mjs`, with what they load beside them. Libraries for one kind of attachment
 * are files of their own, which are loaded with the first such attachment.
 */
export async function bundleReaders(directory: string): Promise<void> {
  const processes = ['reader-process', 'extractor-process'];
  await build({
    ...ESM_FOR_LAMBDA,
    entryPoints: processes.map((name) => join(ROOT, 'infra/local', `${name}.ts`)),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    mainFields: ['module', 'main'],
  });
  // Where `shared/mail/index-text/formats/pdf.ts` looks for them.
  await cp(join(ROOT, 'node_modules/pdfjs-dist/cmaps'), join(directory, 'cmaps'), { recursive: true });
}
