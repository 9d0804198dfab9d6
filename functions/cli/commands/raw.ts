import type { Command } from '../command.ts';
import { download } from '../download.ts';

/** Gives the exact bytes of a message. */
export const raw: Command = {
  name: 'raw',
  usage: 'ARCHIVEID [--output FILE] [--rendition SHA256]',
  summary: 'the exact bytes of a message',
  details: [
    '--output FILE       write to a file instead of standard output',
    '--rendition SHA256  another rendition than the first; "letterlock show --json" lists them',
  ],
  options: { output: { type: 'string', short: 'o' }, rendition: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const rendition = invocation.options.text('rendition');
    const query = rendition === undefined ? '' : `?${new URLSearchParams({ rendition })}`;
    await download(invocation, `/messages/${encodeURIComponent(invocation.words[0] ?? '')}/raw${query}`);
  },
};
