import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runAction } from '../actions.ts';
import type { ApiClient } from '../api-client.ts';
import type { Command, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliError, CommandFailedError } from '../failures.ts';
import { exitCodeAfter, followRequest } from '../follow-request.ts';
import { type JsonRecord, listText, numberOf, recordOf, recordsOf, textOf } from '../json-value.ts';
import { writeOutputFile } from '../output-file.ts';
import { printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import {
  ACCESS_PATH,
  QUARANTINE_HELP,
  QUARANTINE_USAGE,
  quarantineActions,
  REQUEST_HELP,
  REQUEST_OPTIONS,
  REQUEST_USAGE,
  requestActions,
} from '../request-actions.ts';
import { quarantineLines } from '../request-texts.ts';
import { writeResult } from '../result.ts';

const PATH = ACCESS_PATH;

/** Requests of people who want to know what there is about them (GDPR 15). */
export const accessRequests: Command = {
  name: 'access-requests',
  usage: `[${REQUEST_USAGE} | ${QUARANTINE_USAGE} | export ID [--again] [--output DIR]] [OPTION]...`,
  summary: 'access requests: find what is about a person, look at it, export a copy of it',
  details: [
    ...REQUEST_HELP,
    ...QUARANTINE_HELP,
    '--output DIR        where export puts the parts, ZIP files (default: here); what was exported is downloaded again',
    '--again             exports anew, such as after you chose to keep back more',
    'ACTION is keep: such a message is not in the copy, and listed as withheld.',
  ],
  options: { ...REQUEST_OPTIONS, output: { type: 'string' }, again: { type: 'boolean' } },
  words: { least: 0, most: 4 },
  run: (invocation) =>
    runAction(
      accessRequests,
      { ...requestActions(PATH), ...quarantineActions(PATH), export: { words: 1, run: exportParts } },
      invocation,
    ),
};

/** Exports where that was not done yet, or is asked for again, waits for it, and downloads all parts. */
async function exportParts(invocation: Invocation, id = ''): Promise<ExitCode | undefined> {
  const api = await invocation.api();
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const isRunning = recordOf(await api.json('GET', path)).state === 'running';
  if (!isRunning && (invocation.options.flag('again') || !isWhole(await exportedOf(api, path)))) {
    const approvalId = textOf(recordOf(await api.json('POST', `${path}/export`, {})).approvalId);
    if (approvalId !== '') {
      const told = `waits for a second administrator as ${approvalId}; once that is approved, "export ${id}" downloads it`;
      await writeResult(invocation, { approvalId }, [printableLine(told)]);
      return undefined;
    }
  }
  const request = await followRequest(invocation, api, path);
  const exported = await exportedOf(api, path);
  if (!exported)
    throw new CommandFailedError(`nothing was exported; "letterlock access-requests show ${id}" tells more`);
  const files = await downloadAll(invocation, api, path, id, recordsOf(exported.parts));
  await writeResult(invocation, { ...exported, files }, [
    ...files.map(printableLine),
    `it can be downloaded until ${minuteUtc(textOf(exported.expiresAt))}`,
    ...quarantineLines(request).map(printableLine),
  ]);
  return exitCodeAfter(request);
}

/** What was exported; `undefined` where nothing is. */
async function exportedOf(api: ApiClient, path: string): Promise<JsonRecord | undefined> {
  try {
    return recordOf(await api.json('GET', `${path}/export`));
  } catch (error) {
    if (error instanceof CliError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** Whether all that was exported is still there: parts go with the messages in them. */
function isWhole(exported: JsonRecord | undefined): boolean {
  return exported !== undefined && listText(exported.deletedParts) === '';
}

async function downloadAll(
  { options }: Invocation,
  api: ApiClient,
  path: string,
  id: string,
  parts: readonly JsonRecord[],
): Promise<readonly string[]> {
  const directory = options.text('output') ?? '.';
  await mkdir(directory, { recursive: true });
  const files: string[] = [];
  for (const { part } of parts) {
    const file = join(directory, `${id}-part-${numberOf(part)}.zip`);
    await writeOutputFile(file, api.bytes(`${path}/export/${numberOf(part)}`));
    files.push(file);
  }
  return files;
}
