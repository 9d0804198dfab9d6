/**
 * Where the audit trail lies in the archive bucket. A chain is what one process wrote on one day (UTC): numbered
 * batches, each naming the hash of the one before.
 */
const AUDIT_PREFIX = 'audit/';
/** One object per chain, put as soon as its first batch is durable: tells of a chain that is missing as a whole. */
export const REGISTER_PREFIX = 'audit/chains/';
/** Numbered checkpoints, each naming the hash of the one before and the heads of chains. */
export const CHECKPOINT_PREFIX = 'audit/heads/';
/** Chains lie below their day: this sorts before the other two, for the years 2000 to 2999. */
export const BATCH_PREFIX = 'audit/2';

/** What nothing comes before: the `previous` of a first checkpoint, and of a chain begun before there was one. */
export const NO_HASH = '0'.repeat(64);

/** How far a chain is known to reach: SHA-256 of the stored bytes of its batch `n`. */
export interface ChainHead {
  readonly chain: string;
  readonly n: number;
  readonly hash: string;
}

/** A checkpoint by its number and the SHA-256 of its stored bytes; 0 is the place before the first. */
export interface CheckpointReference {
  readonly n: number;
  readonly hash: string;
}

export const NO_CHECKPOINT: CheckpointReference = { n: 0, hash: NO_HASH };

/** `20260301T100000000Z-…` → `20260301`. */
export function dayOfChain(chain: string): string {
  return chain.slice(0, 8);
}

/** `20260301`. */
export function auditDay(time: Date): string {
  return time.toISOString().slice(0, 10).replaceAll('-', '');
}

export function batchKey(chain: string, n: number): string {
  return `${AUDIT_PREFIX}${dayOfChain(chain)}/${chain}/${String(n).padStart(8, '0')}`;
}

export function registerKey(chain: string): string {
  return `${REGISTER_PREFIX}${dayOfChain(chain)}/${chain}`;
}

export function checkpointKey(n: number): string {
  return `${CHECKPOINT_PREFIX}${String(n).padStart(10, '0')}`;
}

/** Whether `text` is the name of a chain: when it was begun, and 16 random hex digits. */
export function isChainName(text: string): boolean {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)T\d{9}Z-[0-9a-f]{16}$/.exec(text) ?? [];
  return !Number.isNaN(Date.parse(`${year}-${month}-${day}`));
}

/** The chain and number in the key of a batch; `undefined` for any other key. */
export function parseBatchKey(key: string): { readonly chain: string; readonly n: number } | undefined {
  const [, , chain = '', number = ''] = key.split('/');
  return isChainName(chain) && batchKey(chain, Number(number)) === key ? { chain, n: Number(number) } : undefined;
}

/** The chain in the key of its registration; `undefined` for any other key. */
export function parseRegisterKey(key: string): string | undefined {
  const [, , , chain = ''] = key.split('/');
  return isChainName(chain) && registerKey(chain) === key ? chain : undefined;
}
