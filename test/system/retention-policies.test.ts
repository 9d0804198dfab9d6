import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

let running: RunningSystem;
let endpoint: { readonly endpointId: string; readonly address: string; readonly mailboxId: string };
let mailboxId: string;

beforeAll(async () => {
  running = await startSystem();
  const { api } = running;
  await api.post('/domains', { domain: 'example.org' });
  endpoint = await api.endpoint();
  mailboxId = await api.mailbox('anna@example.org');
  for (const raw of [INVOICE, OFFER]) {
    await send(running.system.smtpPort, { from: 'journal@example.org', to: [endpoint.address] }, raw);
  }
  await api.indexed();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

/** Its Date lies long ago, which says nothing. */
const INVOICE = mail(
  {
    From: 'carla@example.net',
    To: 'anna@example.org',
    Subject: 'Invoice',
    Date: 'Thu, 1 Jan 1998 10:00:00 +0000',
    'Message-ID': '<1@example.net>',
  },
  'Please pay for the gooseberries.\n',
);
const OFFER = mail(
  { From: 'anna@example.org', To: 'dora@example.com', Subject: 'Offer', 'Message-ID': '<2@example.org>' },
  'Gooseberries, cheap.\n',
);

async function idOf(subject: string): Promise<string> {
  const rows = await running.api.allMessages(endpoint.mailboxId);
  return rows.find((row) => row.subject === subject)?.archiveId;
}

async function previewed(body: object) {
  const { jobId } = await running.api.post('/retention-policies/preview', body);
  return await until('the preview', () => running.api.get(`/retention-policies/preview?job=${jobId}`), {
    isWanted: ({ isDone }) => isDone,
  });
}

const why = async (subject: string) => await running.api.get(`/messages/${await idOf(subject)}/retention`);

test('without a policy mail is kept for ever', async () => {
  const kept = await why('Invoice');
  expect(kept).toMatchObject({ state: 'kept', undecided: [], isHeld: false, holds: [] });
  expect(kept.minimumUntil ?? kept.maximumAt).toBeUndefined();
  expect(await previewed({})).toMatchObject({ seen: 0, today: { messages: 0, bytes: 0 } });
});

test('a policy says of mail that is there how long it is kept, from now on', async () => {
  const { api } = running;
  const conditions = { directions: ['outgoing'] };
  const made = await api.post('/retention-policies', { name: 'Letters', conditions, minimum: { years: 6 } });
  const minimumBy = { policyId: made.policyId, version: 1, name: 'Letters' };
  expect(await why('Offer')).toMatchObject({ state: 'under_minimum', minimumBy });
  expect(await why('Invoice')).toMatchObject({ state: 'kept' });

  const standard = { name: 'All', isDefault: true, minimum: { years: 1 }, maximum: { years: 10 } };
  await api.post('/retention-policies', standard);
  const invoice = await why('Invoice');
  expect(invoice).toMatchObject({ state: 'under_minimum', minimumBy: { policyId: 'default', name: 'All' } });
  expect(Date.parse(invoice.minimumUntil)).toBeGreaterThan(Date.now() + 364 * 86_400_000);
  expect(await why('Offer')).toMatchObject({ minimumBy, maximumBy: { policyId: 'default' } });
});

test('a preview says what policies would purge, by their searches too, and what a hold keeps', async () => {
  const { api } = running;
  const gone = { name: 'At once', maximum: { days: 0 } };
  const invoice = {
    name: 'Invoices',
    maximum: { days: 0 },
    conditions: { query: 'gooseberries pay', folders: ['Inbox'] },
  };
  expect(await previewed({ policies: [gone] })).toMatchObject({
    seen: 2,
    today: { messages: 2 },
    undecided: { messages: 0 },
  });
  const searched = await previewed({ policies: [invoice] });
  expect(searched).toMatchObject({ today: { messages: 1 }, policies: [{ name: 'Invoices', messages: 1 }] });
  expect(searched.examples).toMatchObject([{ archiveId: await idOf('Invoice'), policyName: 'Invoices' }]);

  await api.post('/legal-holds', { name: 'Case', matter: 'M 1', reason: 'claim', scope: { mailboxes: [mailboxId] } });
  expect(await why('Invoice')).toMatchObject({ isHeld: true, holds: [{ name: 'Case' }] });
  const held = await previewed({ policies: [gone] });
  expect(held.today.messages + held.held.messages).toBe(2);
  expect(held.held.messages).toBeGreaterThan(0);
  // The policies that there are purge nothing.
  expect(await previewed({})).toMatchObject({ today: { messages: 0 } });
});

test('the facts of mail outlive the tables', async () => {
  const before = await why('Offer');
  await running.stop();
  const { dataDir } = running;
  const { rm } = await import('node:fs/promises');
  for (const end of ['', '-wal', '-shm']) await rm(`${dataDir}/tables.sqlite${end}`, { force: true });
  running = await startSystem({ dataDir });
  expect(await why('Offer')).toEqual(before);
});
