import type { JobOutcome } from '../../../../shared/domain/job.ts';
import type { ProfileSchedule } from '../../../../shared/domain/profile.ts';
import { ALL_MAIL } from '../../../../shared/domain/profile-preset.ts';
import type { Mailer } from '../../../../shared/ports/mailer.ts';
import { NOTIFICATIONS_KEY } from '../../../../shared/usecases/configuration/configuration-keys.ts';
import { dataOf } from '../../../../shared/usecases/item-data.ts';
import { finishJob } from '../../../../shared/usecases/jobs/finish-job.ts';
import { getJob, startJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { createProfile } from '../../../../shared/usecases/profiles/change-profiles.ts';
import type { Notifications } from '../../../../shared/usecases/settings/notifications.ts';
import { createMemoryPorts } from '../memory-ports.ts';

export const MINUTE_MS = 60_000;

type SentMail = Parameters<Mailer['send']>[0];

/** Ports, and a mailer that keeps what it is given, or refuses. */
export function createDigestWorld(seed: string) {
  const sent: SentMail[] = [];
  const refusals: Error[] = [];
  const mailer: Mailer = {
    async send(mail) {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      sent.push(mail);
    },
  };
  const ports = { ...createMemoryPorts(seed), mailer };

  async function configure(settings: Partial<Notifications>): Promise<void> {
    await ports.tables.put('configuration', { ...NOTIFICATIONS_KEY, version: 1, data: dataOf(settings) });
  }

  async function newProfile(name: string, schedule: ProfileSchedule): Promise<string> {
    const server = { host: 'mail.example.org', port: 993, acceptAllCertificates: false, timeoutSeconds: 60 };
    const { profileId } = await createProfile(ports, ports, {
      name,
      server: { protocol: 'imap', security: 'tls', ...server },
      credentials: { method: 'password', userName: 'anna', password: 'secret' },
      folders: ALL_MAIL,
      filter: { unread: true },
      target: { multidrop: { trustedHosts: [], unknownAddresses: 'exclude', folder: 'Inbox', journalReports: false } },
      schedule,
      compareEveryDays: 7,
    });
    return profileId;
  }

  /** A job that begins and ends now. */
  async function runJob(
    outcome: JobOutcome,
    of: { readonly profileId?: string; readonly parentJobId?: string } = {},
  ): Promise<string> {
    const { jobId } = await startJob(ports, 'fetch', of);
    await finishJob(ports, await getJob(ports, jobId), outcome, { by: 'test' });
    return jobId;
  }

  return { ports, sent, refusals, configure, newProfile, runJob };
}

export type DigestWorld = ReturnType<typeof createDigestWorld>;
