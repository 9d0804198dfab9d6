import type { MessageRecord } from '../../domain/message.ts';
import { DamagedError, UnreadableError } from '../../errors.ts';
import { originalIn } from '../../mail/stored-arrival.ts';
import type { Ports } from '../../ports/ports.ts';
import { loadArrival } from '../load-arrival.ts';
import { forgetTexts } from './kept-texts.ts';

/**
 * Deletes what is kept of the texts in a message's attachments, while its bytes still say which those are. Other
 * messages with the same attachments lose nothing but time. What cannot be read had no texts to be kept.
 */
export async function forgetMessageTexts(
  ports: Pick<Ports, 'archive' | 'derived' | 'reader' | 'logs'>,
  archiveId: string,
  { first, summary }: MessageRecord,
): Promise<void> {
  if (!summary.hasAttachments) return;
  try {
    const stored = await loadArrival(ports, archiveId, first.arrivalId);
    if (!stored) return;
    const { attachments } = await ports.reader.readForIndex(originalIn(stored), []);
    await forgetTexts(
      ports,
      attachments.map(({ contentHash }) => contentHash),
    );
  } catch (error) {
    if (!(error instanceof DamagedError || error instanceof UnreadableError)) throw error;
    ports.logs.warn('texts of attachments not looked up', { archiveId, error });
  }
}
