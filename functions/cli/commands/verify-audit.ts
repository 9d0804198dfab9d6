import type { CheckpointReference } from '../../../shared/domain/audit-chain.ts';
import { faultText } from '../../../shared/usecases/audit/audit-findings.ts';
import { verifyAudit } from '../../../shared/usecases/audit/verify-audit.ts';
import type { Command } from '../command.ts';
import { openDirectoryBucket } from '../directory-bucket.ts';
import { CommandFailedError, UsageError } from '../failures.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Verifies the audit trail in a directory, without any server. */
export const verifyAuditCommand: Command = {
  name: 'verify-audit',
  usage: 'DIR [--checkpoint N:SHA256]',
  summary: 'verify the audit trail in a directory, without a server',
  details: [
    'DIR                    the archive bucket, or a copy of it, or the data directory',
    '--checkpoint N:SHA256  the last checkpoint as an earlier run told it: shows that nothing was cut off before it',
  ],
  options: { checkpoint: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const checkpoint = checkpointOf(invocation.options.text('checkpoint'));
    const source = await openDirectoryBucket(invocation.words[0] ?? '');
    const report = await verifyAudit(source, checkpoint ? { checkpoint } : {});
    const { events, batches, chains, checkpoints, faults, first, lastCheckpoint } = report;
    await writeResult(invocation, report, [
      ...first.map((fault) => printableLine(faultText(fault))),
      `${events} events in ${batches} batches of ${chains} chains, ${checkpoints} checkpoints, ${faults} faults`,
      `last checkpoint: ${lastCheckpoint.n}:${lastCheckpoint.hash}`,
    ]);
    if (faults > 0) throw new CommandFailedError(`the audit trail has ${faults} faults`, 'damaged');
  },
};

function checkpointOf(text: string | undefined): CheckpointReference | undefined {
  if (text === undefined) return undefined;
  const [, n = '', hash = ''] = /^(\d{1,10}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === '') throw new UsageError('--checkpoint is a number, a colon and 64 hex digits');
  return { n: Number(n), hash };
}
