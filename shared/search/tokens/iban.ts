/** Country code, check digits, and up to 30 characters in groups of four (ISO 13616). */
const IBAN = /[A-Za-z]{2}[0-9]{2}(?:[ \u00a0][A-Za-z0-9]{4}){2,7}(?:[ \u00a0][A-Za-z0-9]{1,4})?(?![A-Za-z0-9])/y;
const SHORTEST = 15;
const LONGEST = 34;

/**
 * The end of the IBAN in groups of four that begins at `start`. Its check digits must be right, so that no word behind
 * it counts.
 */
export function ibanEnd(text: string, start: number): number | undefined {
  IBAN.lastIndex = start;
  let written = IBAN.exec(text)?.[0];
  while (written !== undefined) {
    const joined = written.replace(/[ \u00a0]/g, '');
    if (joined.length < SHORTEST) return undefined;
    if (joined.length <= LONGEST && hasRightCheckDigits(joined)) return start + written.length;
    const lastSpace = Math.max(written.lastIndexOf(' '), written.lastIndexOf('\u00a0'));
    written = lastSpace < 0 ? undefined : written.slice(0, lastSpace);
  }
  return undefined;
}

// ISO 7064, MOD 97-10.
function hasRightCheckDigits(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
