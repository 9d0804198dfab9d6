import type { ApiClient } from './api-client.ts';
import type { Invocation } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { exitCodeOf } from './job-progress.ts';
import { type JsonRecord, recordOf, textOf } from './json-value.ts';
import { waitFor } from './waiting.ts';

/**
 * Waits until the newest job of the request under `path` has ended: the request tells of it, as not everybody who may
 * make one sees jobs. Answers the request as it is then. Throws `CliError`.
 */
export async function followRequest({ terminal }: Invocation, api: ApiClient, path: string): Promise<JsonRecord> {
  let told = '';
  return await waitFor(async () => {
    const request = recordOf(await api.json('GET', path));
    const job = recordOf(request.lastJob);
    // One that was lost ends no more.
    if (job.state === 'finished' || textOf(job.jobId) === '') return request;
    const line = `${textOf(request.state)}: ${textOf(job.kind)} is ${textOf(job.state)}`;
    if (line !== told) terminal.note(line);
    told = line;
    return undefined;
  });
}

/** What the process ends with after the newest job of a request did. */
export function exitCodeAfter(request: JsonRecord): ExitCode {
  const job = recordOf(request.lastJob);
  return textOf(job.jobId) === '' ? EXIT.failed : exitCodeOf(job);
}
