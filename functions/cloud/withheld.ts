import type { ArchiveLog } from '../../shared/ports/archive-log.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';

/** Stands where a function has no permission by design, and says so if it is used after all: that is a bug. */
export function withheldObjects(bucket: string): ObjectStore {
  const refuse = async (): Promise<never> => {
    throw new TypeError(`this function has no access to the bucket ${bucket}`);
  };
  const refuseToList = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) });
  return {
    put: refuse,
    get: refuse,
    head: refuse,
    list: refuseToList,
    listVersions: refuseToList,
    delete: refuse,
    deleteVersion: refuse,
    retain: refuse,
    setLegalHold: refuse,
    temporaryUrl: refuse,
  };
}

/** The same for the log: of a function that changes nothing that the tables are rebuilt from. */
export const withheldLog: ArchiveLog = {
  append: async () => {
    throw new TypeError('this function has no access to the log');
  },
};

/** The same for secrets. */
export const withheldSecrets: Secrets = {
  get: async (name) => {
    throw new TypeError(`this function has no access to the secret ${name}`);
  },
};
