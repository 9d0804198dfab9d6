import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nested, report } from '../unit/mail/carrier-mail.ts';
import { until } from '../until.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

let running: RunningSystem;

beforeAll(async () => {
  running = await startSystem();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

const fields = (id: string) => ({
  From: 'anna@example.org',
  To: 'bert@example.org',
  Subject: id,
  Date: new Date().toUTCString().replace('GMT', '+0000'),
  'Message-ID': `<${id}@example.org>`,
});

/** What the ledger has of these endpoints, once it has `count` arrivals. */
async function arrivalsOf(endpoints: readonly { readonly endpointId: string }[], count: number) {
  const arrivals = async () => {
    const pages = endpoints.map(
      async ({ endpointId }) => (await running.api.get(`/journal-endpoints/${endpointId}/arrivals?limit=200`)).items,
    );
    return (await Promise.all(pages)).flat() as readonly { arrivalId: string; archiveId: string; outcome: string }[];
  };
  return await until(`${count} arrivals`, arrivals, { isWanted: ({ length }) => length >= count });
}

describe('the same message many times at once', () => {
  test.each([
    { name: 'the very same bytes', id: 'same', received: () => '' },
    {
      name: 'renditions',
      id: 'renditions',
      received: (i: number) => `Received: by mx${i}.test; Sat, 21 Nov 2026 10:00:00 +0000\r\n`,
    },
  ])('is one message with all filings: $name', async ({ id, received }) => {
    const { api, system } = running;
    const [one, two] = [await api.endpoint(), await api.endpoint()];
    const raw = mail(fields(id));
    const raws = Array.from({ length: 50 }, (_, index) => received(index) + raw);
    await Promise.all(
      raws.map((raw, index) => send(system.smtpPort, { from: 'a@b.test', to: [(index % 2 ? one : two).address] }, raw)),
    );
    const outcomes = (await arrivalsOf([one, two], raws.length)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'archived')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === (id === 'same' ? 'duplicate' : 'rendition'))).toHaveLength(49);
    const rows = [...(await api.allMessages(one.mailboxId)), ...(await api.allMessages(two.mailboxId))];
    expect(rows).toHaveLength(2);
    expect(rows[0].archiveId).toBe(rows[1].archiveId);
    const { renditions } = await api.get(`/messages/${rows[0].archiveId}`);
    expect(renditions).toHaveLength(id === 'same' ? 1 : 50);
    for (const { contentHash } of renditions) {
      const response = await api.fetch(`/messages/${rows[0].archiveId}/raw?rendition=${contentHash}`);
      expect(raws).toContain(await response.text());
    }
  });
});

const PEOPLE = ['anna', 'bert', 'carl', 'dora', 'emil', 'fritz', 'gerd', 'hans'];
const RENDITIONS = 6;
const REPORTS = 60;

/** A report as a server writes that expands a list: of the same message, each for some of the recipients. */
function bifurcated(original: string, recipients: readonly string[]): string {
  const lines = ['Sender: anna@example.org', 'Message-Id: <x@example.org>'];
  const text = [...lines, ...recipients.map((name) => `Bcc: ${name}@example.org`), ''].join('\r\n');
  return report({ text, originals: [nested(original)] });
}

describe('journal reports of one message, each with other recipients, at once', () => {
  test('are one message with the union of filings and a rendition for each of its distinct bytes', async () => {
    const { api, system } = running;
    const mailboxIds = new Map<string, string>();
    for (const name of PEOPLE) mailboxIds.set(await api.mailbox(`${name}@example.org`), name);
    const endpoints = [await api.endpoint(), await api.endpoint()];
    const raw = mail(fields('bifurcated'));
    const originals = Array.from(
      { length: RENDITIONS },
      (_, index) => `Received: by mx${index}.test; Sat, 21 Nov 2026 10:00:00 +0000\r\n${raw}`,
    );
    const reports = Array.from({ length: REPORTS }, (_, index) => ({
      endpoint: endpoints[index % 2],
      original: originals[index % RENDITIONS] ?? '',
      recipients: PEOPLE.filter((_name, bit) => ((index + 1) >> bit) & 1),
    })).map((one) => ({ ...one, raw: bifurcated(one.original, one.recipients) }));
    await Promise.all(
      reports.map(({ endpoint, raw }) => send(system.smtpPort, { from: '', to: [endpoint?.address ?? ''] }, raw)),
    );
    const arrivals = await arrivalsOf(endpoints, REPORTS);
    const [archiveId = '', ...others] = new Set(arrivals.map((arrival) => arrival.archiveId));
    expect(others).toEqual([]);
    const count = (outcome: string) => arrivals.filter((arrival) => arrival.outcome === outcome).length;
    expect([count('archived'), count('rendition')]).toEqual([1, RENDITIONS - 1]);
    expect(count('duplicate')).toBe(REPORTS - RENDITIONS);

    const { filings, renditions } = await api.get(`/messages/${archiveId}`);
    expect(renditions).toHaveLength(RENDITIONS);
    const raws = new Set<string>();
    for (const { contentHash } of renditions) {
      raws.add(await (await api.fetch(`/messages/${archiveId}/raw?rendition=${contentHash}`)).text());
    }
    expect([...raws].sort()).toEqual(originals.toSorted());
    const union = new Set(reports.flatMap(({ recipients }) => recipients));
    const places = filings.map((one: Record<string, string>) => `${mailboxIds.get(one.mailboxId ?? '')} ${one.folder}`);
    expect(places.sort()).toEqual(
      ['anna Sent', 'undefined Inbox', 'undefined Inbox', ...[...union].map((name) => `${name} Inbox`)].sort(),
    );
    for (const [mailboxId, name] of mailboxIds) {
      const folders = (await api.allMessages(mailboxId)).map((row) => [row.archiveId, row.folder]);
      const own = folders.filter(([id]) => id === archiveId).map(([, folder]) => folder);
      expect([name, own.sort()]).toEqual([
        name,
        name === 'anna' ? ['Inbox', 'Sent'] : union.has(name) ? ['Inbox'] : [],
      ]);
    }
    const kept = new Set<string>();
    for (const { arrivalId } of arrivals) {
      const response = await api.fetch(`/messages/${archiveId}/arrivals/${arrivalId}/raw`);
      kept.add(Buffer.from(await response.arrayBuffer()).toString('latin1'));
    }
    expect([...kept].sort()).toEqual(reports.map(({ raw }) => raw).toSorted());
  });
});
