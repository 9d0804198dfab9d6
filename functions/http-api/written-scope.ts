import type { z } from 'zod';
import type { MessageScope } from '../../shared/domain/message-scope.ts';
import { given } from './given.ts';
import type { ScopeSchema } from './schemas/message-scope.ts';

/** As clients write it: what they leave out may be there as `undefined`. */
type WrittenScope = { readonly [Name in keyof MessageScope]: MessageScope[Name] | undefined };

/** A scope with its times in UTC, and without what was left out. */
export function scopeOfWritten({ from, to, ...conditions }: WrittenScope): MessageScope {
  return given({ ...conditions, from: from && utc(from), to: to && utc(to) });
}

/** A scope as it is answered. */
export function scopeShape({ mailboxes, addresses, ...rest }: MessageScope): z.input<typeof ScopeSchema> {
  const custodians = given({ mailboxes: mailboxes && [...mailboxes], addresses: addresses && [...addresses] });
  return { ...rest, ...custodians };
}

/** A time with an offset, or a date, as a time in UTC. */
export function utc(time: string): string {
  return new Date(time).toISOString();
}
