import {
  BATCH_PREFIX,
  dayOfChain,
  parseBatchKey,
  parseRegisterKey,
  REGISTER_PREFIX,
} from '../../domain/audit-chain.ts';
import type { AuditFindings } from './audit-findings.ts';
import type { AuditSource } from './walk-checkpoints.ts';

interface FoundChain {
  readonly chain: string;
  /** Keys of its batches, in order; none where only its registration is there. */
  readonly keys: readonly string[];
}

/** The chains in the bucket by day and name, whether of them is left a batch or only the registration. */
export async function* listChains(source: AuditSource, findings: AuditFindings): AsyncIterable<FoundChain> {
  const registered = registeredChains(source, findings);
  let next = await registered.next();
  for await (const found of chainsWithBatches(source, findings)) {
    for (; !next.done && isBefore(next.value, found.chain); next = await registered.next()) {
      yield { chain: next.value, keys: [] };
    }
    if (!next.done && next.value === found.chain) next = await registered.next();
    yield found;
  }
  for (; !next.done; next = await registered.next()) yield { chain: next.value, keys: [] };
}

async function* chainsWithBatches(source: AuditSource, findings: AuditFindings): AsyncGenerator<FoundChain, void> {
  let chain = '';
  let keys: string[] = [];
  for await (const { key } of source.list(BATCH_PREFIX)) {
    const place = parseBatchKey(key);
    if (!place) {
      findings.add('unknown', key, 'this is the key of no batch');
      continue;
    }
    if (place.chain !== chain && keys.length > 0) {
      yield { chain, keys };
      keys = [];
    }
    chain = place.chain;
    keys.push(key);
  }
  if (keys.length > 0) yield { chain, keys };
}

async function* registeredChains(source: AuditSource, findings: AuditFindings): AsyncGenerator<string, void> {
  for await (const { key } of source.list(REGISTER_PREFIX)) {
    const chain = parseRegisterKey(key);
    if (chain === undefined) findings.add('unknown', key, 'this is the key of no registration');
    else yield chain;
  }
}

/** In the order of their keys. */
function isBefore(a: string, b: string): boolean {
  const [dayA, dayB] = [dayOfChain(a), dayOfChain(b)];
  return dayA === dayB ? a < b : dayA < dayB;
}
