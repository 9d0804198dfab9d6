import type { FieldName } from '../field.ts';
import type { TextPattern } from '../tokens/term-pattern.ts';

/** A piece of text to be found in one of `fields`. */
export interface TextPlan {
  readonly kind: 'text';
  readonly fields: readonly FieldName[];
  readonly pattern: TextPattern;
}

/** A query ready to be matched: texts are analysed, values compared as columns hold them. */
export type Plan =
  | { readonly kind: 'everything' | 'none' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Plan[] }
  | { readonly kind: 'not'; readonly of: Plan }
  | TextPlan
  | {
      readonly kind: 'near';
      readonly fields: readonly FieldName[];
      readonly left: TextPattern;
      readonly right: TextPattern;
      readonly distance: number;
    }
  | { readonly kind: 'mailbox'; readonly mailboxId: string }
  | FilterPlan;

export type FilterPlan =
  /** `folder` as `comparedName` writes it. */
  | { readonly kind: 'folder'; readonly folder: string }
  /** One bit. */
  | { readonly kind: 'flag'; readonly flag: number }
  /** Lower case. */
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'date'; readonly from: number; readonly to: number }
  | { readonly kind: 'size'; readonly above: number; readonly below: number };

export const EVERYTHING: Plan = { kind: 'everything' };
export const NONE: Plan = { kind: 'none' };

/** Both, any, or not of these, without what has no bearing. */
export function simplified(kind: 'and' | 'or', of: readonly Plan[]): Plan {
  const [neutral, absorbing] = kind === 'and' ? (['everything', 'none'] as const) : (['none', 'everything'] as const);
  const parts = of.filter((part) => part.kind !== neutral);
  if (parts.some((part) => part.kind === absorbing)) return { kind: absorbing };
  const [only] = parts;
  if (only === undefined) return { kind: neutral };
  return parts.length === 1 ? only : { kind, of: parts };
}

/** What `of` leaves out. */
export function negated(of: Plan): Plan {
  if (of.kind === 'everything') return NONE;
  return of.kind === 'none' ? EVERYTHING : { kind: 'not', of };
}

/** A name of a folder as it is compared: whatever the case, the Unicode form, and a slash at the end. */
export function comparedName(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC').replace(/\/+$/, '');
}
