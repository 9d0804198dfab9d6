import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource } from 'aws-cdk-lib/core';
import { readStageConfiguration } from '../../infra/aws/configuration/stage-configuration.ts';
import { createStacks, type Stacks } from '../../infra/aws/create-stacks.ts';
import type { StackName, Template } from './cloud-assembly.ts';

/** What a synthesis says of a resource: an error or a warning. */
interface Finding {
  readonly level: string;
  readonly text: string;
}

export interface SynthesisedStage {
  readonly templates: Readonly<Record<StackName, Template>>;
  readonly findings: readonly Finding[];
}

const SETTINGS = {
  region: 'eu-west-1',
  journalDomain: 'journal.example.org',
  receiptRuleSet: { name: 'default-rule-set', create: false },
  objectLock: { mode: 'GOVERNANCE', minimumDays: 0 },
  alarmAddress: 'postmaster@example.org',
};

/** Synthesises a stage with these settings beside the least there must be; bundles are left out. */
export function synthesiseStage(
  settings: object,
  {
    change = () => undefined,
    stage = 'variant',
  }: { readonly change?: (stacks: Stacks) => void; readonly stage?: string } = {},
): SynthesisedStage {
  const outdir = mkdtempSync(join(tmpdir(), 'letterlock-stage-'));
  try {
    const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
    const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': [] } });
    const configuration = readStageConfiguration({ [stage]: { ...SETTINGS, ...settings } }, stage);
    change(createStacks(app, configuration, '0.0.0'));
    const assembly = app.synth();
    const read = (stack: StackName): Template =>
      JSON.parse(readFileSync(join(outdir, `${stack}.template.json`), 'utf8'));
    const findings = assembly.stacks.flatMap(({ messages }) =>
      messages.map(({ level, entry }) => ({ level, text: String(entry.data) })),
    );
    return { templates: { Storage: read('Storage'), Service: read('Service') }, findings };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Adds a resource that CloudFormation would refuse, to see whether anybody notices before it. */
export function addBrokenResource({ storage }: Stacks): void {
  new CfnResource(storage, 'Broken', { type: 'AWS::S3::Bucket', properties: { BucketNaem: 'x' } });
}
