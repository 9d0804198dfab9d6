import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { openStores } from '../../infra/local/stores.ts';
import { decodeItem } from '../../shared/adapters/rules/item.ts';
import type { LedgerEntry } from '../../shared/domain/ledger-entry.ts';
import { quarantineIdOf } from '../../shared/domain/quarantined.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { sha256Hex } from '../../shared/usecases/arrival-id.ts';
import { readBack } from '../../shared/usecases/fetching/read-back.ts';
import { typed } from '../../shared/usecases/item-data.ts';
import { readQuarantined } from '../../shared/usecases/reading/quarantine.ts';
import { quietLogs } from '../bench/bench-organisation.ts';
import type { FinishedJob, Listed } from './archive.ts';
import type { ChangingMaildir } from './fetch-changing-maildir.ts';
import { contentOf } from './fetch-world.ts';

const OUTCOMES = ['archived', 'rendition', 'duplicate', 'quarantined', 'excluded'] as const;
const READ_AT_ONCE = 16;

/** What is known of a mailbox that was fetched to its end. */
export interface Fetched {
  readonly profileId: string;
  readonly jobs: readonly FinishedJob[];
  /** What lies in its archive mailbox. */
  readonly filings: readonly Listed[];
  readonly maildir: ChangingMaildir;
  /** The folders' names as people read them, by their directories. */
  readonly folders: ReadonlyMap<string, string>;
}

/**
 * Compares the archive in `dataDir`, whose system is not running, with the Maildir that it fetched. Answers how many
 * messages had which outcome.
 */
export async function expectAllFetched(
  dataDir: string,
  maildirPath: string,
  { profileId, jobs, filings, maildir, folders }: Fetched,
): Promise<Readonly<Record<string, number>>> {
  const entries = ledgerOf(dataDir, profileId);
  await expectSameSource(maildirPath, maildir);
  expectCounts(entries, jobs);
  expectNothingTwice(entries, filings);
  await expectNothingMissing(entries, maildir, folders);
  const { ports, close } = await openStores(dataDir, quietLogs);
  try {
    await expectSameBytes(ports, entries, maildir);
  } finally {
    await close();
  }
  return counted(entries);
}

/** All that the ledger has of a profile. */
function ledgerOf(dataDir: string, profileId: string): readonly LedgerEntry[] {
  const database = new DatabaseSync(join(dataDir, 'tables.sqlite'));
  try {
    const rows = database.prepare('SELECT json FROM messages WHERE pk LIKE ?').all(`ledger#${profileId}#%`);
    return rows.map(({ json }) => typed<LedgerEntry>(decodeItem(String(json))).data);
  } finally {
    database.close();
  }
}

/** Paths have the flags, so that they are compared too. */
async function expectSameSource(path: string, maildir: ChangingMaildir): Promise<void> {
  const [found, wanted] = [await contentOf(path), maildir.content()];
  const different = [...new Set([...found.keys(), ...wanted.keys()])].filter(
    (one) => found.get(one) !== wanted.get(one),
  );
  expect(different).toEqual([]);
}

function expectCounts(entries: readonly LedgerEntry[], jobs: readonly FinishedJob[]): void {
  const byJob = Map.groupBy(entries, ({ source }) => source.fetched?.jobId ?? '');
  expect([...byJob.keys()].filter((jobId) => !jobs.some((job) => job.jobId === jobId))).toEqual([]);
  for (const { jobId, counts } of jobs) {
    const { seen = 0 } = counts;
    expect(seen).toBe(OUTCOMES.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0));
    expect({ jobId, ...counts }).toMatchObject({ jobId, ...counted(byJob.get(jobId) ?? []) });
  }
}

function expectNothingTwice(entries: readonly LedgerEntry[], filings: readonly Listed[]): void {
  const places = entries.map(({ source: { fetched } }) => `${fetched?.folder}#${fetched?.validity}#${fetched?.key}`);
  expect(repeated(places)).toEqual([]);
  const filed = entries.filter(({ archiveId }) => archiveId !== undefined);
  const of = (...outcomes: readonly string[]) => entries.filter(({ outcome }) => outcomes.includes(outcome));
  expect(of('archived')).toHaveLength(new Set(filed.map(({ archiveId }) => archiveId)).size);
  expect(of('archived', 'rendition')).toHaveLength(new Set(filed.map(({ contentHash }) => contentHash)).size);
  const listed = filings.map(({ archiveId, folder }) => `${archiveId} ${folder}`);
  expect(repeated(listed)).toEqual([]);
  const wanted = filed.map(
    ({ archiveId, source: { fetched } }) => `${archiveId} ${fetched && folderIn(fetched.target)}`,
  );
  const [isListed, isWanted] = [new Set(listed), new Set(wanted)];
  expect(wanted.filter((one) => !isListed.has(one))).toEqual([]);
  expect(listed.filter((one) => !isWanted.has(one))).toEqual([]);
}

async function expectNothingMissing(
  entries: readonly LedgerEntry[],
  maildir: ChangingMaildir,
  folders: ReadonlyMap<string, string>,
): Promise<void> {
  const place = (folder: string | undefined, validity: string, uid: number) => `${folder}#${validity}#${uid}`;
  const known = new Map(
    entries.map((entry) => {
      const { folder = '', validity = '', key = '' } = entry.source.fetched ?? {};
      return [place(folder, validity, Number(key)), bytesHash(entry)];
    }),
  );
  let messages = 0;
  const missing: string[] = [];
  for (const { directory, validity, uids } of await maildir.byUid()) {
    messages += uids.size;
    for (const [uid, sha256] of uids) {
      const at = place(folders.get(directory), validity, uid);
      if (known.get(at) !== sha256) missing.push(at);
    }
  }
  expect(missing).toEqual([]);
  expect(messages).toBe(maildir.messages);
}

/** Of what is not at the source any more, too. */
async function expectSameBytes(ports: Ports, entries: readonly LedgerEntry[], maildir: ChangingMaildir): Promise<void> {
  const changed: string[] = [];
  const queue = entries.values();
  const readers = Array.from({ length: READ_AT_ONCE }, async () => {
    for (const entry of queue) {
      const { outcome, receivedAt, arrivalId } = entry;
      const bytes =
        outcome === 'quarantined'
          ? await readQuarantined(ports, quarantineIdOf(receivedAt, arrivalId))
          : await readBack(ports, entry);
      if (!bytes || !maildir.everHeld.has(sha256Hex(bytes)) || sha256Hex(bytes) !== bytesHash(entry)) {
        changed.push(`${outcome} ${arrivalId}`);
      }
    }
  });
  await Promise.all(readers);
  expect(changed).toEqual([]);
}

function bytesHash({ arrivalHash, contentHash }: LedgerEntry): string {
  return arrivalHash ?? contentHash;
}

function folderIn(target: object): string {
  return 'folder' in target && typeof target.folder === 'string' ? target.folder : '';
}

function counted(entries: readonly LedgerEntry[]): Record<string, number> {
  const of = (name: string) => entries.filter(({ outcome }) => outcome === name).length;
  return { seen: entries.length, ...Object.fromEntries(OUTCOMES.map((name) => [name, of(name)])) };
}

function repeated(names: readonly string[]): readonly string[] {
  const once = new Set<string>();
  return names.filter((name) => once.size === once.add(name).size);
}
