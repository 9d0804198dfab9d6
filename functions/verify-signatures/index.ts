import { createSystemDns } from '../../shared/adapters/system/system-dns.ts';
import { ByteBudget } from '../../shared/usecases/byte-budget.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { BYTES_IN_FLIGHT } from '../cloud/bytes-in-flight.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const own = processPorts();
const archive = cloudObjects(environment).archive();
const ports = {
  ...own,
  archive,
  tables: cloudTables(environment),
  log: new ObjectLog({ archive, ...own }),
  queue: cloudQueue(environment, ['signatures']),
  dns: createSystemDns(),
};

export const handler = createHandler(ports, new ByteBudget(BYTES_IN_FLIGHT));
