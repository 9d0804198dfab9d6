import { inject } from 'vitest';
import { type DeployedFunction, functionsIn } from './functions-in.ts';

/** The functions of the synthesised example stage. */
export function deployedFunctions(): readonly DeployedFunction[] {
  return functionsIn(inject('assembly'));
}
