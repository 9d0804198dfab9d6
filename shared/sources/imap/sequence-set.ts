/** UIDs as a sequence-set (RFC 9051, 9), runs as ranges. */
export function sequenceSet(uids: readonly number[]): string {
  const parts: string[] = [];
  const sorted = uids.toSorted((a, b) => a - b);
  let first: number | undefined;
  let last = 0;
  const end = () => {
    if (first !== undefined) parts.push(first === last ? String(first) : `${first}:${last}`);
  };
  for (const uid of sorted) {
    if (first === undefined || uid !== last + 1) {
      end();
      first = uid;
    }
    last = uid;
  }
  end();
  return parts.join(',');
}
