import type { ApiClient } from './api-client.ts';
import type { Invocation } from './command.ts';
import { EXIT, type ExitCode, JOB_EXIT } from './exit-codes.ts';
import { type JsonRecord, numberOf, recordOf, textOf } from './json-value.ts';
import { printableLine } from './printable.ts';
import { secondUtc, sizeText } from './quantities.ts';
import { waitFor } from './waiting.ts';

export const FOLLOW_HELP: readonly string[] = [
  '--follow          tells how far the job has come until it ends; exit code 0 for succeeded, 10 for',
  '                  completedWithErrors, 11 for failed, 12 for cancelled, 13 for disconnected',
];

/** Folders of a job, as `12/300`; empty where they are not known. */
export function foldersText(job: JsonRecord): string {
  const { folders, foldersDone } = recordOf(job.progress);
  return folders === undefined ? '' : `${numberOf(foldersDone)}/${numberOf(folders)}`;
}

/** How far a job has come, in one line that is safe for a terminal; `undefined` for one that has ended, or not begun. */
export function progressLine(job: JsonRecord): string | undefined {
  if (job.state !== 'running') return undefined;
  const { messagesPerSecond, estimatedEndAt } = recordOf(job.progress);
  const { seen, bytes } = recordOf(job.counts);
  const folders = foldersText(job);
  const parts = [
    ...(folders ? [`folders ${folders.replace('/', ' of ')}`] : []),
    `seen ${numberOf(seen)} (${sizeText(numberOf(bytes))})`,
    ...(messagesPerSecond === undefined ? [] : [`${numberOf(messagesPerSecond)} messages/s`]),
    ...(estimatedEndAt === undefined ? [] : [`ends about ${secondUtc(textOf(estimatedEndAt))}`]),
  ];
  return printableLine(parts.join(', '));
}

/** Waits for the end of a job, and notes on the way how far it has come. Answers the job as it ended. Throws `CliError`. */
export async function followJob({ terminal }: Invocation, api: ApiClient, jobId: string): Promise<JsonRecord> {
  let told = '';
  return await waitFor(async () => {
    const job = recordOf(await api.json('GET', `/jobs/${encodeURIComponent(jobId)}`));
    if (job.state === 'finished') return job;
    const line = progressLine(job) ?? textOf(job.state);
    if (line !== told) terminal.note(line);
    told = line;
    return undefined;
  });
}

/** What the process ends with after a job did. */
export function exitCodeOf({ outcome }: JsonRecord): ExitCode {
  return JOB_EXIT.get(textOf(outcome)) ?? EXIT.failed;
}
