import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nested, report } from '../unit/mail/carrier-mail.ts';
import { until } from '../until.ts';
import { Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const PASSWORD = 'a password for testing';
const PEOPLE = ['anna', 'bert', 'dora', 'lars', 'zoe'] as const;
/** Anna writes to Bert, blind copies go to Dora and, later, to Lars; Rita reads the endpoint's mailbox. */
const READERS = ['anna', 'bert', 'dora', 'lars', 'rita'] as const;
type Reader = (typeof READERS)[number] | 'zoe';

let running: RunningSystem;
let endpoint: { address: string; endpointId: string; mailboxId: string };
const mailboxIds: Record<string, string> = {};
const apis: Record<string, Api> = {};

beforeAll(async () => {
  running = await startSystem();
  const { api } = running;
  endpoint = await api.endpoint();
  mailboxIds.rita = endpoint.mailboxId;
  for (const name of PEOPLE) mailboxIds[name] = await api.mailbox(addressOf(name));
  for (const name of [...PEOPLE, 'rita']) {
    await api.post('/users', { userName: name, privileges: ['login'], password: PASSWORD });
    await api.put(`/mailboxes/${mailboxIds[name]}/access/${name}`, { privileges: ['read'] });
    const own = new Api(api.origin);
    await own.signIn(name, PASSWORD);
    apis[name] = own;
  }
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

const addressOf = (name: string) => `${name}@example.org`;
const apiOf = (reader: Reader): Api => apis[reader] ?? running.api;

function fieldsOf(subject: string, more: Readonly<Record<string, string>> = {}) {
  const id = `<${subject}@example.org>`;
  const date = 'Sat, 21 Nov 2026 10:00:00 +0000';
  return {
    From: 'Anna <anna@example.org>',
    To: 'bert@example.org',
    Subject: subject,
    Date: date,
    'Message-ID': id,
    ...more,
  };
}

const reportOf = (original: string, sender: string, ...lines: readonly string[]) =>
  report({
    text: [`Sender: ${addressOf(sender)}`, 'Message-ID: <1@example.org>', ...lines, ''].join('\r\n'),
    originals: [nested(original)],
  });

/** Journals mails one after the other, and resolves with the message once all of them are on its ledger. */
async function journal(...raws: readonly string[]): Promise<string> {
  const before = await arrivals();
  for (const raw of raws) {
    const count = (await arrivals()).length;
    await send(running.system.smtpPort, { from: 'anna@example.org', to: [endpoint.address] }, raw);
    await until('the arrival', arrivals, { isWanted: ({ length }) => length > count });
  }
  const known = new Set(before.map(({ arrivalId }) => arrivalId));
  const found = (await arrivals()).filter(({ arrivalId }) => !known.has(arrivalId));
  expect(found).toHaveLength(raws.length);
  expect(new Set(found.map(({ archiveId }) => archiveId)).size).toBe(1);
  return found[0]?.archiveId ?? '';
}

async function arrivals(): Promise<readonly { readonly arrivalId: string; readonly archiveId: string }[]> {
  return (await running.api.get(`/journal-endpoints/${endpoint.endpointId}/arrivals?limit=200`)).items;
}

/** Everything that a reader gets to see of a message, and of its row in their list. */
async function seenBy(reader: Reader, archiveId: string) {
  const api = apiOf(reader);
  const view = await api.get(`/messages/${archiveId}`);
  const raw = await api.fetch(`/messages/${archiveId}/raw`);
  const { items } = await api.get(`/messages/${archiveId}/arrivals`);
  const rows = (await api.allMessages(mailboxIds[reader] ?? '')).filter((row) => row.archiveId === archiveId);
  const original = Buffer.from(await raw.arrayBuffer()).toString('latin1');
  return { view, original, redacted: raw.headers.get('letterlock-redacted'), items, rows };
}

/** The people of `names` whose address stands anywhere in what was answered. */
const named = (names: readonly string[], ...answers: readonly unknown[]) =>
  names.filter((name) => JSON.stringify(answers).includes(addressOf(name)));

const BLIND = ['dora', 'lars'];
/** Whose blind copies each reader may know of. */
const MAY_SEE: Readonly<Record<Exclude<Reader, 'zoe'>, readonly string[]>> = {
  anna: BLIND,
  bert: [],
  dora: ['dora'],
  lars: ['lars'],
  rita: BLIND,
};
const matrix = READERS.map((reader) => ({ reader, blind: MAY_SEE[reader] }));

describe('a Bcc field', () => {
  const raw = mail(fieldsOf('field', { Bcc: 'Dora <dora@example.org>, lars@example.org' }), 'Hello\n');
  const without = mail(fieldsOf('field'), 'Hello\n');
  let archiveId: string;
  beforeAll(async () => {
    archiveId = await journal(raw);
  });

  test.each(matrix)('shows $reader in the view: $blind', async ({ reader, blind }) => {
    const { view } = await seenBy(reader, archiveId);
    expect((view.bcc ?? []).map(({ address }: { address: string }) => address)).toEqual(blind.map(addressOf));
    expect(named(BLIND, view)).toEqual(blind);
  });

  test.each(matrix)('leaves $reader in the raw message: $blind', async ({ reader, blind }) => {
    const { original, redacted } = await seenBy(reader, archiveId);
    const isWhole = blind.length === BLIND.length;
    const line = blind.map((name) => `Bcc: ${addressOf(name)}\r\n`).join('');
    expect(original).toBe(isWhole ? raw : without.replace('\r\n\r\n', `\r\n${line}\r\n`));
    expect(redacted).toBe(isWhole ? null : 'bcc');
  });

  test.each(matrix)('stands for $reader neither in arrivals nor in lists', async ({ reader }) => {
    const { items, rows } = await seenBy(reader, archiveId);
    expect(items).toHaveLength(1);
    expect(rows).toHaveLength(1);
    expect(named(BLIND, items, rows)).toEqual([]);
    expect(JSON.stringify(items)).not.toContain(endpoint.address);
  });

  test.each(matrix)('is no reason to tell $reader of the filings of others', async ({ reader }) => {
    const { view } = await seenBy(reader, archiveId);
    expect(view.filings.map(({ mailboxId }: { mailboxId: string }) => mailboxId)).toEqual([mailboxIds[reader]]);
  });
});

describe('a blind copy that only journal reports tell of', () => {
  const raw = mail(fieldsOf('reported'), 'Hello\n');
  let archiveId: string;
  beforeAll(async () => {
    const first = reportOf(
      raw,
      'anna',
      'To: bert@example.org',
      'Recipient: dora@example.org',
      'Mailbox: dora@example.org',
    );
    archiveId = await journal(first, reportOf(raw, 'anna', 'Bcc: lars@example.org, Expanded: board@example.org'));
  });

  test.each(matrix)('shows $reader in the view: $blind', async ({ reader, blind }) => {
    const { view } = await seenBy(reader, archiveId);
    const recipients = view.journal.recipients.map(({ address }: { address: string }) => address);
    expect(recipients).toEqual(['bert', ...blind].map(addressOf));
    expect(named(BLIND, view)).toEqual(blind);
    expect(named(['board'], view)).toEqual(blind.length === BLIND.length ? ['board'] : []);
  });

  test.each(matrix)('leaves the raw message as it is for $reader: nothing in it tells', async ({ reader }) => {
    const { original, redacted } = await seenBy(reader, archiveId);
    expect([original, redacted]).toEqual([raw, null]);
  });

  test.each(matrix)('stands for $reader neither in arrivals nor in lists', async ({ reader }) => {
    const { items, rows } = await seenBy(reader, archiveId);
    expect(items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['archived', 'duplicate']);
    expect(rows).toHaveLength(1);
    expect(named([...BLIND, 'board'], items, rows)).toEqual([]);
  });

  test.each(matrix)(
    'comes with the bytes of the arrival to readers of the journal only: $reader',
    async ({ reader }) => {
      for (const { arrivalId } of (await seenBy(reader, archiveId)).items) {
        const { status } = await apiOf(reader).fetch(`/messages/${archiveId}/arrivals/${arrivalId}/raw`);
        expect(status).toBe(reader === 'rita' ? 200 : 403);
      }
    },
  );

  test('stays hidden from a recipient who sends the message once more, as their own', async () => {
    await journal(reportOf(raw, 'bert', 'To: bert@example.org'));
    const { view } = await seenBy('bert', archiveId);
    expect(view.filings.map(({ folder }: { folder: string }) => folder).sort()).toEqual(['Inbox', 'Sent']);
    expect(named(BLIND, view)).toEqual([]);
  });

  test('stays hidden where the header names nobody', async () => {
    const undisclosed = mail(fieldsOf('undisclosed', { To: 'Undisclosed recipients' }));
    const id = await journal(
      reportOf(undisclosed, 'anna', 'Recipient: dora@example.org', 'Recipient: lars@example.org'),
    );
    expect(named(BLIND, (await seenBy('dora', id)).view)).toEqual(['dora']);
  });
});

describe('a stranger', () => {
  test('finds nothing at all', async () => {
    const archiveId = await journal(reportOf(mail(fieldsOf('strange')), 'anna', 'To: bert@example.org'));
    const [{ arrivalId } = { arrivalId: '' }] = (await seenBy('bert', archiveId)).items;
    for (const path of ['', '/raw', '/arrivals', `/arrivals/${arrivalId}/raw`, '/attachments/0']) {
      expect((await apiOf('zoe').fetch(`/messages/${archiveId}${path}`)).status, path).toBe(404);
    }
    for (const reader of READERS) {
      const { status } = await apiOf('zoe').fetch(`/mailboxes/${mailboxIds[reader]}/messages`);
      expect(status, reader).toBe(404);
    }
    expect(await apiOf('zoe').allMessages(mailboxIds.zoe ?? '')).toEqual([]);
  });
});
