import type { Job } from '../../domain/job.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import { startJob } from '../jobs/jobs.ts';
import type { FilingPorts } from './mailbox-filings.ts';
import { checkRename, type FolderRename, type RenameCounts, renameFolder, renameFrom } from './rename-folder.ts';

/** So many messages are moved while somebody waits for the answer; what is left becomes a job. */
const MOVED_AT_ONCE = 400;

/**
 * Renames a folder with those below it: at once where little lies in them, else as a job of the kind `move-folder`, which
 * goes on from there. Throws as `checkRename` does.
 */
export async function startRename(
  ports: FilingPorts,
  mailbox: Mailbox,
  wanted: Pick<FolderRename, 'from' | 'to' | 'by'>,
): Promise<{ readonly counts: RenameCounts } | { readonly job: Job }> {
  const checked = renameFrom(await checkRename(ports, mailbox, wanted));
  const { counts, rest } = await renameFolder(ports, mailbox, checked, ({ messages, left }) => {
    return messages + left < MOVED_AT_ONCE;
  });
  if (!rest) return { counts };
  const { mailboxId } = mailbox;
  return { job: await startJob(ports, 'move-folder', { checkpoint: rest, mailboxId }) };
}
