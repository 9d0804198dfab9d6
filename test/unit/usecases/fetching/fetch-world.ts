import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { Job } from '../../../../shared/domain/job.ts';
import type { ArchiveProfile } from '../../../../shared/domain/profile.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { runFetchJob } from '../../../../shared/usecases/fetching/run-fetch-job.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { getJob, jobLog } from '../../../../shared/usecases/jobs/jobs.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { createProfile, type ProfileSettings } from '../../../../shared/usecases/profiles/change-profiles.ts';
import { profileItem } from '../../../../shared/usecases/profiles/find-profiles.ts';
import { startProfileJob } from '../../../../shared/usecases/profiles/start-profile-job.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import { MemoryServer } from './memory-source.ts';

const MAX_SLICES = 500;

/** An archive in memory, a mail server in memory, and a profile that fetches one into the other. */
export async function createFetchWorld(seed: string, change: Partial<ProfileSettings> = {}) {
  const ports = createMemoryPorts(seed);
  const server = new MemoryServer();
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.example.org' });
  const { mailboxId } = await createMailbox(configuration, { name: 'Anna', primaryAddress: 'anna@example.org' });
  const profile: ArchiveProfile = await createProfile(ports, ports, {
    name: 'anna',
    server: {
      protocol: 'imap',
      host: 'mail.example.org',
      port: 993,
      security: 'tls',
      acceptAllCertificates: false,
      timeoutSeconds: 60,
    },
    credentials: { method: 'password', userName: 'anna', password: 'secret' },
    folders: { include: [], exclude: [], shared: false },
    filter: { unread: true },
    target: { mailboxId },
    compareEveryDays: 7,
    ...change,
  });

  /** Runs slices of a job until it is finished, each on `portsOf(slice)`; a slice that throws is as one that was killed. */
  async function finish(
    jobId: string,
    {
      mayGoOn = () => true,
      portsOf = () => ports,
    }: { mayGoOn?: () => boolean; portsOf?: (slice: number) => Ports } = {},
  ): Promise<Job> {
    for (let slice = 0; slice < MAX_SLICES; slice += 1) {
      const { data } = await getJob(ports, jobId);
      if (data.state === 'finished') return data;
      // As long as it takes until a run that was killed counts as dead.
      ports.clock.advance(60_000);
      const own = portsOf(slice);
      const filing = {
        ports: own,
        directory: bookDirectory(createConfigurationContext(own, { journalDomain: 'journal.example.org' })),
        journalDomain: 'journal.example.org',
        singleInstanceBytes: 32_768,
      };
      const context = { ports: own, filing, budget: new ByteBudget(1 << 24), openSource: server.open };
      await runFetchJob(context, jobId, mayGoOn).catch(() => undefined);
    }
    throw new Error('the job does not end');
  }

  /** The same archive, whose tables were lost and rebuilt from the bucket; runs the profile once more. */
  async function runRebuilt(): Promise<Job> {
    const rebuilt: Ports = { ...ports, tables: createMemoryTables() };
    const directory = bookDirectory(createConfigurationContext(rebuilt, { journalDomain: 'journal.example.org' }));
    await rebuildTables(rebuilt, directory);
    const { profile: found } = await profileItem(rebuilt, profile.profileId);
    const { jobId } = await startProfileJob(rebuilt, found);
    const filing = { ports: rebuilt, directory, journalDomain: 'journal.example.org', singleInstanceBytes: 32_768 };
    const context = { ports: rebuilt, filing, budget: new ByteBudget(1 << 24), openSource: server.open };
    await runFetchJob(context, jobId, () => true);
    return (await getJob(rebuilt, jobId)).data;
  }

  async function run(options: Parameters<typeof finish>[1] = {}): Promise<Job> {
    const { jobId } = await startProfileJob(ports, profile);
    return await finish(jobId, options);
  }

  return {
    ports,
    server,
    mailboxId,
    profile,
    run,
    runRebuilt,
    log: async (jobId: string) => (await jobLog(ports, jobId, { limit: 200 })).items.map(({ message }) => message),
  };
}
