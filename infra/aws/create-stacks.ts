import { type App, Aspects, Tags } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { StageConfiguration } from './configuration/stage-configuration.ts';
import { ServiceStack } from './service-stack.ts';
import { StorageStack } from './storage-stack.ts';
import { suppressFindings } from './suppressed-findings.ts';

export interface Stacks {
  readonly storage: StorageStack;
  readonly service: ServiceStack;
}

/** The two stacks of a stage, under the rules of cdk-nag: a finding without a written reason fails the synthesis. */
export function createStacks(app: App, configuration: StageConfiguration, version: string): Stacks {
  const { stage, region } = configuration;
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const env = { region, ...(account === undefined ? {} : { account }) };
  const storage = new StorageStack(app, 'Storage', {
    stackName: `letterlock-${stage}-storage`,
    description: `Letterlock ${stage}: mail and tables, kept when the stack is deleted`,
    terminationProtection: true,
    env,
    configuration,
  });
  const service = new ServiceStack(app, 'Service', {
    stackName: `letterlock-${stage}-service`,
    description: `Letterlock ${stage}: mail in, functions, API`,
    env,
    configuration,
    storage,
    version,
  });
  Tags.of(app).add('letterlock:stage', stage);
  for (const [name, value] of Object.entries(configuration.tags)) Tags.of(app).add(name, value);
  suppressFindings({ storage, service });
  Aspects.of(app).add(new AwsSolutionsChecks({ verbose: true }));
  return { storage, service };
}
