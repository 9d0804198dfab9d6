import { expect } from 'vitest';
import { openSqliteTables } from '../../shared/adapters/sqlite/sqlite-tables.ts';
import type { ArrivalFacts } from '../../shared/domain/arrival.ts';
import type { JournalEndpoint } from '../../shared/domain/journal-endpoint.ts';
import type { LedgerEntry } from '../../shared/domain/ledger-entry.ts';
import type { Filing } from '../../shared/domain/message.ts';
import { quarantineIdOf } from '../../shared/domain/quarantined.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { Item, Tables } from '../../shared/ports/tables.ts';
import { arrivalIdOf } from '../../shared/usecases/arrival-id.ts';
import { ledgerKeyOf } from '../../shared/usecases/filing/ledger.ts';
import { typed } from '../../shared/usecases/item-data.ts';
import { rebuildTables } from '../../shared/usecases/maintenance/rebuild-tables.ts';
import { readQuarantined } from '../../shared/usecases/reading/quarantine.ts';
import { readArrivalRaw } from '../../shared/usecases/reading/read-arrival-raw.ts';
import { liveRecord, readStoredOriginal, renditionsOf } from '../../shared/usecases/reading/stored-original.ts';
import type { FaultMail } from './fault-mail.ts';
import type { Life } from './fault-world.ts';

/** Who the mail is for. */
export interface Organisation {
  readonly endpoints: readonly JournalEndpoint[];
  /** By the name of the person. */
  readonly mailboxIds: ReadonlyMap<string, string>;
}

/** A mail whose sender was told that it is kept. */
export interface Acknowledged {
  readonly mail: FaultMail;
  readonly facts: ArrivalFacts;
  readonly intakeKey: string;
}

interface Sent {
  readonly acknowledged: readonly Acknowledged[];
  readonly sent: readonly FaultMail[];
}

/** Throws where a life without faults does not show each acknowledged mail once, undamaged, and a ledger that adds up. */
export async function checkAfterFaults(dataDir: string, life: Life, organisation: Organisation, mails: Sent) {
  const { ports } = life;
  for await (const { key } of ports.intake.list('')) throw new Error(`${key} is left in intake`);
  for (const acknowledged of mails.acknowledged) await checkAcknowledged(ports, acknowledged);
  const items = await itemsOf(ports.tables);
  const entries = ledgerIn(items);
  expect(entries.size).toBeGreaterThanOrEqual(mails.acknowledged.length);
  const subjects = new Set(mails.acknowledged.map(({ mail }) => mail.subject).filter((subject) => subject !== ''));
  const seen = new Set<string>();
  for (const [archiveId, arrivals] of Map.groupBy(entries.values(), (entry) => entry.archiveId)) {
    if (archiveId === undefined)
      expect(new Set(arrivals.map(({ reason }) => reason))).toEqual(new Set(['not_a_message']));
    else seen.add(await checkMessage(ports, archiveId, arrivals, items, organisation, mails));
  }
  // As many messages as subjects: none is there twice under two ids.
  expect([...seen].sort()).toEqual([...subjects].sort());
  await checkRebuilt(dataDir, life, items, mails);
}

async function checkAcknowledged(ports: Ports, { mail, facts, intakeKey }: Acknowledged): Promise<void> {
  const arrivalId = arrivalIdOf(intakeKey);
  for (const endpointId of facts.source.endpointIds) {
    const source = { ...facts.source, endpointIds: [endpointId] };
    const item = await ports.tables.get('messages', ledgerKeyOf(arrivalId, { ...facts, source }));
    if (!item) throw new Error(`${mail.subject} (${intakeKey}) is in no ledger`);
    const { archiveId, outcome } = typed<LedgerEntry>(item).data;
    expect([intakeKey, outcome === 'quarantined']).toEqual([intakeKey, mail.contentHash === undefined]);
    const stored = archiveId
      ? await readArrivalRaw(ports, archiveId, arrivalId)
      : await readQuarantined(ports, quarantineIdOf(facts.receivedAt, arrivalId));
    if (!mail.raw.equals(stored)) throw new Error(`${mail.subject} (${intakeKey}) comes back with other bytes`);
  }
}

