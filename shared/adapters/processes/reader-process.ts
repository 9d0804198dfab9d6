import { UnreadableError } from '../../errors.ts';
import type { MailReader } from '../../ports/mail-reader.ts';
import { createIsolatedProcess } from './isolated-process.ts';

export interface ReaderLimits {
  /** Of what is read, its parts and text; the bytes lie outside. Stops mail that takes all memory. */
  readonly heapMegabytes: number;
  /** Of everything (see `ProcessLimits`). Left out: as much as the machine has. */
  readonly residentMegabytes?: number;
  /** How long reading may take, beside `SECONDS_PER_MEGABYTE`. Stops mail that is read for ever. */
  readonly readSeconds: number;
}

const DEFAULT_LIMITS: ReaderLimits = { heapMegabytes: 512, readSeconds: 10 };
const SECONDS_PER_MEGABYTE = 1;

/** A reader in a process of its own (see `createIsolatedProcess`); `entry` is a module that calls `serveReader`. */
export function createReaderProcess(entry: URL, given: Partial<ReaderLimits> = {}): MailReader {
  const { readSeconds: seconds, ...memory } = { ...DEFAULT_LIMITS, ...given };
  const limits = { ...memory, seconds, secondsPerMegabyte: SECONDS_PER_MEGABYTE, isConfined: true };
  const isolated = createIsolatedProcess(entry, limits);

  const ask = async <T>(method: keyof MailReader, bytes: Uint8Array, argument: unknown): Promise<T> => {
    const answer = await isolated.ask<T>(method, bytes, argument);
    if (answer.outcome === 'answered') return answer.value;
    throw new UnreadableError(
      answer.outcome === 'time' ? `reading took over ${Math.round(answer.seconds)} s` : 'its reader ended',
    );
  };

  return {
    // A caller's rules may come with what no process can be handed.
    readArrival: (arrival, { journalDomain, singleInstanceBytes, keepCarriers = false }) =>
      ask('readArrival', arrival, { journalDomain, singleInstanceBytes, keepCarriers }),
    viewOriginal: (original) => ask('viewOriginal', original, undefined),
    readAttachment: (original, index) => ask('readAttachment', original, index),
    readForIndex: (original, headers) => ask('readForIndex', original, headers),
    readAttachments: (original, indexes) => ask('readAttachments', original, indexes),
  };
}
