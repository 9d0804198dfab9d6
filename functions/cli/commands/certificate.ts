import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { download } from '../download.ts';
import { type JsonRecord, numberOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { minuteUtc, sizeText } from '../quantities.ts';

/** Lists certificates of what jobs deleted; gets one, or the key that all are verified with. */
export const certificate: Command = {
  name: 'certificate',
  usage: 'JOB | key | list [--output FILE]',
  summary: 'get the certificate of what a job deleted, or the key that certificates are verified with; list them',
  details: [
    '--output FILE    where to; default: standard output',
    '--limit N, --all with list: how many (default 50), those of the newest jobs first',
    '"letterlock verify-certificate" needs a certificate and the key.',
  ],
  options: { ...LIST_OPTIONS, output: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const [of = ''] = invocation.words;
    if (of === 'list') return await list(invocation);
    await download(invocation, of === 'key' ? '/certificates/key' : `/jobs/${encodeURIComponent(of)}/certificate`);
  },
};

const COLUMNS = [
  { title: 'JOB' },
  { title: 'STARTED' },
  { title: 'CAUSE' },
  { title: 'MESSAGES', align: 'right' },
  { title: 'SIZE', align: 'right' },
  { title: 'BYTES LOCKED', align: 'right' },
  { title: 'REQUEST' },
] as const;

function rowOf(listed: JsonRecord): readonly string[] {
  return [
    textOf(listed.jobId),
    minuteUtc(textOf(listed.startedAt)),
    textOf(listed.cause),
    textOf(listed.messages),
    sizeText(numberOf(listed.bytes)),
    textOf(listed.bytesLocked),
    textOf(listed.requestId),
  ];
}

async function list(invocation: Invocation): Promise<void> {
  await writeListing(invocation, { path: '/certificates', columns: COLUMNS, row: rowOf, empty: 'no certificates' });
}
