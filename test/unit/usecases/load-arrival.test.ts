import { describe, expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../../shared/adapters/memory/memory-object-store.ts';
import { arrivalKey } from '../../../shared/domain/archive-id.ts';
import type { ArrivalHeader } from '../../../shared/domain/arrival.ts';
import { DamagedError } from '../../../shared/errors.ts';
import { encodeArrival } from '../../../shared/mail/stored-arrival.ts';
import { loadArrival } from '../../../shared/usecases/load-arrival.ts';

const ID = `1-${'a'.repeat(64)}`;
const first = Buffer.from('Subject: first\r\n\r\nthe body that both share\r\n');
const later = Buffer.from(`Received: by mx.test\r\n${first}`);
const header: ArrivalHeader = {
  format: 1,
  receivedAt: '2026-03-01T10:00:00.000Z',
  filedAt: '2026-03-01T10:00:00.000Z',
  source: { kind: 'journal', endpointIds: ['ep-1'] },
  envelope: { mailFrom: '', rcptTo: [] },
  original: { offset: 0, sizeBytes: first.length, contentHash: 'a'.repeat(64) },
  filings: [],
};

async function archiveOf(stored: Readonly<Record<string, Buffer>>) {
  const archive = createMemoryObjectStore();
  for (const [arrivalId, body] of Object.entries(stored)) await archive.put(arrivalKey(ID, arrivalId), body);
  return { archive };
}

describe('loadArrival', () => {
  test('puts an arrival together with the one it was compressed against', async () => {
    const ports = await archiveOf({
      a: encodeArrival(header, first),
      b: encodeArrival({ ...header, base: 'a' }, later, first),
    });
    expect((await loadArrival(ports, ID, 'b'))?.arrival.equals(later)).toBe(true);
    expect(await loadArrival(ports, ID, 'c')).toBeUndefined();
  });

  test.each([
    ['its base is missing', { b: encodeArrival({ ...header, base: 'a' }, later, first) }],
    ['it names itself as its base', { b: encodeArrival({ ...header, base: 'b' }, later, first) }],
    [
      'its base has a base',
      {
        a: encodeArrival({ ...header, base: 'b' }, first, later),
        b: encodeArrival({ ...header, base: 'a' }, later, first),
      },
    ],
    ['its bytes were cut', { b: encodeArrival(header, later).subarray(0, 60) }],
  ])('says that it is damaged where %s', async (_reason, stored: Readonly<Record<string, Buffer>>) => {
    await expect(loadArrival(await archiveOf(stored), ID, 'b')).rejects.toThrow(DamagedError);
  });
});
