import type { AuditorMandate } from '../../domain/auditor.ts';
import type { User } from '../../domain/user.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { principalListPartition } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { getUser } from '../identity/find-users.ts';
import { typed } from '../item-data.ts';

/** A user who is an auditor. */
export type Auditor = User & { readonly auditor: AuditorMandate };

/** Auditors by name, which is by time, newest first; eventually consistent. */
export function listAuditors(ports: Pick<Ports, 'tables'>, request: PageRequest): Promise<ListPage<Auditor>> {
  const place = {
    table: 'configuration',
    pk: principalListPartition('user'),
    index: 'list',
    newestFirst: true,
    from: 'auditor-',
    to: 'auditor-~',
  } as const;
  return listPage(ports, place, request, (item) => asAuditor(typed<User>(item).data));
}

/** Throws `NotFoundError`, also for a user who is none. */
export async function getAuditor(ports: Pick<Ports, 'tables'>, userName: string): Promise<Auditor> {
  const auditor = asAuditor(await getUser(ports, userName));
  if (!auditor) throw new NotFoundError(`auditor ${userName}`);
  return auditor;
}

function asAuditor(user: User): Auditor | undefined {
  const { auditor } = user;
  return auditor && { ...user, auditor };
}
