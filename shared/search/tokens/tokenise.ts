import { CLASS_OF_UNIT, classAt, SEPARATOR, SPACELESS, VANISHING, WORD } from './character-class.ts';
import { foldCharacter, foldUnit, SIMPLE_FOLD } from './fold.ts';
import { mayGoOn, mayGoOnBehindSpace, type NumberRun, nationalNumber, spacedRun, tightRun } from './number-run.ts';
import { nextInRun, readSpaceless } from './spaceless-run.ts';
import { TermBuffer } from './term-buffer.ts';

/** Written into each segment. A change of the terms of any text makes a new version, and a new index. */
export const TOKENISER_VERSION = 1;

/** A term, its position, and where it stands in the text (UTF-16 units, `end` exclusive). */
export type OnToken = (term: string, position: number, start: number, end: number) => void;

/**
 * Gives the terms of a text in order: folded (case, accents, width), 1 to 64 UTF-16 units long, at ascending positions
 * from `firstPosition`, and answers the next free position. Takes any string, in linear time.
 *
 * - A word is a run of letters and digits. An address, a host name, `foo_bar` are several words. `’s` is dropped.
 * - A number in parts (`2024/0117-A`, an IBAN) is each part, and at the position of the first also all of it in one
 *   term (`20240117a`);
 *   so are `O’Brien` and `e-mail`.
 * - Scripts without spaces: each two neighbouring characters, and the last of a run alone; one position each.
 */
export function tokenise(text: string, onToken: OnToken, firstPosition = 0): number {
  return new Scan(text, onToken, firstPosition).run();
}

// Shared by all scans: nothing is left in it when `onToken` is called.
const word = new TermBuffer();

const SPACE = 0x20;
const HASH = 0x23;
const PLUS = 0x2b;

class Scan {
  readonly #text: string;
  readonly #onToken: OnToken;
  #position: number;
  #at = 0;
  /** Up to here, numbers in parts have been looked for: held together by separators, and by spaces. */
  #tightUntil = 0;
  #spacedUntil = 0;

  constructor(text: string, onToken: OnToken, firstPosition: number) {
    this.#text = text;
    this.#onToken = onToken;
    this.#position = firstPosition;
  }

