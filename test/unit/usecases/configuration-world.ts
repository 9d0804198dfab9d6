import { createManualClock } from '../../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../../shared/adapters/memory/memory-entropy.ts';
import { createMemorySecrets } from '../../../shared/adapters/memory/memory-secrets.ts';
import { createMemoryTables } from '../../../shared/adapters/memory/memory-tables.ts';
import type { LogEntry } from '../../../shared/ports/archive-log.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { ensureAdministrator } from '../../../shared/usecases/identity/administrators.ts';
import { createIdentityContext } from '../../../shared/usecases/identity/identity-context.ts';

const START = new Date('2026-03-01T12:00:00.000Z');
export const JOURNAL_DOMAIN = 'journal.example.org';
export const ADMIN_PASSWORD = 'correct horse battery';
/** The least that argon2 takes: these tests are not about its cost. */
export const CHEAP = { memoryKiB: 8, passes: 1 };

/** A system of memory ports; `process()` makes the contexts of a further process on the same tables. */
export function createWorld() {
  const clock = createManualClock(START);
  const entropy = createSeededEntropy('configuration');
  const logged: LogEntry[] = [];
  const ports = {
    tables: createMemoryTables(),
    log: {
      append: async (entries: readonly LogEntry[]) => {
        logged.push(...entries);
      },
    },
    queue: { send: async () => undefined },
    logs: { info: () => undefined, warn: () => undefined, error: () => undefined },
    clock,
    entropy,
    secrets: createMemorySecrets(entropy),
  };
  const process = () => {
    const configuration = createConfigurationContext(ports, { journalDomain: JOURNAL_DOMAIN });
    return { configuration, identity: createIdentityContext(ports, { configuration, passwordCost: CHEAP }) };
  };
  return { ports, clock, logged, process, ...process() };
}

export type World = ReturnType<typeof createWorld>;

/** The world with its first administrator. */
export async function createSettledWorld(): Promise<World> {
  const world = createWorld();
  await ensureAdministrator(world.identity, { password: ADMIN_PASSWORD, isMadeUp: false });
  return world;
}
