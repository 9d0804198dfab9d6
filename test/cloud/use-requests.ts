import type { CloudWorld } from './cloud-world.ts';
import { scheduledEvent, sqsEvent } from './events.ts';
import { message, messageWithText } from './messages.ts';
import { runJobs } from './run-jobs.ts';

const ARRIVALS = 'letterlock-example-arrivals';

/**
 * Requests of people about mail: what is erased, what a hold keeps and is restricted, what is handed out. `runPurges`
 * delivers what waits to be purged.
 */
export async function useRequests(
  world: CloudWorld,
  { address }: { readonly address: string },
  runPurges: () => Promise<void>,
): Promise<void> {
  for (const raw of [message('erasable'), message('kept from erasure'), messageWithText('handed out')]) {
    const id = `requested-${raw.length}`;
    await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, world.receive(id, raw, address)));
  }
  await world.index();
  await erase(world, 'subject:erasable', runPurges);
  const about = { name: 'case', matter: '18', reason: 'litigation', scope: { query: 'kept' } };
  const { holdId } = await world.api('POST', '/legal-holds', about);
  const requestId = await erase(world, 'subject:"kept from erasure"', runPurges);
  // As on the next day.
  const day = { pk: 'request-run', sk: new Date().toISOString().slice(0, 10) };
  await world.tables.deleteIfVersion('activity', day, 1);
  await world.invoke('sweep', scheduledEvent());
  await runPurges();
  await world.api('POST', `/erasure-requests/${requestId}/close`, { reason: 'withdrawn' });
  await runJobs(world);
  await world.api('POST', `/legal-holds/${holdId}/release`, { reason: 'settled' });
  await handOut(world);
  // Its copies go with it.
  await erase(world, 'subject:"handed out"', runPurges);
}

async function erase(world: CloudWorld, query: string, runPurges: () => Promise<void>): Promise<string> {
  const wanted = { name: 'Ada', reason: 'asked for it', scope: { query } };
  const { requestId } = await world.api('POST', '/erasure-requests', wanted);
  await runJobs(world);
  const { items } = await world.api('GET', `/erasure-requests/${requestId}/messages`);
  if (items.length === 0) throw new Error(`${query} finds nothing`);
  await world.api('POST', `/erasure-requests/${requestId}/approve`, {});
  await runPurges();
  await runJobs(world);
  return requestId;
}

async function handOut(world: CloudWorld): Promise<void> {
  // What waits in quarantine is looked through for the address.
  const scope = { addresses: ['ada@example.net'], query: 'subject:"handed out"' };
  const { requestId } = await world.api('POST', '/access-requests', { name: 'Ada', reason: 'asked for it', scope });
  await runJobs(world);
  const { items } = await world.api('GET', `/access-requests/${requestId}/quarantine`);
  if (items.length === 0) throw new Error('nothing in quarantine names Ada');
  // Else a second administrator would have to agree.
  await world.api('PUT', '/compliance', { blockPreview: false });
  await world.api('POST', `/access-requests/${requestId}/export`, {});
  await runJobs(world);
  const { parts } = await world.api('GET', `/access-requests/${requestId}/export`);
  const { headers } = await world.request('GET', `/access-requests/${requestId}/export/${parts[0].part}`);
  await fetch(headers.location);
  await world.api('PUT', '/compliance', { blockPreview: true });
}
