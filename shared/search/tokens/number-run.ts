import { CLASS_OF_UNIT, SEPARATOR } from './character-class.ts';
import { ibanEnd } from './iban.ts';

/** Parts of a number that are written together elsewhere. `end` is that of the last part. */
export interface NumberRun {
  readonly end: number;
  /** The parts as one term, lower case; absent where joining them would not help anybody. */
  readonly joined?: string;
  /** The parts. */
  readonly groups: readonly string[];
  /** A time of day: never part of a longer number. */
  readonly isTime: boolean;
}

/** More parts are a table or a path, not a number. */
const MOST_GROUPS = 10;
const LONGEST_JOINED = 40;
/** Letters that may stand as a part of a number (`RE-2024-17`, `…-A`). */
const LONGEST_LETTERS = 4;
/** Shorter joined digits would be found for quite other numbers (`3.5` for 35). */
const SHORTEST_DIGITS = 5;
const SHORTEST_MIXED = 3;
const SHORTEST_SPACED = 7;

const DIGITS = /^[0-9]+$/;
const LETTERS = /^[a-z]+$/;

const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;

/** Hyphens, dashes, slash, underscore: between any two parts. */
function joinsAny(unit: number): boolean {
  return unit === HYPHEN || unit === SLASH || unit === 0x5f || (unit >= 0x2010 && unit <= 0x2015) || unit === 0x2212;
}

/** Dot, comma, colon, apostrophe: between digits only, where they do not end a sentence. */
function joinsDigits(unit: number): boolean {
  return unit === DOT || unit === COMMA || unit === COLON || unit === 0x27 || unit === 0x2019;
}

/** Whether a number may go on behind this character. */
export function mayGoOn(unit: number): boolean {
  return joinsAny(unit) || joinsDigits(unit);
}

function isSpace(unit: number): boolean {
  return unit === SPACE || unit === 0xa0 || unit === 0x202f || unit === 0x2009;
}

