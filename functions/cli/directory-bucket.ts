import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listObjects } from '../../shared/adapters/file/listing.ts';
import type { AuditSource } from '../../shared/usecases/audit/walk-checkpoints.ts';
import { CommandFailedError } from './failures.ts';

/** Where a bucket may lie below a directory that somebody names. */
const PLACES = ['', 'objects/archive', 'archive'];

/**
 * The archive bucket in a directory: the bucket itself, or the data directory of a local system. Only ever read.
 * Throws `CommandFailedError` where there is no audit trail.
 */
export async function openDirectoryBucket(directory: string): Promise<AuditSource> {
  for (const place of PLACES) {
    const root = join(directory, place);
    const found = await stat(join(root, 'audit')).catch(() => undefined);
    if (found?.isDirectory()) return bucketIn(root);
  }
  throw new CommandFailedError(`there is no audit trail in ${directory}: it has no directory "audit"`);
}

function bucketIn(root: string): AuditSource {
  return {
    list: (prefix, { after = '' } = {}) => listObjects(root, prefix, after),
    async get(key) {
      const path = join(root, key);
      const facts = await stat(path).catch(() => undefined);
      if (!facts?.isFile()) return undefined;
      const body = await readFile(path);
      return { key, body, sizeBytes: body.length, etag: '', versionId: 'null', modifiedAt: facts.mtime };
    },
  };
}
