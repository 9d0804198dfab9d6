import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { cloudLockMode } from '../cloud/cloud-locks.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const own = processPorts();
const objects = cloudObjects(environment);

export const handler = createHandler(
  {
    ...own,
    intake: objects.intake(),
    tables: cloudTables(environment),
    queue: cloudQueue(environment, ['arrivals', 'signatures', 'index', 'jobs', 'purges', 'holds']),
    log: new ObjectLog({ archive: objects.archive(), ...own }),
  },
  { extendsLocks: cloudLockMode(environment) !== undefined },
);
