import type { SignatureVerdict } from '../../domain/signature-verdict.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { verdictKey } from '../message-keys.ts';

/** What the signatures of an arrival were found to be; `undefined` where it has none, or none was verified yet. */
export async function verdictsOf(
  { tables }: Pick<Ports, 'tables'>,
  archiveId: string,
  arrivalId: string,
): Promise<readonly SignatureVerdict[] | undefined> {
  const item = await tables.get('messages', verdictKey(archiveId, arrivalId));
  return item && typed<{ readonly signatures: readonly SignatureVerdict[] }>(item).data.signatures;
}
