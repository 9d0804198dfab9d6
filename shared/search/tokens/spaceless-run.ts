import { CLASS_OF_UNIT, classAt, SPACELESS, VANISHING } from './character-class.ts';

/** One character of a script without spaces, as it is written in terms; `end` is behind the marks that belong to it. */
export interface SpacelessCharacter {
  readonly folded: string;
  readonly end: number;
}

const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
const VOWELS = 21;
const FINALS = 28;

/**
 * The character at `at`, which is of the class `SPACELESS`: compatibility ideographs, radicals and halfwidth kana as the plain
 * ones, kana with their sound marks and the letters of a Korean syllable as one character (file names of macOS have them apart).
 */
export function readSpaceless(text: string, at: number): SpacelessCharacter {
  const codePoint = text.codePointAt(at) ?? 0;
  let end = at + (codePoint > 0xffff ? 2 : 1);
  let folded = String.fromCodePoint(codePoint);
  if (hasPlainForm(codePoint)) {
    // Stable for assigned characters, see `foldCharacter`.
    const plain = folded.normalize('NFKC');
    if (plain.length === ((plain.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)) folded = plain;
  } else if (isLeadingJamo(codePoint) || isSyllable(codePoint)) {
    return readSyllable(text, codePoint, end);
  }
  for (; end < text.length; end++) {
    const mark = soundMark(text.charCodeAt(end));
    if (mark === undefined) break;
    const composed = (folded + mark).normalize('NFC');
    if (composed.length === 1) folded = composed;
  }
  return { folded, end };
}

function hasPlainForm(codePoint: number): boolean {
  return (
    (codePoint >= 0x2e80 && codePoint <= 0x2fd5) ||
    (codePoint >= 0xf900 && codePoint <= 0xfaff) ||
    (codePoint >= 0xff66 && codePoint <= 0xff9d) ||
    (codePoint >= 0x2f800 && codePoint <= 0x2fa1f)
  );
}

function soundMark(unit: number): string | undefined {
  if (unit === 0x3099 || unit === 0xff9e) return '\u3099';
  return unit === 0x309a || unit === 0xff9f ? '\u309a' : undefined;
}

function isLeadingJamo(codePoint: number): boolean {
  return codePoint >= 0x1100 && codePoint <= 0x1112;
}

function isSyllable(codePoint: number): boolean {
  return codePoint >= HANGUL_FIRST && codePoint <= HANGUL_LAST;
}

// The Unicode Standard, 3.12, "Hangul Syllable Composition".
function readSyllable(text: string, first: number, behindFirst: number): SpacelessCharacter {
  let end = behindFirst;
  let syllable = first;
  if (isLeadingJamo(first)) {
    const vowel = end < text.length ? text.charCodeAt(end) - 0x1161 : -1;
    if (vowel < 0 || vowel >= VOWELS) return { folded: String.fromCharCode(first), end };
    syllable = HANGUL_FIRST + ((first - 0x1100) * VOWELS + vowel) * FINALS;
    end++;
  }
  const final = end < text.length ? text.charCodeAt(end) - 0x11a7 : 0;
  if ((syllable - HANGUL_FIRST) % FINALS === 0 && final > 0 && final < FINALS) {
    syllable += final;
    end++;
  }
  return { folded: String.fromCharCode(syllable), end };
}

/** Han and kana: lines of such text are broken anywhere, so a line end within it is no gap. */
function isEastAsian(folded: string): boolean {
  const codePoint = folded.codePointAt(0) ?? 0;
  return codePoint >= 0x2e80 && !(codePoint >= 0xa000 && codePoint < 0xf900);
}

/**
 * Where the next character of the run stands, from behind one of its characters; -1 where the run ends. Characters that
 * vanish and single line ends within Chinese and Japanese text do not end it.
 */
export function nextInRun(text: string, behind: number, character: string): number {
  let at = behind;
  let lineEnds = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const found = classAt(text, at);
    if (found === SPACELESS) {
      return lineEnds === 0 || isEastAsian(readSpaceless(text, at).folded) ? at : -1;
    }
    if (found === VANISHING) at += CLASS_OF_UNIT[unit] === VANISHING ? 1 : 2;
    else if ((unit === 0x0a || unit === 0x0d) && lineEnds === 0 && isEastAsian(character)) {
      lineEnds++;
      at += unit === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 1;
    } else return -1;
  }
  return -1;
}
