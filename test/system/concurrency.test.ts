import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
    const raws = Array.from({ length: 50 }, (_, index) => received(index) + mail(fields(id)));
    await Promise.all(
      raws.map((raw, index) => send(system.smtpPort, { from: 'a@b.test', to: [(index % 2 ? one : two).address] }, raw)),
    );
    const outcomes: string[] = [];
    for (let tries = 0; outcomes.length < 50 && tries < 400; tries += 1) {
      outcomes.length = 0;
      for (const { endpointId } of [one, two]) {
        const { items } = await api.get(`/journal-endpoints/${endpointId}/arrivals?limit=200`);
        outcomes.push(...items.map((item: { outcome: string }) => item.outcome));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
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
