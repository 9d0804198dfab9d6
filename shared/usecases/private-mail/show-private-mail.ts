import { ConflictError } from '../../errors.ts';
import { getAuditor } from '../auditors/find-auditors.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { dataOf } from '../item-data.ts';
import { createLogged, getLogged } from '../logged-item.ts';
import { type PrivateMail, shownKey } from './private-mail-book.ts';

/**
 * Lets an auditor read a private message, or what is private in a mailbox, until the auditor's time is
 * over; the scope still holds. Safe to repeat. Throws `NotFoundError` where the user is no auditor.
 */
export async function showPrivateMail(
  { ports, privateMail }: Pick<ConfigurationContext, 'ports' | 'privateMail'>,
  { auditor, mail, shownBy }: { readonly auditor: string; readonly mail: PrivateMail; readonly shownBy: string },
): Promise<void> {
  const { userId } = await getAuditor(ports, auditor);
  const key = shownKey(userId, mail);
  try {
    const data = dataOf({ shownBy, shownAt: ports.clock.now().toISOString() });
    await createLogged(ports, 'configuration', key, { data });
  } catch (error) {
    if (!(error instanceof ConflictError) || !(await getLogged(ports, 'configuration', key))) throw error;
  } finally {
    privateMail.forget(userId, mail);
  }
}
