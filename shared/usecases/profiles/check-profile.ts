import { Cron } from 'croner';
import type { ArchiveProfile, FolderSyncProfile, ProfileSchedule, ProfileTarget } from '../../domain/profile.ts';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';

const HOST = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?$/i;
const ADDRESS = /^[0-9a-f.:]{2,45}$/i;

/** What is looked at of a profile of either kind. */
type CheckedProfile = (
  | Pick<ArchiveProfile, 'kind' | 'server' | 'target' | 'filter'>
  | Pick<FolderSyncProfile, 'kind' | 'server' | 'target'>
) &
  Partial<Pick<ArchiveProfile, 'schedule'>>;

/** Throws `InvalidRequestError` naming what is wrong with a profile. */
export async function checkProfile(
  ports: Pick<Ports, 'tables'>,
  profile: CheckedProfile & { readonly hasCredentials: boolean },
  several: object | undefined,
): Promise<void> {
  const { host, protocol } = profile.server;
  if (!HOST.test(host) && !ADDRESS.test(host)) throw new InvalidRequestError('server.host: no host name or address');
  if (profile.schedule) checkSchedule(profile.schedule);
  if (protocol === 'pop3' && profile.kind === 'folder-sync') {
    throw new InvalidRequestError('server.protocol: POP3 knows no folders; they are synchronised by IMAP');
  }
  if (protocol === 'pop3' && profile.kind === 'archive' && !profile.filter.unread) {
    throw new InvalidRequestError('filter.unread: POP3 does not tell what was read');
  }
  if ('ownMailbox' in profile.target !== (several !== undefined)) {
    throw new InvalidRequestError('target: {"ownMailbox": true} goes with several, and with nothing else');
  }
  if (!profile.hasCredentials && !(several && 'createUsers' in several)) {
    throw new InvalidRequestError('credentials: must be given; only accounts of a list have their own');
  }
  await checkTarget(ports, profile.target);
}

function checkSchedule(schedule: ProfileSchedule): void {
  if (!('cron' in schedule)) return;
  const { cron, timeZone } = schedule;
  try {
    if (cron.trim().split(/\s+/).length !== 5) throw new RangeError('five fields');
    if (!new Cron(cron, { timezone: timeZone, paused: true }).nextRun()) throw new RangeError('never');
  } catch {
    throw new InvalidRequestError(
      'schedule: five fields of cron(8) that come to pass, and a time zone such as Europe/Berlin',
    );
  }
}

async function checkTarget(ports: Pick<Ports, 'tables'>, target: ProfileTarget): Promise<void> {
  if ('ownMailbox' in target) return;
  const mailboxId =
    'mailboxId' in target
      ? target.mailboxId
      : typeof target.multidrop.unknownAddresses === 'object'
        ? target.multidrop.unknownAddresses.mailboxId
        : undefined;
  if (mailboxId === undefined) return;
  try {
    await getMailbox(ports, mailboxId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new InvalidRequestError(`target: there is no mailbox ${mailboxId}`);
  }
}
