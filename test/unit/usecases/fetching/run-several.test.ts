import { expect, test } from 'vitest';
import { runSeveral } from '../../../../shared/usecases/fetching/run-several.ts';
import { checkpointOf, getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { createFolderSyncProfile } from '../../../../shared/usecases/profiles/change-profiles.ts';
import { mailboxesOfList } from '../../../../shared/usecases/profiles/mailboxes-of-list.ts';
import { startProfileJob } from '../../../../shared/usecases/profiles/start-profile-job.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const JOURNAL_DOMAIN = 'journal.example.org';
const CSV = `IMAP user name,password,e-mail address,archive user
anna,secret,anna@example.org,anna
ben,secret,ben@example.org,ben`;

test.each([
  { name: 'a run of several mailboxes has a job for each', only: undefined, accounts: ['anna', 'ben'], leftOut: 0 },
  { name: 'a run of one of several has a job for that one', only: 'ben', accounts: ['ben'], leftOut: 0 },
  { name: 'a run of a mailbox that is none of several tells of it', only: 'nobody', accounts: [], leftOut: 1 },
])('$name', async ({ name, only, accounts, leftOut }) => {
  const ports = createMemoryPorts(name);
  const profile = await createFolderSyncProfile(ports, ports, {
    name: 'all',
    server: {
      protocol: 'imap',
      host: 'mail.example.org',
      port: 993,
      security: 'tls',
      acceptAllCertificates: false,
      timeoutSeconds: 60,
    },
    several: { csv: CSV, createUsers: true, atOnce: 2 },
    folders: { include: [], exclude: [], shared: false },
    target: { ownMailbox: true },
    mirrorTrash: false,
    conflicts: 'live',
    archiveMissing: false,
    removeEmptyFolders: false,
    compareEveryDays: 7,
  });
  const { profileId, several } = profile;
  if (!several || !('list' in several)) throw new Error('no list');
  const context = { ports, filing: { journalDomain: JOURNAL_DOMAIN } };
  const all = await mailboxesOfList({ ports, journalDomain: JOURNAL_DOMAIN }, { profileId }, several, () => true);
  const mailboxId = all?.mailboxes.find(({ account }) => account === only)?.mailboxId ?? 'mb-none';
  const wanted = { archivesMissing: true, ...(only === undefined ? {} : { mailboxId }) } as const;
  const { jobId } = await startProfileJob(ports, profile, wanted);
  await runSeveral(context, await getJob(ports, jobId), { profileId, several }, () => true);
  const planned = await checkpointOf<{
    readonly children: readonly { readonly account: string; readonly jobId: string }[];
    readonly leftOut: number;
  }>(ports, jobId);
  expect(planned?.leftOut).toBe(leftOut);
  expect(planned?.children.map(({ account }) => account)).toEqual(accounts);
  for (const child of planned?.children ?? []) {
    expect((await getJob(ports, child.jobId)).data).toMatchObject({ account: child.account, archivesMissing: true });
  }
  expect((await getJob(ports, jobId)).data.outcome).toBe(leftOut > 0 ? 'failed' : undefined);
});
