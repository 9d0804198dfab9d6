import { createSystemDns } from '../../shared/adapters/system/system-dns.ts';
import type { QueueName } from '../../shared/ports/queue.ts';
import { ByteBudget } from '../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import { inProcessReader } from '../../shared/usecases/in-process-reader.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { PolicyBook } from '../../shared/usecases/retention/policy-book.ts';
import { BYTES_IN_FLIGHT } from './bytes-in-flight.ts';
import { cloudEvents } from './cloud-events.ts';
import { cloudLockMode } from './cloud-locks.ts';
import { cloudObjects } from './cloud-objects.ts';
import { cloudQueue } from './cloud-queue.ts';
import { cloudTables } from './cloud-tables.ts';
import type { Environment } from './environment.ts';
import { processPorts } from './process-ports.ts';
import { VARIABLES } from './variables.ts';

/** What functions that file arrivals work with; `sends` are the queues that they send to. */
export function cloudFiling(
  environment: Environment,
  sends: readonly QueueName[] = ['signatures', 'index'],
): {
  readonly context: FilingContext;
  readonly budget: ByteBudget;
} {
  const own = processPorts();
  const objects = cloudObjects(environment);
  const archive = objects.archive();
  const ports = {
    ...own,
    archive,
    intake: objects.intake(),
    tables: cloudTables(environment),
    log: new ObjectLog({ archive, ...own }),
    queue: cloudQueue(environment, sends),
    events: cloudEvents(environment),
    dns: createSystemDns(),
    reader: inProcessReader,
  };
  const locks = cloudLockMode(environment) ? { locks: { policies: new PolicyBook(ports) } } : {};
  const journalDomain = environment.text(VARIABLES.journalDomain);
  const directory = bookDirectory(createConfigurationContext(ports, { journalDomain }));
  return {
    context: { ports, directory, journalDomain, singleInstanceBytes: SINGLE_INSTANCE_BYTES, ...locks },
    budget: new ByteBudget(BYTES_IN_FLIGHT),
  };
}
