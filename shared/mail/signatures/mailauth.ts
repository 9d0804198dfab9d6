import { Readable } from 'node:stream';
import type { DKIMResult } from 'mailauth';
import type { KeyRecords } from './key-records.ts';
import type { SignedMessage } from './signed-message.ts';

export type DkimResult = DKIMResult;

/** What mailauth found of a message. */
export interface Verified {
  readonly dkim: readonly DkimResult[];
  readonly arc: {
    readonly result: string;
    /** Whether it is no chain at all, whatever its keys are. */
    readonly isMalformed: boolean;
    /** Who signed the message for the newest set, which need not be who sealed it. */
    readonly signers: readonly { readonly domain: string; readonly selector: string }[];
  };
}

/**
 * Verifies what a message within limits is signed with; `undefined` where its body is beyond them, takes too long, or
 * a signature is such that mailauth throws (as with `c=/`). Failures of DNS are in `records`.
 * Lenient where signers in use break the syntax (selectors with an underscore); rsa-sha1 is refused (RFC 8301, 3.1).
 */
export async function verifyWithin(
  message: SignedMessage,
  records: KeyRecords,
  { receivedAt, signal }: { readonly receivedAt: Date; readonly signal: AbortSignal },
): Promise<Verified | undefined> {
  // When it is needed: it takes as long to load as all the rest, and most mail is filed without it.
  const [{ dkimVerify }, { arc }] = await Promise.all([
    import('mailauth/lib/dkim/verify.js'),
    import('mailauth/lib/arc/index.js'),
  ]);
  const { resolve: resolver } = records;
  try {
    const input = Readable.from(message.chunks(signal));
    const { results, arc: chain } = await dkimVerify(input, { resolver, curTime: receivedAt, rejectRsaSha1: true });
    const verdict = chain?.chain ? await arc({ ...chain, chain: chain.chain }, { resolver }) : undefined;
    const signer = chain?.lastEntry?.messageSignature;
    return {
      dkim: results.filter(({ status }) => status.result !== 'none'),
      arc: {
        result: verdict?.status.result ?? 'fail',
        isMalformed: !chain?.chain || chain.error !== undefined,
        signers: signer ? [{ domain: signer.signingDomain ?? '', selector: signer.selector ?? '' }] : [],
      },
    };
  } catch {
    return undefined;
  }
}