  run(): number {
    const text = this.#text;
    while (this.#at < text.length) {
      const unit = text.charCodeAt(this.#at);
      if (SIMPLE_FOLD[unit] !== 0) {
        this.#word();
        continue;
      }
      const found = classAt(text, this.#at);
      if (found === WORD) this.#word();
      else if (found === SPACELESS) this.#spaceless();
      else this.#at += CLASS_OF_UNIT[unit] === found ? 1 : widthAt(text, this.#at);
    }
    return this.#position;
  }

  #word(): void {
    const start = this.#at;
    word.clear();
    const end = readWord(this.#text, start);
    this.#at = end;
    if (word.length === 0) return;
    const hasDigit = word.hasDigit;
    const term = word.term();
    const next = end < this.#text.length ? this.#text.charCodeAt(end) : SPACE;
    if (hasDigit) this.#number(term, start, end, next);
    else if (next === SPACE) this.#onToken(term, this.#position++, start, end);
    else if (isApostrophe(next)) this.#elision(term, start, end);
    else if (next === PLUS || next === HASH) this.#language(term, start, end, next);
    else if (mayGoOn(next)) this.#number(term, start, end, next);
    else this.#onToken(term, this.#position++, start, end);
  }

  /** A word with an apostrophe behind it. */
  #elision(term: string, start: number, end: number): void {
    const text = this.#text;
    const first = SIMPLE_FOLD[text.charCodeAt(end + 1)] ?? 0;
    if (isDigit(first) || classAt(text, end + 1) !== WORD) {
      this.#onToken(term, this.#position++, start, end);
      return;
    }
    word.clear();
    word.addAll(term);
    const joinedEnd = readWord(text, end + 1);
    const joined = word.term();
    const rest = joined.slice(term.length);
    if (rest === 's') {
      // `John’s`, `Andrea’s`, `it’s`: found as the word itself.
      this.#at = joinedEnd;
      this.#onToken(term, this.#position++, start, end);
    } else if (rest === 't' && term.endsWith('n')) {
      // `don’t`
      this.#at = joinedEnd;
      this.#onToken(joined, this.#position++, start, joinedEnd);
    } else {
      // `l’année`, `O’Brien`: the second part is read as a word of its own next.
      const position = this.#position++;
      this.#onToken(term, position, start, end);
      if (rest !== '' && !ENGLISH_ENDINGS.has(rest)) this.#onToken(joined, position, start, joinedEnd);
    }
  }

  /** `C++`, `C#`: the letter, and in the same place the name. */
  #language(term: string, start: number, end: number, next: number): void {
    const position = this.#position++;
    this.#onToken(term, position, start, end);
    if (term.length !== 1) return;
    const sign = next === HASH ? '#' : '++';
    const signEnd = end + sign.length;
    if (!this.#text.startsWith(sign, end) || classAt(this.#text, signEnd) !== SEPARATOR) return;
    this.#at = signEnd;
    this.#onToken(term + sign, position, start, signEnd);
  }

  /** A word that may be the first part of a number. */
  #number(term: string, start: number, end: number, next: number): void {
    const text = this.#text;
    let tight: NumberRun | undefined;
    if (start >= this.#tightUntil && mayGoOn(next)) {
      tight = tightRun(text, start);
      this.#tightUntil = tight?.end ?? end;
    }
    let spaced: NumberRun | undefined;
    if (start >= this.#spacedUntil) {
      this.#spacedUntil = tight?.end ?? end;
      if (mayGoOnBehindSpace(text, this.#spacedUntil)) {
        spaced = spacedRun(text, start);
        this.#spacedUntil = spaced?.end ?? this.#spacedUntil;
      }
    }
    const position = this.#position++;
    this.#onToken(term, position, start, end);
    if (tight?.joined !== undefined) this.#onToken(tight.joined, position, start, tight.end);
    if (spaced?.joined !== undefined) this.#onToken(spaced.joined, position, start, spaced.end);
    const whole = spaced?.joined === undefined ? tight : spaced;
    if (whole?.joined === undefined) return;
    const isInternational = (start > 0 && text.charCodeAt(start - 1) === PLUS) || term.startsWith('00');
    const national = isInternational ? nationalNumber(whole.groups) : undefined;
    if (national !== undefined) this.#onToken(national, position, start, whole.end);
  }

  #spaceless(): void {
    const text = this.#text;
    let start = this.#at;
    let first = readSpaceless(text, start);
    for (;;) {
      const at = nextInRun(text, first.end, first.folded);
      word.clear();
      word.addAll(first.folded);
      if (at < 0) break;
      const second = readSpaceless(text, at);
      word.addAll(second.folded);
      this.#onToken(word.term(), this.#position++, start, second.end);
      first = second;
      start = at;
    }
    this.#at = first.end;
    this.#onToken(word.term(), this.#position++, start, first.end);
  }
}

/** What follows an apostrophe in English and is a word of its own elsewhere, or none at all. */
const ENGLISH_ENDINGS = new Set(['ll', 're', 've', 'd', 'm']);

/** Adds the rest of the word at `from` to the buffer, and gives its end. */
function readWord(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const folded = SIMPLE_FOLD[unit] ?? 0;
    if (folded !== 0) {
      word.add(folded);
      continue;
    }
    const found = CLASS_OF_UNIT[unit];
    if (found === WORD) word.addAll(foldUnit(unit));
    else if (found !== VANISHING) {
      const width = readRare(text, at, unit);
      if (width === 0) break;
      at += width - 1;
    }
  }
  return at;
}

/** Takes in a character of two units, or the mark of a Hebrew acronym; gives its width, 0 where the word ends. */
function readRare(text: string, at: number, unit: number): number {
  if (unit === 0x22 || unit === 0x27) {
    const isWithin = at > 0 && isHebrew(text.charCodeAt(at - 1)) && isHebrew(text.charCodeAt(at + 1));
    return isWithin ? 1 : 0;
  }
  if (unit < 0xd800 || unit >= 0xdc00) return 0;
  const found = classAt(text, at);
  if (found === WORD) word.addAll(foldCharacter(String.fromCodePoint(text.codePointAt(at) ?? 0)));
  return found === WORD || found === VANISHING ? 2 : 0;
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function isHebrew(unit: number): boolean {
  return unit >= 0x5d0 && unit <= 0x5ea;
}

function isApostrophe(unit: number): boolean {
  return unit === 0x27 || unit === 0x2019 || unit === 0x2bc || unit === 0x2bb || unit === 0x60 || unit === 0xb4;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
