import type { Rule } from './settings-reader.ts';

/** Text that matches a pattern as a whole. */
export function text(pattern: RegExp): Rule<string> {
  return (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined);
}

/** One of these values. */
export function oneOf<const T>(values: readonly T[]): Rule<T> {
  return (value) => values.find((candidate) => candidate === value);
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): Rule<number> {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

export const flag: Rule<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** A domain name (RFC 1035, 2.3.1) of at least two labels, in lower case. */
export const domainName = text(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/);

export const mailAddress = text(/^[^\s@"<>]{1,64}@([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/i);

export const awsRegion = text(/^[a-z]{2}(-[a-z]+)+-\d$/);

/** Tags of AWS, as far as all services take them. */
export const tags: Rule<Readonly<Record<string, string>>> = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => isTag(...entry));
  return entries.length === Object.keys(value).length && entries.length <= 40 ? Object.fromEntries(entries) : undefined;
};

function isTag(name: string, value: unknown): boolean {
  const characters = /^[\p{L}\p{N} _.:/=+@-]*$/u;
  const isName = name.length > 0 && name.length <= 128 && characters.test(name) && !/^aws:/i.test(name);
  return isName && typeof value === 'string' && value.length <= 256 && characters.test(value);
}
