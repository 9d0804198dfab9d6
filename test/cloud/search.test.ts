import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textPdf } from '../../infra/local/demo/content/pdf.ts';
import { CloudWorld } from './cloud-world.ts';
import { sqsEvent } from './events.ts';
import type { DeployedFunction } from './functions-in.ts';
import { deployedFunctions } from './functions-of.ts';
import { message } from './messages.ts';
import { runJobs } from './run-jobs.ts';

const ARRIVALS = 'letterlock-example-arrivals';

let world: CloudWorld;
let endpoint: { readonly address: string; readonly mailboxId: string };
beforeAll(async () => {
  world = await CloudWorld.start({ functions: deployedFunctions() });
  endpoint = await openArchive(world);
});
afterAll(() => world.stop());

/** With an endpoint whose mail the administrator may read. */
async function openArchive(opened: CloudWorld): Promise<typeof endpoint> {
  await opened.signIn();
  const created = await opened.api('POST', '/journal-endpoints', { name: 'all' });
  await opened.api('PUT', `/mailboxes/${created.mailboxId}/access/admin`, { privileges: ['read'] });
  return created;
}

async function file(
  into: CloudWorld,
  address: string,
  ...mails: readonly { id: string; raw: string }[]
): Promise<void> {
  const announced = mails.map(({ id, raw }) => into.receive(id, raw, address));
  await into.invoke('archive-arrivals', sqsEvent(ARRIVALS, ...announced));
}

/** A message with a PDF that has one line of text. */
function withPdf(id: string, line: string): { readonly id: string; readonly raw: string } {
  const part = [
    'Content-Type: application/pdf; name=a.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    textPdf([line]).toString('base64'),
  ];
  const body = ['--b', 'Content-Type: text/plain', '', 'See the annex.', '--b', ...part, '--b--'].join('\r\n');
  return { id, raw: message(id, { body, top: 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n' }) };
}

async function subjectsFound(by: CloudWorld, query: string): Promise<readonly string[]> {
  const { items } = await by.api('GET', `/search?q=${encodeURIComponent(query)}`);
  return items.map(({ subject }: { readonly subject: string }) => subject);
}

test('what was filed is found, by the words of its attachments too', async () => {
  await file(world, endpoint.address, withPdf('contract', 'Liability is limited'), {
    id: 'plain',
    raw: message('plain', { body: 'Nothing of that kind.' }),
  });
  await world.index();
  expect(await subjectsFound(world, 'annex')).toEqual(['contract']);
  expect(await subjectsFound(world, 'attachment:liability')).toEqual(['contract']);
  expect(await subjectsFound(world, 'nothing kind')).toEqual(['plain']);
});

test('the same event again changes nothing', async () => {
  const derived = world.variable('LETTERLOCK_S3_BUCKET_DERIVED');
  const before = world.aws.objects.keys(derived).length;
  const [nudge = ''] = world.aws.sent('letterlock-example-index.fifo');
  await world.invoke('index-messages', sqsEvent('letterlock-example-index.fifo', nudge));
  expect(world.aws.objects.keys(derived)).toHaveLength(before);
  expect(await subjectsFound(world, 'annex')).toEqual(['contract']);
});

test('a search over many mailboxes is done by other functions, each with a part of them', async () => {
  for (let n = 1; n <= 80; n += 1) {
    await world.api('POST', '/mailboxes', { name: `Many ${n}`, primaryAddress: `many-${n}@example.org` });
  }
  const before = world.aws.calls.length;
  expect(await subjectsFound(world, 'subject:plain')).toEqual(['plain']);
  const invoked = world.aws.calls.slice(before).filter(({ action }) => action === 'lambda:InvokeFunction');
  expect(invoked.length).toBeGreaterThan(10);
  const tasks = invoked.map(({ body }) => JSON.parse(body).units.length);
  expect(Math.max(...tasks)).toBeLessThanOrEqual(8);
});

test('one that takes long goes on as a job', async () => {
  const { jobId } = await world.api('POST', '/search', { q: 'annex', job: true });
  await runJobs(world);
  const { items, total } = await world.api('GET', `/search?job=${jobId}`);
  expect({ subjects: items.map((item: { readonly subject: string }) => item.subject), total }).toEqual({
    subjects: ['contract'],
    total: 1,
  });
});

describe('a segment that was damaged', () => {
  test('is named by the search that comes upon it, and made again from the mail', async () => {
    const damaged = await CloudWorld.start({ functions: deployedFunctions() });
    try {
      const { address, mailboxId } = await openArchive(damaged);
      await file(damaged, address, withPdf('mended', 'Liability is limited'));
      await damaged.index();
      const bucket = damaged.variable('LETTERLOCK_S3_BUCKET_DERIVED');
      for (const key of damaged.aws.objects.keys(bucket).filter((name) => name.endsWith('.idx'))) {
        damaged.aws.objects.put(bucket, key, Buffer.alloc(damaged.aws.objects.get(bucket, key)?.length ?? 0));
      }
      expect(await damaged.api('GET', '/search?q=annex')).toMatchObject({
        items: [],
        totalIsExact: false,
        searched: { failed: [mailboxId] },
      });
      await damaged.index();
      await runJobs(damaged);
      // A function that has just read a manifest goes by it for half a second.
      await expect
        .poll(() => damaged.api('GET', '/search?q=liability'), { timeout: 10_000 })
        .toMatchObject({ items: [{ subject: 'mended' }], searched: { failed: [] } });
    } finally {
      await damaged.stop();
    }
  });
});

describe('an attachment that kills its reader', () => {
  test('costs its own text, and nothing else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'letterlock-deadly-'));
    const deadly = await CloudWorld.start({
      functions: deployedFunctions().map((one) => withDeadlyReader(one, directory)),
    });
    try {
      const { address } = await openArchive(deadly);
      await file(deadly, address, withPdf('bomb', 'Liability is limited'), { id: 'beside', raw: message('beside') });
      await deadly.index();
      expect(await subjectsFound(deadly, 'annex')).toEqual(['bomb']);
      expect(await subjectsFound(deadly, 'attachment:unreadable')).toEqual(['bomb']);
      expect(await subjectsFound(deadly, 'subject:beside')).toEqual(['beside']);
    } finally {
      await deadly.stop();
      rmSync(directory, { recursive: true });
    }
  });

  /** The same bundle beside a reader that dies of everything. */
  function withDeadlyReader(deployed: DeployedFunction, directory: string): DeployedFunction {
    if (deployed.name !== 'index-messages') return deployed;
    cpSync(deployed.code, directory, { recursive: true });
    const dies = "process.on('message', () => process.kill(process.pid, 'SIGKILL')); process.send('ready');";
    writeFileSync(join(directory, 'extractor-process.mjs'), dies);
    return { ...deployed, code: directory };
  }
});

test('nothing is logged of what is searched for, or found', async () => {
  for (const name of ['http-api', 'search-units', 'index-messages', 'run-maintenance']) {
    const { log } = await world.process(name);
    expect(log).not.toMatch(/annex|liability|example\.net/i);
  }
});
