import type { Command } from '../command.ts';
import { download } from '../download.ts';

/** Gets the certificate of what a job deleted, or the key that all are verified with. */
export const certificate: Command = {
  name: 'certificate',
  usage: 'JOB | key [--output FILE]',
  summary: 'get the certificate of what a job deleted, or the key that certificates are verified with',
  details: ['--output FILE  where to; default: standard output', '"letterlock verify-certificate" needs both files.'],
  options: { output: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const [of = ''] = invocation.words;
    await download(invocation, of === 'key' ? '/certificates/key' : `/jobs/${encodeURIComponent(of)}/certificate`);
  },
};
