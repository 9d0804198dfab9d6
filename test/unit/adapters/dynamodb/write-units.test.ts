import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ArrivalHeader } from '../../../../shared/domain/arrival.ts';
import type { RecordedRetention } from '../../../../shared/domain/retention/recorded-retention.ts';
import { readOriginal } from '../../../../shared/mail/read-original.ts';
import { ledgerItems } from '../../../../shared/usecases/filing/ledger.ts';
import { filingItem, recordItem } from '../../../../shared/usecases/filing/message-items.ts';
import type { StoredArrival } from '../../../../shared/usecases/stored-arrival.ts';
import { itemSizeBytes, writeUnits } from '../../../bench/item-size.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const names = ['Anna Müller-Lüdenscheid', 'Bert Čapek', 'Carla Rossi', 'Dora Nowak', 'Emil Strömberg', 'Fatima Haddad'];
const addresses = names.map((name, n) => `"${name}" <${n}.${hash(name).slice(0, 12)}@corporation.example.org>`);
const raw = [
  `Message-ID: <${hash('id').slice(0, 40)}@EXCHANGE01.corporation.example.org>`,
  'Date: Mon, 2 Mar 2026 10:00:00 +0100',
  `From: ${addresses[0]}`,
  `To: ${addresses.slice(1).join(',\r\n ')}`,
  'Subject: Re: AW: Angebot 2026-0815 für die Erweiterung der Anlage Nord, zweite Fassung mit Anhang',
  '',
  'Text',
  '',
].join('\r\n');

/** As a journal report tells it that names the recipients of the summary. */
const retention: RecordedRetention = {
  sources: ['journal'],
  endpoints: [],
  direction: 'internal',
  received: { journal: '2026-03-02T09:00:01.234Z' },
};

function storedArrival(): StoredArrival {
  const original = readOriginal(Buffer.from(raw));
  if (original === undefined) throw new Error('the mail cannot be read');
  const receivedAt = '2026-03-02T09:00:01.234Z';
  const { contentHash, sizeBytes, fingerprint } = original;
  const header: ArrivalHeader = {
    format: 1,
    receivedAt,
    filedAt: '2026-03-02T09:00:02.345Z',
    source: { kind: 'journal', endpointIds: ['ep-1k7ulk3cb6j8t680q696b7av5'] },
    envelope: {
      mailFrom: 'journal@corporation.example.org',
      rcptTo: ['j-t2rju4sa25f9h2vbukaa5l17ak@journal.example.org'],
    },
    original: { offset: 0, sizeBytes, contentHash },
    filings: [],
  };
  const arrivalId = hash('arrival').slice(0, 32);
  const versionId = hash('version').slice(0, 32);
  const reference = { arrivalId, contentHash, arrivalHash: hash('carrier'), sizeBytes, receivedAt, versionId };
  return { archiveId: fingerprint, reference, header, original, retention, ownObject: true };
}

describe('an ordinary mail with a long subject and five recipients', () => {
  const stored = storedArrival();
  const filing = { mailboxId: 'mb-1k7ulk3cbaoo5nvoejigpt9ru', folder: 'Inbox', basis: 'report' } as const;

  test('has a record that would not fit into a write unit as text', () => {
    expect(Buffer.byteLength(JSON.stringify(recordItem(stored)))).toBeGreaterThan(1024);
    expect(itemSizeBytes(recordItem(stored))).toBeLessThan(1024);
  });

  test('costs one write unit for each place that an item stands in', () => {
    expect(writeUnits(recordItem(stored))).toBe(3);
    expect(writeUnits(filingItem(stored, filing, 8))).toBe(2);
    const outcome = { outcome: 'archived', archiveId: stored.archiveId, contentHash: hash('x'), sizeBytes: 1 } as const;
    expect(ledgerItems(hash('arrival').slice(0, 32), stored.header, outcome).map(writeUnits)).toEqual([1]);
  });
});
