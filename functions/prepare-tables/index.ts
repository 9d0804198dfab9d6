import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { createIdentityContext } from '../../shared/usecases/identity/identity-context.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { withheldSecrets } from '../cloud/withheld.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const own = processPorts();
const archive = cloudObjects(environment).archive();
const ports = {
  ...own,
  archive,
  tables: cloudTables(environment),
  queue: cloudQueue(environment, ['jobs']),
  log: new ObjectLog({ archive, ...own }),
  secrets: withheldSecrets,
};
const journalDomain = environment.text(VARIABLES.journalDomain);
const configuration = createConfigurationContext(ports, { journalDomain });

export const handler = createHandler(ports, createIdentityContext(ports, { configuration }));
