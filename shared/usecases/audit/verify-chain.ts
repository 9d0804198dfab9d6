import { batchKey, checkpointKey, NO_HASH, parseBatchKey, registerKey } from '../../domain/audit-chain.ts';
import { DamagedError } from '../../errors.ts';
import { type DecodedAuditBatch, decodeAuditBatch, decodeRegistration, referenceOf } from '../../mail/audit-object.ts';
import type { AuditFindings } from './audit-findings.ts';
import type { AuditSource } from './walk-checkpoints.ts';

/** A chain as it was listed, and what is known of it from elsewhere. */
export interface ListedChain {
  readonly chain: string;
  /** Keys of its batches, in order. */
  readonly keys: readonly string[];
  /** The hashes that batches must have, by number. */
  readonly heads: ReadonlyMap<number, string>;
}

/** What the next batch must name, where that is known. */
interface Link {
  readonly n: number;
  readonly hash?: string;
  readonly lastEvent?: string;
}

/** Verifies one chain from its beginning to the last batch that anything names. */
export async function verifyChain(source: AuditSource, findings: AuditFindings, listed: ListedChain): Promise<void> {
  const { chain, keys, heads } = listed;
  findings.counts.chains += 1;
  let link: Link = { n: 0 };
  let firstHash: string | undefined;
  for (const key of keys) {
    const n = parseBatchKey(key)?.n ?? 0;
    if (n > link.n + 1) {
      findings.add('missing', batchKey(chain, link.n + 1), gapText(link.n + 1, n - 1));
      link = { n: n - 1 };
    }
    const stored = (await source.get(key))?.body ?? new Uint8Array();
    const { hash } = referenceOf(n, stored);
    if (n === 1) firstHash = hash;
    findings.counts.batches += 1;
    const batch = decoded(findings, key, stored);
    if (batch) await verifyBatch(source, findings, { key, chain, n, batch, link });
    const head = heads.get(n);
    if (batch && head !== undefined && head !== hash) {
      findings.add('changed', key, 'its hash is not the one that was recorded elsewhere');
    }
    link = batch ? { n, hash, lastEvent: batch.lastEvent } : { n };
  }
  const named = Math.max(0, ...heads.keys());
  if (named > link.n) findings.add('missing', batchKey(chain, link.n + 1), gapText(link.n + 1, named));
  await verifyRegistration(source, findings, listed, firstHash);
}

async function verifyBatch(
  source: AuditSource,
  findings: AuditFindings,
  part: {
    readonly key: string;
    readonly chain: string;
    readonly n: number;
    readonly batch: DecodedAuditBatch;
    readonly link: Link;
  },
): Promise<void> {
  const { key, chain, n, batch, link } = part;
  const { header, events, firstPrevious } = batch;
  findings.counts.events += events.length;
  if (header.chain !== chain || header.n !== n) {
    findings.add(
      'outOfOrder',
      key,
      `it is batch ${header.n} of chain ${header.chain}, from event ${events[0]?.eventId}`,
    );
  } else if (n === 1) {
    if (firstPrevious !== header.previous) findings.add('changed', key, `event ${events[0]?.eventId} begins no chain`);
    await verifyBeginning(source, findings, key, batch);
  } else if (link.hash !== undefined && header.previous !== link.hash) {
    findings.add('changed', batchKey(chain, n - 1), `batch ${n} names another hash before it`);
  } else if (link.lastEvent !== undefined && firstPrevious !== link.lastEvent) {
    findings.add('outOfOrder', key, `event ${events[0]?.eventId} does not follow the last one of the batch before`);
  }
}

/** A chain begins after a checkpoint: one that vanished is noticed by those who came after. */
async function verifyBeginning(
  source: AuditSource,
  findings: AuditFindings,
  key: string,
  { header: { checkpoint = 0, previous } }: DecodedAuditBatch,
): Promise<void> {
  if (checkpoint === 0 && previous === NO_HASH) return;
  const object = await source.get(checkpointKey(checkpoint));
  if (!object) findings.add('missing', checkpointKey(checkpoint), `${key} was begun after it`);
  else if (referenceOf(checkpoint, object.body).hash !== previous) {
    findings.add('changed', checkpointKey(checkpoint), `${key} names another hash of it`);
  }
}

async function verifyRegistration(
  source: AuditSource,
  findings: AuditFindings,
  { chain, keys, heads }: ListedChain,
  firstHash: string | undefined,
): Promise<void> {
  const key = registerKey(chain);
  const object = await source.get(key);
  if (!object) {
    // A process may die between its first batch and its registration; nothing was acknowledged then.
    if (keys.length > 1 || heads.size > 0) findings.add('missing', key, 'the registration of this chain is gone');
    return;
  }
  if (keys.length === 0 && heads.size === 0) {
    findings.add('missing', batchKey(chain, 1), 'the chain is registered and is gone');
  }
  try {
    const first = decodeRegistration(key, object.body);
    if (first.chain !== chain || first.n !== 1) findings.add('outOfOrder', key, `it registers chain ${first.chain}`);
    else if (firstHash !== undefined && first.hash !== firstHash) {
      findings.add('changed', batchKey(chain, 1), 'its registration names another hash');
    }
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    findings.add('changed', key, error.message);
  }
}

function decoded(findings: AuditFindings, key: string, stored: Uint8Array): DecodedAuditBatch | undefined {
  try {
    return decodeAuditBatch(key, stored);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    findings.add('changed', key, error.message);
    return undefined;
  }
}

function gapText(first: number, last: number): string {
  return first === last ? 'this batch is gone' : `it and all up to batch ${last} are gone`;
}
