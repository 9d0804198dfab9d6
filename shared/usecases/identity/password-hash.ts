import { type Argon2Parameters, argon2, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { RateLimitedError } from '../../errors.ts';
import type { Entropy } from '../../ports/entropy.ts';
import { MAX_PASSWORD_LENGTH } from './check-password.ts';

/** What a hash costs: RFC 9106, argon2id. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
  /** Where the work is done: off the event loop. By default a thread of Node's own pool. */
  readonly derive?: (parameters: Argon2Parameters) => Promise<Buffer>;
}

/** 19 MiB and two passes (OWASP, Password Storage Cheat Sheet): about 50 ms. */
export const PASSWORD_COST: PasswordCost = { memoryKiB: 19_456, passes: 2 };

const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Hashing takes a thread of the pool that files are read with, and a whole core: one or two, and half the cores at most. */
const HASHES_AT_ONCE = Math.max(1, Math.min(2, Math.floor(availableParallelism() / 2)));
/** How many may wait; at 50 ms each the last one waits a few seconds. */
const MAX_WAITING = 64;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * The hash of a password as a PHC string, which carries its parameters and salt. Throws `RateLimitedError` when too
 * many wait.
 */
export async function hashPassword(
  entropy: Entropy,
  password: string,
  cost: PasswordCost = PASSWORD_COST,
): Promise<string> {
  const salt = Buffer.from(entropy.bytes(SALT_BYTES));
  const tag = await argon2id(password, salt, cost, TAG_BYTES);
  return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=1$${unpadded(salt)}$${unpadded(tag)}`;
}

/**
 * Whether `password` belongs to `hash`. Without a hash the answer is no, at the same cost: timing
 * does not tell whether there is such a user. Throws `RateLimitedError` when too many wait.
 */
export async function verifyPassword(
  password: string,
  hash: string | undefined,
  cost: PasswordCost = PASSWORD_COST,
): Promise<boolean> {
  const [matched, memory, passes, salt = '', tag = ''] = PHC.exec(hash ?? '') ?? [];
  const expected = matched ? Buffer.from(tag, 'base64') : Buffer.alloc(TAG_BYTES);
  const actual = await argon2id(
    password,
    matched ? Buffer.from(salt, 'base64') : Buffer.alloc(SALT_BYTES),
    matched ? { ...where(cost), memoryKiB: Number(memory), passes: Number(passes) } : cost,
    expected.length,
  );
  return timingSafeEqual(actual, expected) && matched !== undefined;
}

/** RFC 8265, 4.2.2: the same password typed on different keyboards is one. */
function prepared(password: string): string {
  return password.normalize('NFC');
}

async function argon2id(password: string, nonce: Buffer, cost: PasswordCost, tagLength: number): Promise<Buffer> {
  const message = Buffer.from(prepared(password).slice(0, MAX_PASSWORD_LENGTH + 1));
  const parameters = { message, nonce, parallelism: 1, tagLength, memory: cost.memoryKiB, passes: cost.passes };
  await turn();
  try {
    return await (cost.derive ?? derive)(parameters);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

function where({ derive: elsewhere }: PasswordCost): Pick<PasswordCost, 'derive'> {
  return elsewhere ? { derive: elsewhere } : {};
}

async function turn(): Promise<void> {
  if (waiting.length >= MAX_WAITING) throw new RateLimitedError(1);
  while (running >= HASHES_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
}

function derive(parameters: Argon2Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
