import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Fields = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly Type: string;
  readonly Properties: Fields;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
}

export type StackName = 'Storage' | 'Service';

/** A template of a cloud assembly. */
export function readTemplate(assembly: string, stack: StackName): Template {
  return JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8'));
}

/** Resources of a type, with their logical ids. */
export function resourcesOf(template: Template, type: string): ReadonlyMap<string, Resource> {
  return new Map(
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [id, { ...resource, Properties: resource.Properties ?? {} }]),
  );
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
