import { Anomalies } from './anomaly.ts';
import { findMessageStart, type ReadableMessage } from './message-start.ts';
import type { Part } from './part.ts';
import { readStructure } from './structure.ts';

/** A message taken apart, and what was odd about its structure. */
export interface MessageParts extends ReadableMessage {
  readonly root: Part;
  readonly anomalies: Anomalies;
}

/** Takes a message apart, in one pass and without ever throwing. */
export function readParts(bytes: Uint8Array): MessageParts {
  const anomalies = new Anomalies();
  const message = findMessageStart(bytes, anomalies);
  return { ...message, root: readStructure(message.source, message.start, anomalies), anomalies };
}
