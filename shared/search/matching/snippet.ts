import type { KeptText, MarkedWord } from '../segments/segment.ts';
import type { Place } from './best-place.ts';
import { SNIPPET_CHARACTERS } from './matching-limits.ts';

const WORDS_BEFORE = 10;
const WORDS_BEHIND = 35;
/** Characters shown before the first mark. */
const LEAD = 60;
/** What is looked at around the first mark: words may be as long as somebody wants. */
const LOOKED_AT = 400;
/** Control characters, and those that turn the direction of all that follows. */
const NOT_SHOWN = /[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The text around these places (in order, at least one, all in this text) as HTML, with `<mark>` around those of `terms`
 * that stand there. Empty where the text is not kept as far as that.
 */
export function snippetAround(text: KeptText, places: readonly Place[], terms: ReadonlySet<string>): string {
  const [first] = places;
  if (!first) return '';
  const around = text.around(first.first, WORDS_BEFORE, WORDS_BEHIND, terms);
  if (around.text === '') return '';
  const from = boundary(around.text, Math.max(0, around.start - LOOKED_AT));
  const shown = around.text.slice(from, boundary(around.text, around.start + LOOKED_AT));
  const marks = marksIn(around.marked ?? [], from, shown.length, places);
  const start = wordStart(shown, Math.max(0, (marks[0]?.start ?? around.start - from) - LEAD));
  const end = wordEnd(shown, start + SNIPPET_CHARACTERS);
  const before = start > 0 || from > 0 || !around.isStart ? '… ' : '';
  const behind = end < shown.length || from + shown.length < around.text.length || !around.isEnd ? ' …' : '';
  return before + markedHtml(shown, { start, end }, marks) + behind;
}

/** The beginning of a text as HTML. */
export function snippetOfOpening(text: KeptText): string {
  // White space is dropped, so more than what is shown may be needed.
  const opening = text
    .opening(SNIPPET_CHARACTERS * 2)
    .replace(NOT_SHOWN, ' ')
    .trim();
  const end = wordEnd(opening, SNIPPET_CHARACTERS);
  return markedHtml(opening, { start: 0, end }, []) + (end < opening.length ? ' …' : '');
}

/** Those of the words that are at one of the places, in the part that begins at `from`. */
function marksIn(
  words: readonly MarkedWord[],
  from: number,
  length: number,
  places: readonly Place[],
): readonly Range[] {
  const marks: Range[] = [];
  for (const { position, start, end } of words) {
    if (start < from || start - from >= length) continue;
    if (!places.some(({ first, last }) => first <= position && position <= last)) continue;
    const mark = { start: start - from, end: Math.min(end - from, length) };
    const before = marks.at(-1);
    // Parts of words written without spaces overlap, and a number overlaps with its parts.
    if (before && mark.start <= before.end) {
      marks[marks.length - 1] = { start: before.start, end: Math.max(before.end, mark.end) };
    } else marks.push(mark);
  }
  return marks;
}

function markedHtml(text: string, { start, end }: Range, marks: readonly Range[]): string {
  let html = '';
  let at = start;
  for (const mark of marks) {
    if (mark.start >= end || mark.end <= at) continue;
    const from = Math.max(mark.start, at);
    const to = Math.min(mark.end, end);
    html += `${escaped(text.slice(at, from))}<mark>${escaped(text.slice(from, to))}</mark>`;
    at = to;
  }
  return (html + escaped(text.slice(at, end))).trim();
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_SHOWN, ' ')
    .replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
}

/** The beginning of the word at or a little behind `at`; `at` itself in a long word. */
function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.slice(at, at + 30).search(/\s/u);
  return space >= 0 && space < LEAD ? at + space + 1 : boundary(text, at);
}

/** The end of the word at or a little before `at`; `at` itself in a long word. */
function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  for (let end = at; end > at - 30; end--) if (/\s/u.test(text[end] ?? '')) return end;
  return boundary(text, at);
}

/** `at`, or one before it where it would part a surrogate pair. */
function boundary(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff ? at - 1 : at;
}
