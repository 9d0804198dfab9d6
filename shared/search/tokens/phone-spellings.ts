/** With a country code; shorter numbers are no telephone numbers that are called from abroad. */
const INTERNATIONAL = /^[1-9][0-9]{8,14}$/;
const DIALLED = /^00[1-9][0-9]{8,14}$/;

/** The other way to write a telephone number with a country code: `+4930123456` and `004930123456`. */
export function phoneSpellings(term: string, hasPlus: boolean): readonly string[] {
  if (DIALLED.test(term)) return [term.slice(2)];
  return hasPlus && INTERNATIONAL.test(term) ? [`00${term}`] : [];
}
