import { Anomalies } from './anomaly.ts';
import { findMessageStart, type ReadableMessage } from './message-start.ts';
import type { Part } from './part.ts';
import { readStructure } from './structure.ts';

/** A message taken apart for reading it, not for filing: nobody asks for its anomalies. */
export interface MessageParts extends ReadableMessage {
  readonly root: Part;
}

/** Takes a message apart as `readOriginal` does. */
export function readParts(bytes: Uint8Array): MessageParts {
  const anomalies = new Anomalies();
  const message = findMessageStart(bytes, anomalies);
  return { ...message, root: readStructure(message.source, message.start, anomalies) };
}
