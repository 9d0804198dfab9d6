import type { ArrivalFacts } from '../domain/arrival.ts';
import { DamagedError } from '../errors.ts';

/**
 * Raw bytes behind one line of JSON that says what is known of them: the form of intake and quarantine
 * objects, format 1. The line ends with the first LF; the raw bytes follow to the end.
 */
export interface Enveloped {
  readonly facts: ArrivalFacts;
  readonly raw: Buffer;
}

const FORMAT = 'letterlock-enveloped/1';
const LF = 0x0a;

/** The line that goes in front of the raw bytes, its line end included. */
export function envelopeLine(facts: ArrivalFacts): Buffer {
  return Buffer.from(`${JSON.stringify({ format: FORMAT, ...facts })}\n`, 'utf8');
}

/** Takes the line off; `key` is for the error. Throws `DamagedError` where there is none of a known format. */
export function parseEnveloped(key: string, stored: Uint8Array): Enveloped {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const end = bytes.indexOf(LF);
  if (end < 0) throw new DamagedError(key, 'it has no envelope line');
  const { format, ...facts } = parseLine(key, bytes.toString('utf8', 0, end));
  if (format !== FORMAT) throw new DamagedError(key, `its envelope line has the unknown format ${format}`);
  return { facts, raw: bytes.subarray(end + 1) };
}

function parseLine(key: string, line: string): ArrivalFacts & { readonly format: string } {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new DamagedError(key, 'its envelope line is not JSON', { cause });
  }
}
