/**
 * The charset of text in UTF-16 without a mark, in which the high bytes of most letters are NUL; `undefined` where it
 * is none.
 */
export function utf16Of(sample: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  let even = 0;
  let odd = 0;
  for (let index = 0; index + 1 < sample.length; index += 2) {
    if (sample[index] === 0) even++;
    if (sample[index + 1] === 0) odd++;
  }
  const characters = sample.length / 2;
  if (odd > characters * 0.4 && even < characters * 0.1) return 'utf-16le';
  return even > characters * 0.4 && odd < characters * 0.1 ? 'utf-16be' : undefined;
}
