import type { PurgingKind } from '../../domain/job.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged } from '../logged-item.ts';

/** The partition of the activity table that certificates are listed from; the sort key is the job's id, which begins with its time. */
const CERTIFICATES = 'certificate';

/** That there is a certificate of what a job purged. Times are ISO 8601, UTC. */
export interface ListedCertificate {
  readonly jobId: string;
  /** The kind of the job. */
  readonly cause: PurgingKind;
  /** The approved request that the job was for. */
  readonly requestId?: string;
  readonly startedAt: string;
  /** When its last part was signed. */
  readonly certifiedAt: string;
  readonly parts: number;
  readonly messages: number;
  readonly bytes: number;
  /** Of these messages, those of which storage kept bytes for longer. */
  readonly bytesLocked: number;
}

/** Lists a certificate all of whose parts are stored, in the log, too, as jobs are not. Safe to repeat. */
export async function listCertificate(ports: Pick<Ports, 'tables' | 'log'>, listed: ListedCertificate): Promise<void> {
  try {
    await createLogged(ports, 'activity', { pk: CERTIFICATES, sk: listed.jobId }, { data: dataOf(listed) });
  } catch (error) {
    // An attempt that died after this has listed it; what it left unlogged is swept.
    if (!(error instanceof ConflictError)) throw error;
  }
}

/** Certificates, those of the newest jobs first. */
export function listCertificates(
  ports: Pick<Ports, 'tables'>,
  request: PageRequest,
): Promise<ListPage<ListedCertificate>> {
  const place = { table: 'activity', pk: CERTIFICATES, newestFirst: true } as const;
  return listPage(ports, place, request, (item) => typed<ListedCertificate>(item).data);
}
