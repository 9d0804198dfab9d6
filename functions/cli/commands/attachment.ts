import type { Command } from '../command.ts';
import { download } from '../download.ts';
import { UsageError } from '../failures.ts';

/** Gives the decoded bytes of an attachment. */
export const attachment: Command = {
  name: 'attachment',
  usage: 'ARCHIVEID INDEX [--output FILE]',
  summary: 'the content of an attachment; "letterlock show" numbers them from 0',
  details: ['--output FILE  write to a file instead of standard output'],
  options: { output: { type: 'string', short: 'o' } },
  words: { least: 2, most: 2 },
  async run(invocation) {
    const [archiveId = '', index = ''] = invocation.words;
    if (!/^\d{1,6}$/.test(index)) throw new UsageError(`INDEX is the number of an attachment, not ${index}`);
    await download(invocation, `/messages/${encodeURIComponent(archiveId)}/attachments/${index}`);
  },
};
