import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib/core';
import { ConfigurationError } from './configuration/configuration-error.ts';
import { readStageConfiguration } from './configuration/stage-configuration.ts';
import { createStacks } from './create-stacks.ts';

/** The CDK application: the stacks of the stage that the context names. */
const app = new App();
try {
  const configuration = readStageConfiguration(app.node.tryGetContext('stages'), app.node.tryGetContext('stage'));
  createStacks(app, configuration, version());
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(`letterlock: ${error.message}`);
  process.exitCode = 1;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isNamed && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
