import { mail, removeData, send, startSystem } from '../system/running-system.ts';

/**
 * Prints how long views of messages take with the category `read` of the audit trail on and off, in turns within one
 * run, in milliseconds: the median and the 95th percentile, by how many clients read at once.
 */
const MESSAGES = 200;
const TURNS = 40;
const VIEWS = 100;

const running = await startSystem();
const { api, system } = running;
const { address, mailboxId } = await api.endpoint();
for (let i = 0; i < MESSAGES; i++) {
  const fields = {
    From: 'a@b.test',
    To: 'c@d.test',
    Subject: `m ${i}`,
    'Message-ID': `<${i}@b.test>`,
    Date: 'Sat, 21 Nov 2026 10:00:00 +0000',
  };
  await send(system.smtpPort, { from: 'a@b.test', to: [address] }, mail(fields, `${i} lorem ipsum\n`.repeat(300)));
}
const rows = await api.messages(mailboxId, MESSAGES, 60);
const ids = rows.map(({ archiveId }): string => archiveId);

for (const clients of [1, 8]) {
  const times = { on: [] as number[], off: [] as number[] };
  await views(clients, VIEWS);
  for (let turn = 0; turn < TURNS; turn++) {
    const state = turn % 2 === 0 ? 'on' : 'off';
    await api.put('/audit-settings', { off: state === 'off' ? ['read'] : [] });
    times[state].push(...(await views(clients, VIEWS)));
  }
  console.log(JSON.stringify({ clients, on: figures(times.on), off: figures(times.off) }));
}
await running.stop();
await removeData(running);

async function views(clients: number, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  let next = 0;
  const client = async () => {
    while (next < count) {
      const id = ids[next++ % ids.length];
      const start = performance.now();
      const response = await api.fetch(`/messages/${id}`);
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${response.status}`);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}

function figures(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2));
  return { median: at(0.5), p95: at(0.95) };
}
