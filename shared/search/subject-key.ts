/** What a subject is sorted by: longer ones are the same subject to people who look through a list. */
const KEY_LENGTH = 48;
/** Answers and forwards, as mail programs of many languages mark them, and the labels of mailing lists. */
const PREFIX =
  /^(?:(?:re|aw|fw|fwd|wg|sv|vs|vb|antw|tr|rv|enc|odp|pd|r|i|ynt|res|rif|doorst|vl)(?:\[\d{1,4}\])?\s*[:：]|\[[^\]]{0,40}\])\s*/u;
/** Subjects whose prefixes never end cost no more than these. */
const MOST_PREFIXES = 20;

/**
 * The form of a subject that sorting compares, by UTF-16 unit: folded, without prefixes such as `Re:`; the same
 * everywhere, whatever the locale.
 */
export function subjectKey(subject: string): string {
  let key = folded(subject.slice(0, 500));
  for (let taken = 0; taken < MOST_PREFIXES; taken++) {
    const rest = key.replace(PREFIX, '');
    // A subject that is a label or prefix only keeps it.
    if (rest === key || rest === '') break;
    key = rest;
  }
  return key.slice(0, KEY_LENGTH).toWellFormed();
}

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
}
