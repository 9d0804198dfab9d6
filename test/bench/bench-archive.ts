import { openStores } from '../../infra/local/stores.ts';
import { startWorkers } from '../../infra/local/workers.ts';
import type { Job } from '../../shared/domain/job.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import { getJob } from '../../shared/usecases/jobs/jobs.ts';
import { createMailbox } from '../../shared/usecases/mailboxes/create-mailbox.ts';
import { createProfile } from '../../shared/usecases/profiles/change-profiles.ts';
import { startProfileJob } from '../../shared/usecases/profiles/start-profile-job.ts';
import { PASSWORD } from '../servers/dovecot.ts';
import { quietLogs } from './bench-organisation.ts';

/** The local system without listeners, with a profile that fetches a mailbox of a Dovecot on loopback. */
export interface BenchArchive {
  startFetch(): Promise<string>;
  job(jobId: string): Promise<Job>;
  /** Resolves once nothing waits in a queue. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const JOURNAL_DOMAIN = 'journal.localhost';

export type OpenBenchArchive = typeof openBenchArchive;

export async function openBenchArchive(
  dataDir: string,
  { account, port }: { readonly account: string; readonly port: number },
): Promise<BenchArchive> {
  const { ports, queue, close } = await openStores(dataDir, quietLogs);
  const configuration = createConfigurationContext(ports, { journalDomain: JOURNAL_DOMAIN });
  const directory = bookDirectory(configuration);
  const filing = { ports, directory, journalDomain: JOURNAL_DOMAIN, singleInstanceBytes: SINGLE_INSTANCE_BYTES };
  startWorkers(ports, queue, filing);
  const { mailboxId } = await createMailbox(configuration, { name: 'Bench', primaryAddress: 'bench@example.org' });
  const { profileId } = await createProfile(ports, ports, {
    name: 'bench',
    server: {
      protocol: 'imap',
      host: '127.0.0.1',
      port,
      security: 'plain',
      acceptAllCertificates: false,
      timeoutSeconds: 60,
    },
    credentials: { method: 'password', userName: account, password: PASSWORD },
    folders: { include: [], exclude: [], shared: false },
    filter: { unread: true },
    target: { mailboxId },
    compareEveryDays: 7,
  });
  return {
    startFetch: async () => (await startProfileJob(ports, { profileId, kind: 'archive' })).jobId,
    job: async (jobId) => (await getJob(ports, jobId)).data,
    settled: () => queue.drain(),
    close: async () => {
      await queue.close();
      await close();
    },
  };
}
