import type { OriginalView } from '../../domain/original.ts';
import { UnreadableError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';

/** What people read of an original. Where reading fails they still get what its header section says, and the raw bytes. */
export async function viewOf(
  { reader, logs }: Pick<Ports, 'reader' | 'logs'>,
  original: Uint8Array,
): Promise<OriginalView> {
  try {
    return await reader.viewOriginal(original);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    logs.error('original not readable', { error });
    return { text: '', truncated: false, unreadable: true, attachments: [] };
  }
}
