import type { Ports } from '../../../ports/ports.ts';
import { filingsOf, type KnownFiling } from '../../reading/read-message.ts';
import { liveRecord } from '../../reading/stored-original.ts';

/** The filings of a message that is neither purged nor being purged. Throws `NotFoundError`. */
export async function liveFilings(ports: Pick<Ports, 'tables'>, archiveId: string): Promise<readonly KnownFiling[]> {
  const [filings] = await Promise.all([filingsOf(ports, archiveId), liveRecord(ports, archiveId)]);
  return filings;
}
