import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ndr, nested, report } from '../unit/mail/carrier-mail.ts';
import { until } from '../until.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

type Endpoint = Awaited<ReturnType<RunningSystem['api']['endpoint']>>;
type Arrival = { readonly arrivalId: string; readonly archiveId: string; readonly outcome: string };

const PEOPLE = ['anna', 'bert', 'carl', 'dora'];
let running: RunningSystem;
const mailboxIds: Record<string, string> = {};

beforeAll(async () => {
  running = await startSystem();
  for (const name of PEOPLE) mailboxIds[name] = await running.api.mailbox(`${name}@example.org`);
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

const original = (subject: string, more: Readonly<Record<string, string>> = {}, body = 'Hello\n') =>
  mail(
    {
      ...more,
      From: 'Anna <anna@example.org>',
      To: 'team@example.org',
      Subject: subject,
      Date: 'Sat, 21 Nov 2026 10:00:00 +0000',
      'Message-ID': `<${subject}@example.org>`,
    },
    body,
  );

const lines = (...more: readonly string[]) =>
  ['Sender: anna@example.org', 'Subject: x', 'Message-Id: <x@example.org>', ...more, ''].join('\r\n');

const reportOf = (raw: string, ...more: readonly string[]) =>
  report({ text: lines(...more), originals: [nested(raw)] });

/** Journals mails in this order to an endpoint of their own, and gives its ledger, oldest first. */
async function journal(endpoint: Endpoint, ...raws: readonly (string | Buffer)[]): Promise<readonly Arrival[]> {
  const path = `/journal-endpoints/${endpoint.endpointId}/arrivals?limit=200`;
  const arrivals = async (): Promise<readonly Arrival[]> => (await running.api.get(path)).items;
  let items = await arrivals();
  for (const raw of raws) {
    const count = items.length;
    await send(running.system.smtpPort, { from: 'journal.ndr@example.org', to: [endpoint.address] }, raw);
    items = await until('the arrival', arrivals, { isWanted: ({ length }) => length > count });
    expect(items.length).toBe(count + 1);
  }
  return [...items].reverse();
}

/** Where people find a message: `name folder basis`. */
async function filingsOf(archiveId: string): Promise<readonly string[]> {
  const { filings } = await running.api.get(`/messages/${archiveId}`);
  const names = new Map(Object.entries(mailboxIds).map(([name, mailboxId]) => [mailboxId, name]));
  return filings
    .map((one: Record<string, string>) => `${names.get(one.mailboxId ?? '') ?? 'endpoint'} ${one.folder} ${one.basis}`)
    .sort();
}

async function arrivalBytes(archiveId: string, arrivalId: string): Promise<string> {
  const response = await running.api.fetch(`/messages/${archiveId}/arrivals/${arrivalId}/raw`);
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

describe('an Exchange journal report', () => {
  test('files the mail in it by what the report says, not by its header fields, and keeps both byte for byte', async () => {
    const endpoint = await running.api.endpoint();
    const raw = original('one', { Cc: 'carl@example.org' });
    const carrier = reportOf(raw, 'To: bert@example.org, Expanded: team@example.org', 'Bcc: DORA+x@Example.org');
    const [arrival] = await journal(endpoint, carrier);
    const { archiveId = '', arrivalId = '', outcome } = arrival ?? {};
    expect(outcome).toBe('archived');
    expect(await filingsOf(archiveId)).toEqual([
      'anna Sent report',
      'bert Inbox report',
      'dora Inbox report',
      'endpoint Inbox envelope',
    ]);
    expect((await running.api.raw(archiveId)).toString('latin1')).toBe(raw);
    expect(await arrivalBytes(archiveId, arrivalId)).toBe(carrier);
    const { subject, journal: said } = await running.api.get(`/messages/${archiveId}`);
    expect(subject).toBe('one');
    expect(said).toMatchObject({
      sender: 'anna@example.org',
      recipients: [
        { address: 'bert@example.org', kind: 'to', expanded: 'team@example.org' },
        { address: 'DORA+x@Example.org', kind: 'bcc' },
      ],
    });
  });

  test('in quoted-printable, folded, around a binary part, is one all the same', async () => {
    const endpoint = await running.api.endpoint();
    const raw = original('two');
    const [arrival] = await journal(
      endpoint,
      report({
        fields: ['X-MS-Exchange-Organization-Journal-Report: '],
        text: 'Sender:\r\n\t<anna@example.org>\r\nSubject: =?=3D\r\nMessage-ID: <x>\r\nBcc: bert=40example.=\r\norg\r\n',
        textType: 'text/plain; charset="iso-8859-1"',
        textFields: ['Content-Transfer-Encoding: quoted-printable'],
        originals: [nested(raw, 'Content-Transfer-Encoding: binary')],
      }),
    );
    expect(await filingsOf(arrival?.archiveId ?? '')).toEqual([
      'anna Sent report',
      'bert Inbox report',
      'endpoint Inbox envelope',
    ]);
  });

  test('with 2,000 recipients files it for everybody known among them', async () => {
    const endpoint = await running.api.endpoint();
    const many = Array.from({ length: 2_000 }, (_, index) => `Recipient: u${index}@other.example`);
    const [arrival] = await journal(endpoint, reportOf(original('many'), ...many, 'Recipient: dora@example.org'));
    const { archiveId = '' } = arrival ?? {};
    expect(await filingsOf(archiveId)).toEqual(['anna Sent report', 'dora Inbox report', 'endpoint Inbox envelope']);
    expect((await running.api.get(`/messages/${archiveId}`)).journal.recipients).toHaveLength(2_001);
  });

  test('with a protected message beside its clear copy shows the clear copy, and keeps both', async () => {
    const endpoint = await running.api.endpoint();
    const clear = original('clear');
    const sealed = original('sealed', { 'Content-Type': 'application/x-microsoft-rpmsg-message' }, 'AAAA\n');
    const carrier = report({ text: lines('To: bert@example.org'), originals: [nested(sealed), nested(clear)] });
    const [arrival] = await journal(endpoint, carrier);
    const { archiveId = '', arrivalId = '' } = arrival ?? {};
    expect((await running.api.raw(archiveId)).toString('latin1')).toBe(clear);
    expect(await arrivalBytes(archiveId, arrivalId)).toBe(carrier);
  });
});

describe('several reports of one message', () => {
  test('are one message, with the union of what they say and a filing for every recipient', async () => {
    const endpoint = await running.api.endpoint();
    const raw = original('fork');
    const arrivals = await journal(
      endpoint,
      reportOf(raw, 'To: bert@example.org, Expanded: team@example.org'),
      reportOf(raw, 'To: bert@example.org, Expanded: team@example.org', 'Bcc: carl@example.org'),
      reportOf(raw, 'Recipient: dora@example.org'),
    );
    expect(arrivals.map(({ outcome }) => outcome)).toEqual(['archived', 'duplicate', 'duplicate']);
    expect(new Set(arrivals.map(({ archiveId }) => archiveId)).size).toBe(1);
    const { archiveId = '' } = arrivals[0] ?? {};
    expect(await filingsOf(archiveId)).toEqual([
      'anna Sent report',
      'bert Inbox report',
      'carl Inbox report',
      'dora Inbox report',
      'endpoint Inbox envelope',
    ]);
    const { journal: said, renditions } = await running.api.get(`/messages/${archiveId}`);
    expect(said.recipients.map(({ address }: { address: string }) => address)).toEqual([
      'bert@example.org',
      'carl@example.org',
      'dora@example.org',
    ]);
    expect(renditions).toHaveLength(1);
  });

  test('with other transport fields inside are renditions, each kept', async () => {
    const endpoint = await running.api.endpoint();
    const [first, second] = ['1', '2'].map((fork) => original('scl', { 'X-MS-Exchange-Organization-SCL': fork }));
    const arrivals = await journal(
      endpoint,
      reportOf(first ?? '', 'To: bert@example.org'),
      reportOf(second ?? '', 'To: dora@example.org'),
    );
    expect(arrivals.map(({ outcome }) => outcome)).toEqual(['archived', 'rendition']);
    const { archiveId = '' } = arrivals[1] ?? {};
    const { renditions } = await running.api.get(`/messages/${archiveId}`);
    const texts = await Promise.all(
      renditions.map(async ({ contentHash }: { contentHash: string }) => {
        const response = await running.api.fetch(`/messages/${archiveId}/raw?rendition=${contentHash}`);
        return await response.text();
      }),
    );
    expect(texts).toEqual([first, second]);
    expect(await filingsOf(archiveId)).toContain('dora Inbox report');
  });

  test('and the plain mail are one message; the report adds its filings', async () => {
    const endpoint = await running.api.endpoint();
    const raw = original('plain');
    const arrivals = await journal(endpoint, raw, reportOf(raw, 'Bcc: dora@example.org'));
    expect(arrivals.map(({ outcome }) => outcome)).toEqual(['archived', 'duplicate']);
    const { archiveId = '' } = arrivals[0] ?? {};
    expect(await filingsOf(archiveId)).toEqual(['anna Sent header', 'dora Inbox report', 'endpoint Inbox envelope']);
    expect((await running.api.get(`/messages/${archiveId}`)).journal.recipients).toHaveLength(1);
  });
});

describe('a non-delivery report', () => {
  const MARKED = ['X-MS-Exchange-Message-Is-Ndr:'];

  test('that Exchange marked gives the mail of the journal report in it, and is kept', async () => {
    const endpoint = await running.api.endpoint();
    const raw = original('undelivered');
    const carrier = ndr(nested(reportOf(raw, 'Bcc: dora@example.org')), MARKED);
    const [arrival] = await journal(endpoint, carrier);
    const { archiveId = '', arrivalId = '' } = arrival ?? {};
    expect((await running.api.raw(archiveId)).toString('latin1')).toBe(raw);
    expect(await arrivalBytes(archiveId, arrivalId)).toBe(carrier);
    expect(await filingsOf(archiveId)).toEqual(['anna Sent report', 'dora Inbox report', 'endpoint Inbox envelope']);
  });

  test('of an endpoint, a former one too, gives the mail in it', async () => {
    const endpoint = await running.api.endpoint();
    await running.api.post(`/journal-endpoints/${endpoint.endpointId}/rotate`, {});
    const live = await running.api.endpoint();
    for (const { address } of [live, endpoint]) {
      const raw = original(`returned-${address.slice(0, 12)}`);
      const arrivals = await journal(live, ndr(nested(raw), [], `rfc822; ${address}`));
      const { archiveId = '' } = arrivals.at(-1) ?? {};
      expect((await running.api.raw(archiveId)).toString('latin1')).toBe(raw);
    }
  });

  test('of somebody else is mail, whatever is attached', async () => {
    const endpoint = await running.api.endpoint();
    const carrier = ndr(nested(reportOf(original('other'), 'Bcc: dora@example.org')), []);
    const [arrival] = await journal(endpoint, carrier);
    const { archiveId = '' } = arrival ?? {};
    expect((await running.api.raw(archiveId)).toString('latin1')).toBe(carrier);
    expect(await filingsOf(archiveId)).not.toContain('dora Inbox report');
  });
});
