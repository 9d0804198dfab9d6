/**
 * Letters, marks and digits of any script; inside also spaces and `._@+'-`: nothing that means something in a path, key
 * or header field.
 */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@+'-]*$/u;
const MAX_LENGTH = 128;

/** What is wrong with the name of a user or group, or `undefined`. */
export function principalNameFault(name: string): string | undefined {
  if (name.length === 0 || name.length > MAX_LENGTH) return `a name has 1 to ${MAX_LENGTH} characters`;
  if (!NAME.test(name))
    return "a name starts with a letter or digit and has letters, digits, spaces and . _ @ + ' - only";
  if (name.endsWith(' ') || name.includes('  ')) return 'a name has single spaces only, none at its end';
  // Hangul fillers, variation selectors and the like show nothing.
  if (/\p{Default_Ignorable_Code_Point}/u.test(name)) return 'a name has no invisible characters';
  // Full-width letters, ligatures and the like look like another name.
  if (name.normalize('NFKC') !== name.normalize('NFC')) return 'a name has no compatibility characters';
  return undefined;
}

/**
 * The form in which names of users and groups are compared: NFC, case folded (Unicode 3.13; upper
 * case first, so that ß, ſ and final sigma fold as well).
 */
export function principalKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
