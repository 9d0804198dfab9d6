import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { type Attempt, attempts } from './forgery-attempts.ts';
import { mail, type RunningSystem, removeData, startSystem } from './running-system.ts';
import { sendExactly } from './send-exactly.ts';

type Endpoint = Awaited<ReturnType<RunningSystem['api']['endpoint']>>;
type Row = { readonly archiveId: string; readonly subject: string; readonly folder: string };

let running: RunningSystem;
let open: Endpoint;
let trusting: Endpoint;
const people: Record<string, string> = {};
const sent: { readonly attempt: Attempt; readonly subject: string; readonly raw: Buffer }[] = [];
/** All rows of all mailboxes once everything is filed, by mailbox. */
const rows: Record<string, readonly Row[]> = {};

beforeAll(async () => {
  running = await startSystem();
  const { api } = running;
  for (const name of ['boss', 'anna', 'bert']) people[name] = await api.mailbox(`${name}@example.org`);
  people.ida = await api.mailbox('ida@bücher.example');
  open = await api.endpoint();
  trusting = await api.endpoint({ trustedHosts: ['mx.example.org'] });
  for (const [index, attempt] of attempts.entries()) {
    const { address } = attempt.toTrusting ? trusting : open;
    const subject = `attempt ${index}`;
    const raw = Buffer.from(attempt.raw(subject, address), 'latin1');
    sent.push({ attempt, subject, raw });
    expect(await deliver(address, raw)).toMatch(/^250 /);
  }
  await Promise.all([filed(open, countOf(false)), filed(trusting, countOf(true))]);
  const mailboxes = { ...people, open: open.mailboxId, trusting: trusting.mailboxId };
  for (const [name, mailboxId] of Object.entries(mailboxes)) rows[name] = await api.allMessages(mailboxId);
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

const countOf = (toTrusting: boolean) => attempts.filter((one) => (one.toTrusting ?? false) === toTrusting).length;
const deliver = (address: string, raw: string | Buffer) =>
  sendExactly(running.system.smtpPort, 'x@evil.example', address, Buffer.from(raw));

/** Waits until the ledger has that many arrivals of an endpoint: then all their filings are there. */
async function filed({ endpointId }: Endpoint, count: number) {
  const arrivals = async () =>
    (await running.api.get(`/journal-endpoints/${endpointId}/arrivals?limit=200`)).items.length;
  await until(`${count} arrivals`, arrivals, { isWanted: (known) => known >= count });
}

/** An endpoint of its own, after it took these mails, with the rows of its mailbox. */
async function filedAlone(...raws: readonly string[]) {
  const endpoint = await running.api.endpoint();
  for (const raw of raws) await deliver(endpoint.address, raw);
  await filed(endpoint, raws.length);
  const all: readonly Row[] = await running.api.allMessages(endpoint.mailboxId);
  const originals = await Promise.all(all.map(({ archiveId }) => running.api.raw(archiveId)));
  return { all, raws: originals.map((original) => original.toString('latin1')) };
}

describe('an attempt to get mail into somebody’s mailbox, or to keep it out', () => {
  test.each(attempts.map((attempt, index) => ({ ...attempt, index })))(
    '$attempt',
    ({ attempt, index, filed: expected, toTrusting }) => {
      const { subject } = sent[index] ?? {};
      const found: Record<string, string> = {};
      for (const name of Object.keys(people)) {
        const folders = (rows[name] ?? []).filter((row) => row.subject === subject).map(({ folder }) => folder);
        if (folders.length > 0) found[name] = [...folders].sort().join(' ');
      }
      expect(found, attempt).toEqual(expected);
      expect(rows[toTrusting ? 'trusting' : 'open']?.filter((row) => row.subject === subject)).toHaveLength(1);
    },
  );

  test('never changes a byte: what arrived holds what comes back', async () => {
    for (const { subject, raw, attempt } of sent) {
      const row = rows[attempt.toTrusting ? 'trusting' : 'open']?.find((one) => one.subject === subject);
      const original = await running.api.raw(row?.archiveId ?? '');
      expect(raw.includes(original), attempt.attempt).toBe(true);
    }
  });

  test('by mail to an ordinary address is refused, marked as a report or not', async () => {
    for (const more of [{}, { 'X-MS-Journal-Report': '' }]) {
      const raw = mail({ From: 'x@evil.example', To: 'boss@example.org', ...more });
      expect(await deliver('boss@example.org', raw)).toMatch(/^550 /);
    }
  });

  test('from a network that the endpoint does not allow ends in quarantine, filed nowhere', async () => {
    const guarded = await running.api.endpoint({ allowedSources: ['192.0.2.0/24'] });
    await deliver(guarded.address, mail({ From: 'boss@example.org', To: 'anna@example.org', Subject: 'guarded' }));
    await running.api.filed();
    const { items } = await running.api.get('/quarantine');
    expect(items.map((item: { reason: string }) => item.reason)).toEqual(['source_not_allowed']);
    for (const mailboxId of [guarded.mailboxId, ...Object.values(people)]) {
      const subjects = (await running.api.allMessages(mailboxId)).map(({ subject }: Row) => subject);
      expect(subjects).not.toContain('guarded');
    }
  });
});

const REAL = {
  From: 'anna@example.org',
  To: 'bert@example.org',
  Subject: 'Contract',
  Date: 'Sat, 21 Nov 2026 10:00:00 +0000',
};
const file = (boundary: string, content: string) =>
  `--${boundary}\n\nText\n--${boundary}\nContent-Type: application/pdf; name=a.pdf\n\n${content}\n--${boundary}--\n`;
const MULTIPART = { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=b' };

/** The mail that came first, and the real one, which it must not suppress. */
const suppressing: readonly [attempt: string, first: string, real: string][] = [
  [
    'a copy sent first with the Message-ID of the real one',
    mail({ ...REAL, 'Message-ID': '<s1@example.org>' }, 'Draft\n'),
    mail({ ...REAL, 'Message-ID': '<s1@example.org>' }, 'We accept.\n'),
  ],
  [
    'the same Message-ID and Date with another attachment',
    mail({ ...REAL, ...MULTIPART, 'Message-ID': '<s2@example.org>' }, file('b', 'one')),
    mail({ ...REAL, ...MULTIPART, 'Message-ID': '<s2@example.org>' }, file('b', 'two')),
  ],
  [
    'an attachment behind the end of the multipart',
    mail({ ...REAL, ...MULTIPART, 'Message-ID': '<s3@example.org>' }, '--b\n\nText\n--b--\n'),
    mail({ ...REAL, ...MULTIPART, 'Message-ID': '<s3@example.org>' }, `--b\n\nText\n--b--\n${file('b', 'hidden')}`),
  ],
  [
    'an attachment under a boundary of an earlier parameter',
    mail({ ...REAL, ...MULTIPART, 'Message-ID': '<s4@example.org>' }, file('b', 'one')),
    mail(
      { ...REAL, 'Content-Type': 'multipart/mixed; boundary=b; boundary=c', 'Message-ID': '<s4@example.org>' },
      file('b', 'one'),
    ),
  ],
  [
    'a boundary that never closes',
    mail({ ...REAL, ...MULTIPART, 'Message-ID': '<s5@example.org>' }, '--b\n\nText\n--b--\n'),
    mail({ ...REAL, ...MULTIPART, 'Message-ID': '<s5@example.org>' }, '--b\n\nText\n'),
  ],
  [
    'From twice, in another order',
    `From: x@y.z\r\n${mail({ ...REAL, 'Message-ID': '<s6@example.org>' })}`,
    mail({ ...REAL, 'Message-ID': '<s6@example.org>' }).replace('\r\nTo:', '\r\nFrom: x@y.z\r\nTo:'),
  ],
  [
    'no Date',
    mail({ From: REAL.From, Subject: 'x', 'Message-ID': '<s7@example.org>' }, 'one\n'),
    mail({ From: REAL.From, Subject: 'x', 'Message-ID': '<s7@example.org>' }, 'one \n'),
  ],
  [
    'another Bcc',
    mail({ ...REAL, 'Message-ID': '<s8@example.org>', Bcc: 'x@y.z' }),
    mail({ ...REAL, 'Message-ID': '<s8@example.org>', Bcc: 'boss@example.org' }),
  ],
];

describe('mail that somebody tries to suppress is a message of its own', () => {
  test.each(suppressing)('%s', async (_, first, real) => {
    const { all, raws } = await filedAlone(first, real);
    expect(all).toHaveLength(2);
    expect(new Set(raws)).toEqual(new Set([first, real]));
  });
});
