import type { Ports } from '../../../ports/ports.ts';
import { MAILBOXES } from '../../configuration/configuration-keys.ts';
import { queryAll } from '../../query-all.ts';
import { mailboxHasFilings } from '../../reading/has-filings.ts';
import { MANIFESTS } from './index-keys.ts';

/** Whether there is mail and no index of any: it was lost, or the mail is older than the index. */
export async function isIndexMissing(ports: Pick<Ports, 'derived' | 'tables'>): Promise<boolean> {
  for await (const _ of ports.derived.list(MANIFESTS)) return false;
  for await (const { sk: mailboxId } of queryAll(ports, 'configuration', MAILBOXES)) {
    if (await mailboxHasFilings(ports, mailboxId)) return true;
  }
  return false;
}