/** Answers the subject of the message. */
async function checkMessage(
  ports: Ports,
  archiveId: string,
  arrivals: readonly LedgerEntry[],
  items: readonly Item[],
  { endpoints, mailboxIds }: Organisation,
  { sent, acknowledged }: Sent,
): Promise<string> {
  const record = await liveRecord(ports, archiveId);
  const hashes = new Set(arrivals.map(({ contentHash }) => contentHash));
  const counted = (outcome: string) => arrivals.filter((entry) => entry.outcome === outcome).length;
  expect([counted('archived'), counted('rendition')], archiveId).toEqual([1, hashes.size - 1]);
  expect(counted('duplicate'), archiveId).toBe(arrivals.length - hashes.size);
  const renditions = await renditionsOf(ports, archiveId, record);
  expect(renditions.map(({ contentHash }) => contentHash).sort()).toEqual([...hashes].sort());
  for (const rendition of renditions) await readStoredOriginal(ports, archiveId, rendition);

  const own = sent.filter(({ contentHash }) => contentHash !== undefined && hashes.has(contentHash));
  const [subject = ''] = new Set(own.map((mail) => mail.subject));
  const keptOnly = acknowledged
    .map(({ mail }) => mail)
    .filter(({ contentHash }) => contentHash !== undefined && hashes.has(contentHash));
  const names = new Map([...mailboxIds].map(([name, mailboxId]) => [mailboxId, name]));
  for (const [index, endpoint] of endpoints.entries()) names.set(endpoint.mailboxId, `endpoint ${index}`);
  const filings = items
    .filter(({ pk, sk }) => pk === `message#${archiveId}` && sk.startsWith('filing#'))
    .map((item) => typed<Filing>(item).data)
    .map(({ mailboxId, folder }) => `${names.get(mailboxId)} ${folder}`);
  // What was refused may be there all the same: it was durable when the answer was lost.
  expect(filings.toSorted()).toEqual(filingsOf(own).filter((filing) => filings.includes(filing)));
  for (const filing of filingsOf(keptOnly)) expect(filings).toContain(filing);
  return subject;
}

function filingsOf(mails: readonly FaultMail[]): readonly string[] {
  const filings = mails.flatMap((mail) => [
    ...mail.filings,
    ...mail.endpoints.map((index) => `endpoint ${index} Inbox`),
  ]);
  return [...new Set(filings)].sort();
}

/** Every entry by its arrival, whichever endpoints it stands under. */
function ledgerIn(items: readonly Item[]): ReadonlyMap<string, LedgerEntry> {
  const entries = items.filter(({ pk }) => pk.startsWith('ledger#')).map((item) => typed<LedgerEntry>(item).data);
  const byArrival = new Map(entries.map((entry) => [entry.arrivalId, entry]));
  for (const entry of entries) expect(byArrival.get(entry.arrivalId)).toEqual(entry);
  return byArrival;
}

async function checkRebuilt(
  dataDir: string,
  { ports, directory }: Life,
  items: readonly Item[],
  { acknowledged }: Sent,
): Promise<void> {
  const tables = await openSqliteTables({ path: `${dataDir}/rebuilt.sqlite` });
  const { damaged } = (await rebuildTables({ ...ports, tables }, directory)).counts;
  expect(damaged).toBe(0);
  for (const one of acknowledged) await checkAcknowledged({ ...ports, tables }, one);
  expect(lasting(await itemsOf(tables))).toEqual(lasting(items));
  await tables.close();
}

/** What a rebuild brings back to the letter; the rest waits for work to be done, or counts for display. */
const LASTING = /^(?:message|ledger|folder|attachment)#/;

/** Of a filing, or facts, that arrivals raced for, not which of them put it. */
function lasting(items: readonly Item[]): readonly object[] {
  return items
    .filter(({ pk, sk }) => LASTING.test(pk) && !sk.startsWith('verdict#'))
    .toSorted((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1))
    .map((item) => {
      if (item.sk.startsWith('filing#')) return placeOf(typed<Filing>(item));
      return item.sk.startsWith('facts#') ? { ...item, data: { ...item.data, arrivalId: undefined } } : item;
    });
}

function placeOf({ pk, sk, version, data: { mailboxId, folder, originFolder } }: Item<Filing>): object {
  return { pk, sk, version, mailboxId, folder, originFolder };
}

async function itemsOf(tables: Tables): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await tables.scan('messages', { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}
