import type { SignatureResult } from '../../domain/signature-verdict.ts';
import type { DnsError } from '../../errors.ts';
import { KeyRecords, type TxtLookup } from './key-records.ts';
import { type DkimResult, type Verified, verifyWithin } from './mailauth.ts';
import { type SignatureField, SignedMessage } from './signed-message.ts';

/** How signatures are verified. */
export interface Verification {
  readonly lookup: TxtLookup;
  /** When the message came: a signature that expired later was valid then. */
  readonly receivedAt: Date;
  /** Ends the hashing of a body that takes too long. */
  readonly signal: AbortSignal;
}

/** What was found of one signature. */
export interface SignatureReading extends Pick<SignatureField, 'kind' | 'domain' | 'selector'> {
  readonly result: SignatureResult;
  readonly key?: string;
  /** Why the result is `temperror` or `unknown`. */
  readonly failure?: DnsError;
}

type Signer = Pick<SignatureReading, 'domain' | 'selector'>;
type Outcome = Pick<SignatureReading, 'result' | 'failure'>;

/**
 * Verifies the DKIM signatures (RFC 6376) and the ARC chain (RFC 8617) of a message, in the order of its header
 * section; behind them who signed the message for the newest set of the chain, if that is not who sealed it. What is
 * beyond the limits, or takes longer than `signal` allows, is `policy`. Never throws for what a message holds.
 */
export async function verifySignatures(bytes: Uint8Array, options: Verification): Promise<readonly SignatureReading[]> {
  const message = new SignedMessage(bytes);
  if (!message.isReadable) return message.signatures.map((field) => reading(field, { result: 'policy' }));
  const records = new KeyRecords(options.lookup);
  const verifiable = message.signatures.filter(({ isWithinLimits }) => isWithinLimits);
  // Also where the body alone tells that a signature is broken: its key is evidence. All at once, as each may take long.
  await Promise.all(verifiable.map(({ selector, domain }) => records.of(selector, domain)));
  const verified = await verifyWithin(message, records, options);
  if (!verified) return message.signatures.map((field) => reading(field, { result: 'policy' }));
  const seals = verifiable.filter(({ kind }) => kind === 'arc');
  const chain = seals.length > 0 ? await chainOutcome(verified, records, seals) : undefined;
  const readings = message.signatures.map(async (field) => {
    if (!field.isWithinLimits) return reading(field, { result: 'policy' });
    const found = await records.of(field.selector, field.domain);
    const result = verified.dkim.find((one) => isOf(one, field));
    return reading(field, field.kind === 'arc' && chain ? chain : dkimOutcome(result, found), found.text);
  });
  const isSealer = (signer: Signer) => seals.some((seal) => areSame(seal, signer));
  const others = verified.arc.signers.filter((signer) => !isSealer(signer));
  const ofOthers = others.map(async (signer) =>
    reading(
      { kind: 'arc', ...signer },
      chain ?? { result: 'fail' },
      (await records.of(signer.selector, signer.domain)).text,
    ),
  );
  return await Promise.all([...readings, ...ofOthers]);
}

/** The signatures of a message, none of them verified. */
export function unverifiedSignatures(bytes: Uint8Array): readonly SignatureReading[] {
  return new SignedMessage(bytes).signatures.map((field) => reading(field, { result: 'unknown' }));
}

/**
 * Whether a message has a valid DKIM signature of a domain that `wants` (lower case) asks for, which leaves nothing of
 * its body unsigned, by a key that is in earnest. Asks for the keys of such domains only. Throws `DnsError` where
 * that cannot be told now.
 */
export async function isSignedBy(
  bytes: Uint8Array,
  wants: (domain: string) => boolean,
  options: Verification,
): Promise<boolean> {
  const message = new SignedMessage(bytes, wants);
  // A signature covers the last From field: a second one above it would be anybody's.
  if (!message.isReadable || message.fromFields !== 1) return false;
  const verifiable = message.signatures.filter(({ kind, isWithinLimits }) => kind === 'dkim' && isWithinLimits);
  if (verifiable.length === 0) return false;
  const records = new KeyRecords(options.lookup);
  await Promise.all(verifiable.map(({ selector, domain }) => records.of(selector, domain)));
  const verified = await verifyWithin(message, records, options);
  let failure: DnsError | undefined;
  for (const result of verified?.dkim ?? []) {
    if (!wants((result.signingDomain ?? '').toLowerCase())) continue;
    const { status } = result;
    const isWhole = (status.underSized ?? 0) === 0;
    if (status.result === 'pass' && isWhole && status.testing !== true) return true;
    failure ??= (await records.of(result.selector ?? '', result.signingDomain ?? '')).failure;
  }
  if (failure) throw failure;
  return false;
}

function areSame(one: Signer, other: Signer): boolean {
  return one.domain === other.domain && one.selector === other.selector;
}

function isOf(result: DkimResult, { signature, selector }: SignatureField): boolean {
  return result.signature === signature && result.selector === selector;
}

function dkimOutcome(
  result: DkimResult | undefined,
  { text, failure }: { text?: string; failure?: DnsError },
): Outcome {
  const status = result?.status.result;
  if (status === 'pass' || status === 'fail' || status === 'policy') return { result: status };
  if (result && result.bodyHash !== undefined && result.bodyHash !== result.bodyHashExpecting)
    return { result: 'fail' };
  if (status === 'temperror') return failed(failure);
  // RFC 6376, 6.1.2: without a key it has failed for good.
  if (status === 'neutral' && text === undefined) return { result: 'permerror' };
  return { result: 'neutral' };
}

/** The state of the chain, which stands and falls as a whole (RFC 8617, 5.2). */
async function chainOutcome(
  { arc }: Verified,
  records: KeyRecords,
  seals: readonly SignatureField[],
): Promise<Outcome> {
  if (arc.result === 'pass') return { result: 'pass' };
  if (arc.isMalformed) return { result: 'fail' };
  const keys = await Promise.all(
    [...seals, ...arc.signers].map(({ selector, domain }) => records.of(selector, domain)),
  );
  const failure = keys.find((key) => key.failure !== undefined)?.failure;
  return failure ? failed(failure) : { result: 'fail' };
}

function failed(failure: DnsError | undefined): Outcome {
  const result = failure?.isAnswered === false ? 'unknown' : 'temperror';
  return failure ? { result, failure } : { result };
}

function reading(
  { kind, domain, selector }: Pick<SignatureReading, 'kind' | 'domain' | 'selector'>,
  outcome: Outcome,
  key?: string,
): SignatureReading {
  return { kind, domain, selector, ...outcome, ...(key === undefined ? {} : { key }) };
}
