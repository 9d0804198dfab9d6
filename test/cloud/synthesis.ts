import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cloud assembly, as `npm run synth` makes it. */
    readonly assembly: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Synthesises the example stage once for all tests of the cloud side, bundles included. */
export default function setup(project: TestProject): () => void {
  const assembly = mkdtempSync(join(tmpdir(), 'letterlock-synth-'));
  synthesise(assembly);
  project.provide('assembly', assembly);
  return () => rmSync(assembly, { recursive: true, force: true });
}

/** Runs the CDK application as the CDK's command line does, without credentials. Throws with what it said where it fails. */
export function synthesise(assembly: string): void {
  const { context }: { readonly context: object } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, ['infra/aws/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
      HOME: process.env.HOME ?? tmpdir(),
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  if (status !== 0) throw new Error(`synthesis failed:\n${stderr}`);
}
