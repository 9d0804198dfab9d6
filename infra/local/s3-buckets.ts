import { createS3Client } from '../../shared/adapters/s3/s3-client.ts';
import { createS3ObjectStore } from '../../shared/adapters/s3/s3-object-store.ts';
import { withWeakConditions } from '../../shared/adapters/s3/weak-conditions.ts';
import { cryptoEntropy } from '../../shared/adapters/system/crypto-entropy.ts';
import type { LockMode } from '../../shared/domain/retention/lock-mode.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { type Buckets, probeObjects } from './probe-objects.ts';
import { SettingsError } from './settings-error.ts';
import type { S3Settings } from './store-settings.ts';

/**
 * Opens the three buckets once they have shown that they do what the archive relies on. Where they do not, throws
 * `SettingsError`; in the weaker mode says what is missing and makes up for the conditions, as far as one process can.
 */
export async function openS3Buckets(
  { buckets, endpoint, weak }: S3Settings,
  logs: LogSink,
  objectLock?: LockMode,
): Promise<Buckets & { readonly close: () => void }> {
  const client = createS3Client(endpoint === undefined ? {} : { endpoint });
  const close = () => client.destroy();
  const store = (bucket: string) => createS3ObjectStore({ client, bucket });
  const lockMode = objectLock === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
  const archive = createS3ObjectStore({ client, bucket: buckets.archive, lockMode });
  const strict = { intake: store(buckets.intake), archive, derived: store(buckets.derived) };
  const missing = await probeObjects(strict, cryptoEntropy);
  if (objectLock && missing.some((what) => /^(versions|Object Lock) /.test(what))) {
    throw new SettingsError(
      `LETTERLOCK_OBJECT_LOCK is ${objectLock}, and the S3 server lacks ${missing.join(', ')}; use a bucket that was made with Object Lock, or set it to off`,
    );
  }
  if (missing.length === 0) return { ...strict, close };
  if (!weak) {
    throw new SettingsError(
      `the S3 server lacks what the archive relies on: ${missing.join(', ')}. Use a server that has it, or set LETTERLOCK_S3_WEAK=1: ` +
        'then this process has to be the only one that writes to the buckets, and without Object Lock nothing protects the archive from deletion',
    );
  }
  logs.warn('weaker mode: the S3 server lacks what the archive relies on', { missing });
  return {
    intake: withWeakConditions(strict.intake),
    archive: withWeakConditions(strict.archive),
    derived: withWeakConditions(strict.derived),
    close,
  };
}

/** The bucket of what can be made again, for reading; lives as long as its thread. */
export function openDerivedBucket({ buckets, endpoint }: Pick<S3Settings, 'buckets' | 'endpoint'>): ObjectStore {
  const client = createS3Client(endpoint === undefined ? {} : { endpoint });
  return createS3ObjectStore({ client, bucket: buckets.derived });
}
