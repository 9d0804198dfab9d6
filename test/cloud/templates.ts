import { inject } from 'vitest';
import { readTemplate, type StackName, type Template } from './cloud-assembly.ts';

/** A template of the synthesised example stage. */
export function templateOf(stack: StackName): Template {
  return readTemplate(inject('assembly'), stack);
}
