import { EXTRACTOR_VERSION } from '../../shared/domain/extracted-text.ts';
import { StorageError } from '../../shared/errors.ts';
import { extractPlainText } from '../../shared/mail/index-text/plain-attachment.ts';
import type { ArchiveLog } from '../../shared/ports/archive-log.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import type { TextExtractor } from '../../shared/ports/text-extractor.ts';
import { CHEAP_BYTES } from '../../shared/usecases/search/attachment-texts.ts';

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

/**
 * Of a function that people wait for: it reads what costs next to nothing, which is just what is kept nowhere. Other
 * texts are kept by whoever indexed them; one that is not yet cannot be had now.
 */
export const plainExtractor: TextExtractor = {
  version: EXTRACTOR_VERSION,
  extract: async (content, hint) => {
    const text = content.length > CHEAP_BYTES ? undefined : extractPlainText(content, hint);
    if (text) return text;
    throw new StorageError('this function reads no such attachments');
  },
};
