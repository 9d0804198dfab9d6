/** A JSON object whose fields are not known to be there. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** `value` as an object; empty where it is none, so that a newer or older server costs a blank cell and not a crash. */
export function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** The objects in the array `value`; none where it is no array. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

/** A string or number field as text; an empty string where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The strings in the array `value`, joined by a comma. */
export function listText(value: unknown): string {
  return Array.isArray(value) ? value.map(textOf).join(', ') : '';
}

/** A number field; 0 where there is none. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
