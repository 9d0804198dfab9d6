import { isHoldJob } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FinishPorts } from '../jobs/finish-job.ts';
import { checkpointOf, getJob } from '../jobs/jobs.ts';
import { runSlice } from '../jobs/run-slice.ts';
import { type HoldJobCheckpoint, type HoldTools, runHoldJob } from './run-hold-job.ts';

const SINCE_LAST_TIME: HoldJobCheckpoint = { phase: 'days', counts: { messages: 0, versions: 0 } };

/**
 * Runs a queued job of the kind `holds`, or takes up one that died: to its end, or for as long as `mayGoOn` answers
 * true, and then queues it again with a checkpoint. Without `tools` storage locks no versions, and none is set. Safe to
 * repeat. Throws `TypeError` for a job of another kind, `NotFoundError`.
 */
export async function runQueuedHoldJob(
  ports: FinishPorts & Pick<Ports, 'queue' | 'logs'>,
  tools: HoldTools | undefined,
  jobId: string,
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  if (!isHoldJob(found.data.kind)) throw new TypeError(`${jobId} runs elsewhere`);
  await runSlice(ports, found, 'hold-versions', async (keep) => {
    if (!tools) return { details: { versions: 0 } };
    const from = (await checkpointOf<HoldJobCheckpoint>(ports, jobId)) ?? SINCE_LAST_TIME;
    const reached = (rest: HoldJobCheckpoint) => keep({ details: { ...rest.counts }, rest });
    const { counts, rest } = await runHoldJob(tools, from, mayGoOn, reached);
    return { details: { ...counts }, ...(rest && { rest }) };
  });
}
