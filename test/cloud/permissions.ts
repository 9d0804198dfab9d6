import type { Statement } from './functions-in.ts';

/** One action on one resource (with wildcards) that a role allows. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

export function permissionsOf(statements: readonly Statement[]): readonly Permission[] {
  return statements.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
  );
}

/** Whether a permission covers a request. Actions have no wildcards here: a role names each. */
export function covers({ action, resource }: Permission, request: Permission): boolean {
  return action === request.action && matches(resource, request.resource);
}

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}