/** Whether a number may go on behind the space or bracket at `at`. */
export function mayGoOnBehindSpace(text: string, at: number): boolean {
  if (at + 1 >= text.length) return false;
  const unit = text.charCodeAt(at);
  return unit === OPEN || unit === CLOSE || (isSpace(unit) && !isSpace(text.charCodeAt(at + 1)));
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isAlphanumeric(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}

/** The end of the ASCII letters and digits from `at`, or -1 where there are none, too many, or others go on. */
function groupEnd(text: string, at: number, longest: number): number {
  let end = at;
  while (end < text.length && isAlphanumeric(text.charCodeAt(end))) {
    end++;
    if (end - at > longest) return -1;
  }
  if (end === at || (end < text.length && CLASS_OF_UNIT[text.charCodeAt(end)] !== SEPARATOR)) return -1;
  return end;
}

/** The number that begins at `start` and is held together by single characters that are no space: `2024/0117-A`. */
export function tightRun(text: string, start: number): NumberRun | undefined {
  let end = groupEnd(text, start, LONGEST_JOINED);
  if (end < 0) return undefined;
  const first = text.slice(start, end).toLowerCase();
  const groups = [first];
  // `Rechnung-2024-17`: the number begins behind the word.
  if (LETTERS.test(first) && first.length > LONGEST_LETTERS) return { end, groups, isTime: false };
  let last = first;
  let colons = 0;
  let groupCount = 1;
  for (;;) {
    const separator = text.charCodeAt(end);
    const digits = joinsDigits(separator);
    if (!digits && !joinsAny(separator)) break;
    if (digits && !(isDigit(text.charCodeAt(end - 1)) && isDigit(text.charCodeAt(end + 1)))) break;
    // `e-mail`, `U-Bahn`: what follows a single letter may be a word.
    const afterLetter = groupCount === 1 && first.length === 1 && LETTERS.test(first) && separator === HYPHEN;
    const next = groupEnd(text, end + 1, LONGEST_JOINED);
    if (next < 0) break;
    const group = text.slice(end + 1, next).toLowerCase();
    // Letters and letters are words (`and/or`), or a path.
    const isWord = LETTERS.test(group) && (group.length > LONGEST_LETTERS || LETTERS.test(last));
    if (isWord && !afterLetter) break;
    last = group;
    if (separator === COLON) colons++;
    groupCount++;
    if (groupCount <= MOST_GROUPS) groups.push(group);
    end = next;
    if (afterLetter && LETTERS.test(group) && group.length > 2) break;
  }
  const isTime =
    colons > 0 && colons === groupCount - 1 && groupCount <= 3 && groups.every((group) => group.length <= 2);
  const joined = groups.join('');
  const joins = groupCount > 1 && groupCount <= MOST_GROUPS && !isTime && joined.length <= LONGEST_JOINED;
  return joins && isWorthJoining(groups, joined) ? { end, joined, groups, isTime } : { end, groups, isTime };
}

function isWorthJoining(groups: readonly string[], joined: string): boolean {
  if (DIGITS.test(joined)) return joined.length >= SHORTEST_DIGITS || areThousands(groups);
  if (LETTERS.test(joined)) return groups.length === 2 && groups[0]?.length === 1 && joined.length >= SHORTEST_MIXED;
  return joined.length >= SHORTEST_MIXED;
}

/** `1.234.567`, and with decimals `1 234,56`. */
function areThousands(groups: readonly string[]): boolean {
  const [first = '', ...rest] = groups;
  const decimals = rest.length > 1 && (rest.at(-1)?.length ?? 0) <= 3 ? 1 : 0;
  const thousands = rest.slice(0, rest.length - decimals);
  return first.length <= 3 && thousands.length > 0 && thousands.every((group) => group.length === 3);
}

/**
 * Where the next part of a number in `(0)30 123 / 456` begins, and whether it stands for itself alone in brackets; -1
 * where none does.
 */
function behindSpace(text: string, end: number): number {
  let at = end;
  if (text.charCodeAt(at) === CLOSE) at++;
  if (isSpace(text.charCodeAt(at))) {
    at++;
    const unit = text.charCodeAt(at);
    if ((unit === SLASH || unit === HYPHEN || unit === 0x2013) && isSpace(text.charCodeAt(at + 1))) at += 2;
  }
  if (text.charCodeAt(at) === OPEN) at++;
  return at > end && isDigit(text.charCodeAt(at)) ? at : -1;
}

/**
 * Dots and commas stand in other numbers than spaces do (`428,132 377,142` and `15.15 4.27` are two each), but for `1
 * 234,56`.
 */
function hasDecimals(text: string, start: number, end: number): boolean {
  return /[.,]/.test(text.slice(start, end));
}

/** The number that begins at `start` and has single spaces or brackets in it: an IBAN, a telephone number, an amount. */
export function spacedRun(text: string, start: number): NumberRun | undefined {
  const iban = ibanEnd(text, start);
  if (iban !== undefined) {
    const groups = text
      .slice(start, iban)
      .toLowerCase()
      .split(/[^a-z0-9]/);
    return { end: iban, joined: groups.join(''), groups, isTime: false };
  }
  const first = tightRun(text, start);
  if (first === undefined || first.isTime || !first.groups.every((group) => DIGITS.test(group))) return undefined;
  if (hasDecimals(text, start, first.end)) return undefined;
  const groups = [...first.groups];
  const joinedGroups = [...first.groups];
  let units = 1;
  let end = first.end;
  for (;;) {
    const at = behindSpace(text, end);
    if (at < 0) break;
    const next = tightRun(text, at);
    if (next === undefined || next.isTime || !next.groups.every((group) => DIGITS.test(group))) break;
    const isAmount = hasDecimals(text, at, next.end);
    if (isAmount && !areThousands([...groups, ...next.groups])) break;
    units++;
    if (groups.length <= MOST_GROUPS) {
      groups.push(...next.groups);
      // `+49 (0)30`: the zero is dialled within the country only.
      const isTrunkZero = text.slice(at - 1, next.end + 1) === '(0)';
      if (!isTrunkZero) joinedGroups.push(...next.groups);
    }
    end = next.end;
    if (isAmount) break;
  }
  if (units === 1) return undefined;
  const joined = joinedGroups.join('');
  const isShort = joined.length < SHORTEST_SPACED && !areThousands(groups);
  if (isShort || groups.length > MOST_GROUPS || joined.length > LONGEST_JOINED) return { end, groups, isTime: false };
  return { end, joined, groups: joinedGroups, isTime: false };
}

// Countries whose numbers are dialled at home as they are, without a zero before them.
const WITHOUT_TRUNK_ZERO = new Set('1 30 34 39 45 47 48 351 352 354 356 357 371 372 420 65 852'.split(' '));

/** The national form of a telephone number with its country code (`+49 30 123456`: `030123456`), from its parts. */
export function nationalNumber(groups: readonly string[]): string | undefined {
  const [dialled = '', ...rest] = groups;
  const country = /^(?:00)?([1-9][0-9]{0,2})$/.exec(dialled)?.[1];
  const number = rest.join('');
  if (country === undefined || !DIGITS.test(number) || number.length < 6 || number.length > 14) return undefined;
  if (WITHOUT_TRUNK_ZERO.has(country)) return number;
  return number.startsWith('0') ? undefined : `0${number}`;
}
