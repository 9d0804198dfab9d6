import { parseArrivalKey } from '../../../../shared/domain/archive-id.ts';
import { openArrival } from '../../../../shared/mail/stored-arrival.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';

/** Throws where an attachment outlives every message that has it. That none is missing shows when arrivals are read. */
export async function checkAttachments({ archive, tables }: Ports): Promise<void> {
  const needed = new Set<string>();
  for await (const { key } of archive.list('messages/')) {
    const ids = parseArrivalKey(key);
    const object = await archive.get(key);
    const record = ids && (await tables.get('messages', recordKey(ids.archiveId)));
    if (!object || record?.data.state !== 'live') throw new Error(`${key} is left of no live message`);
    for (const { attachmentId } of openArrival(key, object.body).header.cuts ?? []) needed.add(attachmentId);
  }
  for await (const { key } of archive.list('attachments/')) {
    const attachmentId = key.split('/').at(-1) ?? '';
    if (!needed.has(attachmentId)) throw new Error(`${key} is left, and no message has it`);
  }
}
