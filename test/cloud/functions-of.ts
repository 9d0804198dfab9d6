import { inject } from 'vitest';
import { type DeployedFunction, functionsIn, functionsOfTemplates } from './functions-in.ts';
import { synthesiseStage } from './synthesised-stage.ts';

/** The functions of the synthesised example stage. */
export function deployedFunctions(): readonly DeployedFunction[] {
  return functionsIn(inject('assembly'));
}

/** The same where storage locks what policies keep: other permissions and variables, the same code. */
export function lockingFunctions(): readonly DeployedFunction[] {
  const bundles = new Map(deployedFunctions().map(({ name, code }) => [name, code]));
  const objectLock = { mode: 'GOVERNANCE', minimumDays: 0, policies: true };
  const { templates } = synthesiseStage({ objectLock }, { stage: 'example' });
  return functionsOfTemplates(templates, (_asset, name) => bundles.get(name) ?? '');
}
