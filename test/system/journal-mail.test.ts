import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

let running: RunningSystem;
let endpoint: { endpointId: string; address: string; mailboxId: string };
let anna: string;
let bert: string;

beforeAll(async () => {
  running = await startSystem();
  const { api } = running;
  anna = await api.mailbox('anna@example.org', ['a.miller@example.org']);
  bert = await api.mailbox('bert@example.org');
  endpoint = await api.endpoint();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

const fields = (id: string, more: Readonly<Record<string, string>> = {}) => ({
  From: 'Anna <anna@example.org>',
  To: 'Bert <BERT@example.org>',
  Subject: id,
  Date: new Date().toUTCString().replace('GMT', '+0000'),
  'Message-ID': `<${id}@example.org>`,
  ...more,
});

async function journal(raw: string): Promise<void> {
  const answer = await send(running.system.smtpPort, { from: 'anna@example.org', to: [endpoint.address] }, raw);
  expect(answer).toMatch(/^250 /);
}

async function rowsOf(mailboxId: string, subject: string, count = 1) {
  const rows = async () => (await running.api.allMessages(mailboxId)).filter((row) => row.subject === subject);
  return await until(`"${subject}" in ${mailboxId}`, rows, { isWanted: ({ length }) => length >= count });
}

async function outcomes(archiveId: string, count: number): Promise<readonly string[]> {
  const { items } = await until(`${count} arrivals`, () => running.api.get(`/messages/${archiveId}/arrivals`), {
    isWanted: (page) => page.items.length >= count,
  });
  return items.map((item: { outcome: string }) => item.outcome);
}

describe('a mail journaled over SMTP', () => {
  test('lies in the mailboxes of endpoint, sender and recipient, and comes back byte for byte', async () => {
    const raw = mail(fields('one'), 'line\n.dot at the start\n..two dots\n\ttab and trailing space \n');
    await journal(raw);
    const [[all], [sent], [received]] = [
      await rowsOf(endpoint.mailboxId, 'one'),
      await rowsOf(anna, 'one'),
      await rowsOf(bert, 'one'),
    ];
    expect([all.folder, sent.folder, received.folder]).toEqual(['Inbox', 'Sent', 'Inbox']);
    expect(new Set([all.archiveId, sent.archiveId, received.archiveId]).size).toBe(1);
    expect((await running.api.raw(sent.archiveId)).toString('latin1')).toBe(raw);
    const message = await running.api.get(`/messages/${sent.archiveId}`);
    expect(message.filings).toHaveLength(3);
    expect(message.filings).toContainEqual({ mailboxId: bert, folder: 'Inbox', basis: 'header' });
  });

  test('the same bytes again are a duplicate, other transport fields a rendition; neither is a second message', async () => {
    const raw = mail(fields('two'));
    const other = `Received: by mx.example.net; Sat, 21 Nov 2026 10:00:00 +0000\r\n${raw}`;
    await journal(raw);
    const [row] = await rowsOf(endpoint.mailboxId, 'two');
    await journal(raw);
    await journal(other);
    expect([...(await outcomes(row.archiveId, 3))].sort()).toEqual(['archived', 'duplicate', 'rendition']);
    expect(await rowsOf(endpoint.mailboxId, 'two')).toHaveLength(1);
    const message = await running.api.get(`/messages/${row.archiveId}`);
    expect(message.renditions).toHaveLength(2);
    const second = await running.api.fetch(
      `/messages/${row.archiveId}/raw?rendition=${message.renditions[1].contentHash}`,
    );
    expect(await second.text()).toBe(other);
  });

  test('another visible content under the same Message-ID is another message', async () => {
    await journal(mail(fields('three'), 'first\n'));
    await journal(mail(fields('three'), 'second\n'));
    expect(await rowsOf(endpoint.mailboxId, 'three', 2)).toHaveLength(2);
  });

  test('secondary addresses, sub-addresses and case find the mailbox', async () => {
    await journal(mail(fields('four', { From: 'x@elsewhere.example', To: 'A.Miller+list@EXAMPLE.org' })));
    expect(await rowsOf(anna, 'four')).toHaveLength(1);
  });

  test('a trusted host decides whose mail it is, whatever the header fields say', async () => {
    const trusting = await running.api.endpoint({ trustedHosts: ['mx.example.org'] });
    const raw = `Delivered-To: bert@example.org\r\nReceived: from x by mx.example.org; Sat, 21 Nov 2026 10:00:00 +0000\r\nDelivered-To: anna@example.org\r\n${mail(fields('five', { To: 'anna@example.org', From: 'x@y.example' }))}`;
    await send(running.system.smtpPort, { from: 'x@y.example', to: [trusting.address] }, raw);
    await running.api.filed();
    expect(await rowsOf(bert, 'five')).toHaveLength(1);
    expect(await rowsOf(trusting.mailboxId, 'five')).toHaveLength(1);
    expect((await running.api.allMessages(anna)).filter((row) => row.subject === 'five')).toEqual([]);
  });

  test('unknown recipients of an own domain get a mailbox where the endpoint says so', async () => {
    await running.api.post('/domains', { domain: 'own.example' });
    const creating = await running.api.endpoint({ unknownAddresses: 'create' });
    const raw = mail(fields('six', { To: 'carla@own.example, dora@other.example' }));
    await send(running.system.smtpPort, { from: 'x@y.example', to: [creating.address] }, raw);
    await rowsOf(creating.mailboxId, 'six');
    const { items } = await running.api.get('/mailboxes?limit=200');
    const addresses = items.map((item: { primaryAddress?: string }) => item.primaryAddress);
    expect(addresses).toContain('carla@own.example');
    expect(addresses).not.toContain('dora@other.example');
  });

  test('several endpoints in one transaction each get it, as one arrival', async () => {
    const second = await running.api.endpoint();
    const raw = mail(fields('seven'));
    await send(running.system.smtpPort, { from: 'x@y.example', to: [endpoint.address, second.address] }, raw);
    const [row] = await rowsOf(second.mailboxId, 'seven');
    expect(await rowsOf(endpoint.mailboxId, 'seven')).toHaveLength(1);
    expect(await outcomes(row.archiveId, 1)).toEqual(['archived']);
    const { items } = await running.api.get(`/journal-endpoints/${second.endpointId}/arrivals`);
    expect(items).toHaveLength(1);
  });

  test('what is no message goes to quarantine with its exact bytes, the sender still gets 250', async () => {
    const raw = 'this is not\r\na mail at all\r\n';
    await journal(raw);
    await running.api.filed();
    const { items } = await running.api.get('/quarantine');
    expect(items[0]?.reason).toBe('not_a_message');
    await running.api.put('/compliance', { blockPreview: false });
    const response = await running.api.fetch(`/quarantine/${items[0]?.id}/raw`);
    await running.api.put('/compliance', { blockPreview: true });
    expect(await response.text()).toBe(raw);
  });

  test('what nobody wants of it is deleted for good, and the trail says by whom', async () => {
    const [input] = (await running.api.get('/quarantine')).items;
    const deleted = await running.api.fetch(`/quarantine/${input.id}`, { method: 'DELETE' });
    expect([deleted.status, await deleted.json()]).toEqual([202, { id: input.id }]);
    const again = async () => (await running.api.fetch(`/quarantine/${input.id}`, { method: 'DELETE' })).status;
    await until('it to be gone', again, { isWanted: (status) => status === 404 });
    expect((await running.api.get('/quarantine')).items.map(({ id }: { id: string }) => id)).not.toContain(input.id);
    // It is gone first, and then the trail says so.
    const inTrail = async () =>
      (await running.api.get('/audit-events?category=deletion')).items.find(
        ({ action, object }: { action: string; object?: { id: string } }) =>
          action === 'deletion.purge' && object?.id === input.id,
      );
    expect(await until('the deletion in the trail', inTrail)).toMatchObject({
      outcome: 'done',
      object: { kind: 'quarantine', id: input.id },
      actor: { userName: 'admin' },
    });
  });

  test('mail to a rotated address is quarantined, and can be replayed', async () => {
    const old = await running.api.endpoint();
    await running.api.post(`/journal-endpoints/${old.endpointId}/rotate`, {});
    await send(running.system.smtpPort, { from: 'x@y.example', to: [old.address] }, mail(fields('eight')));
    await running.api.filed();
    const { items } = await running.api.get('/quarantine');
    const found = items.find((item: { reason: string }) => item.reason === 'former_endpoint_address');
    expect(await rowsOf(old.mailboxId, 'eight', 0)).toEqual([]);
    await running.api.post(`/quarantine/${found.id}/replay`, {});
    const [row] = await rowsOf(old.mailboxId, 'eight');
    expect(await outcomes(row.archiveId, 1)).toEqual(['archived']);
    expect((await running.api.get('/quarantine')).items.map((item: { id: string }) => item.id)).not.toContain(found.id);
  });
});
