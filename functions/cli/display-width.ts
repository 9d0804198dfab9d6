const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Stops stacks of combining marks that paint over the lines above and below; the longest emoji sequences have 10. */
const MAX_GRAPHEME_CODE_POINTS = 12;

/** Code points that take two columns (Unicode East Asian Width W and F, by block). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Columns that `text` (one line, without control characters) takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** `text` in exactly `width` columns: cut between graphemes with an ellipsis, or padded at the end (`right`: at the start). */
export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cutText = cut(text, width);
  const padding = ' '.repeat(Math.max(0, width - displayWidth(cutText)));
  return align === 'left' ? cutText + padding : padding + cutText;
}

/** `text` in at most `width` columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  let kept = '';
  let used = 0;
  // Where the last column is needed for the ellipsis is known only once the text does not end there.
  let keptWithRoom = '';
  for (const { segment } of graphemes.segment(text)) {
    const step = graphemeWidth(segment);
    if (used + step > width) return width > 0 ? `${keptWithRoom}…` : '';
    kept += [...segment].slice(0, MAX_GRAPHEME_CODE_POINTS).join('');
    used += step;
    if (used < width) keptWithRoom = kept;
  }
  return kept;
}

function graphemeWidth(grapheme: string): number {
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2;
  const widths = Array.from(grapheme, (character) => codePointWidth(character));
  return Math.max(0, ...widths.slice(0, MAX_GRAPHEME_CODE_POINTS));
}

function codePointWidth(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
