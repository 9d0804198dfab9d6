import { type JsonRecord, recordOf, recordsOf, textOf } from './json-value.ts';

/** `{name?, address}` as `Name <address>`. */
export function addressText(value: unknown): string {
  const { name, address } = recordOf(value);
  return textOf(name) === '' ? textOf(address) : `${textOf(name)} <${textOf(address)}>`;
}

/** The name of `{name?, address}`, else the address. */
export function shortAddress(value: unknown): string {
  const { name, address }: JsonRecord = recordOf(value);
  return textOf(name) || textOf(address);
}

/** A list of addresses, joined by a comma. */
export function addressesText(value: unknown): string {
  return recordsOf(value).map(addressText).join(', ');
}
