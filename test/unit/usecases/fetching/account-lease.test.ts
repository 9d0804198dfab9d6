import { expect, test } from 'vitest';
import { takeLease } from '../../../../shared/usecases/fetching/account-lease.ts';
import { startJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const ACCOUNT = {
  account: 'anna',
  server: {
    protocol: 'imap',
    host: 'mail.example.org',
    port: 993,
    security: 'tls',
    acceptAllCertificates: false,
    timeoutSeconds: 60,
  },
} as const;

async function taken() {
  const ports = createMemoryPorts('lease');
  const { jobId } = await startJob(ports, 'fetch');
  expect(await takeLease(ports, ACCOUNT, { jobId, runId: 'one' })).toMatchObject({ version: 1 });
  ports.clock.advance(1_000);
  const again = (options?: { readonly aloneSince?: Date }) =>
    takeLease(ports, ACCOUNT, { jobId, runId: 'two' }, options);
  return { ports, again };
}

test('a run that said a second ago that it works on a mailbox keeps it from another of its job', async () => {
  const { again } = await taken();
  expect(await again()).toBe('same');
});

test('a run that has said nothing for long counts as dead', async () => {
  const { ports, again } = await taken();
  ports.clock.advance(20_000);
  expect(await again()).toMatchObject({ version: 2 });
});

test('a process that knows itself alone waits for no run of one before it', async () => {
  const { ports, again } = await taken();
  expect(await again({ aloneSince: ports.clock.now() })).toMatchObject({ version: 2 });
});

test('a process that knows itself alone does wait for a run of its own', async () => {
  const { ports, again } = await taken();
  const aloneSince = new Date(ports.clock.now().getTime() - 60_000);
  expect(await again({ aloneSince })).toBe('same');
});
