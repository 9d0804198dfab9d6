import type { LockMode } from '../../shared/domain/retention/lock-mode.ts';
import type { Environment } from './environment.ts';
import { VARIABLES } from './variables.ts';

/** How the stage locks what policies keep; `undefined` where it locks nothing for them. */
export function cloudLockMode(environment: Environment): LockMode | undefined {
  const mode = environment.oneOf(VARIABLES.objectLock, ['off', 'governance', 'compliance']);
  return mode === 'off' ? undefined : mode;
}
