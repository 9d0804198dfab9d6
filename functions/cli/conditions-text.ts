import { recordOf, textOf } from './json-value.ts';
import { sizeText } from './quantities.ts';

/** Longer ones are cut: a cell of a list. */
const MAX_VALUE = 40;

const SIZES: { readonly [name: string]: string } = { largerThanBytes: 'larger than', smallerThanBytes: 'smaller than' };

/** What mail a policy is for, such as `senders: ann@example.org, +2; larger than: 1.0 MB`; `all mail` without conditions. */
export function conditionsText(conditions: unknown): string {
  const parts = Object.entries(recordOf(conditions)).map(([name, value]) => {
    const size = SIZES[name];
    return size === undefined ? `${name}: ${valuesText(value)}` : `${size}: ${sizeText(Number(value))}`;
  });
  return parts.length === 0 ? 'all mail' : parts.join('; ');
}

function valuesText(value: unknown): string {
  const [first, ...more] = Array.isArray(value) ? value : [value];
  const text = textOf(first);
  const shown = text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
  return more.length === 0 ? shown : `${shown}, +${more.length}`;
}
