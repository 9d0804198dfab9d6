import { createS3Client } from '../../shared/adapters/s3/s3-client.ts';
import { createS3ObjectStore } from '../../shared/adapters/s3/s3-object-store.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Environment } from './environment.ts';
import { VARIABLES } from './variables.ts';

/** The buckets, each as it is asked for; on one client, so that they share connections. */
export function cloudObjects(environment: Environment) {
  const client = createS3Client();
  const store = (name: string): ObjectStore => createS3ObjectStore({ client, bucket: environment.text(name) });
  return {
    intake: () => store(VARIABLES.intakeBucket),
    derived: () => store(VARIABLES.derivedBucket),
    /** For a function that adds nothing to it: the stage tells it of no locks. */
    archiveToRead: () => store(VARIABLES.archiveBucket),
    /** What is added to it is locked as the stage says. */
    archive: () =>
      createS3ObjectStore({
        client,
        bucket: environment.text(VARIABLES.archiveBucket),
        lockMode: environment.oneOf(VARIABLES.lockMode, ['GOVERNANCE', 'COMPLIANCE']),
        retainDays: environment.count(VARIABLES.lockDays),
      }),
  };
}
