import { readForIndex } from '../mail/index-text/read-for-index.ts';
import { readArrival } from '../mail/read-arrival.ts';
import { readAttachment, readAttachments } from '../mail/read-attachment.ts';
import { viewOriginal } from '../mail/view-original.ts';
import type { MailReader } from '../ports/mail-reader.ts';

/** Reads in the process that asks, which dies with what it reads: for functions, where the process is theirs alone. */
export const inProcessReader: MailReader = {
  readArrival: async (arrival, rules) => readArrival(arrival, rules),
  viewOriginal: async (original) => viewOriginal(original),
  readAttachment: async (original, index) => readAttachment(original, index),
  readForIndex: async (original, headers) => readForIndex(original, headers),
  readAttachments: async (original, indexes) => readAttachments(original, indexes),
};
