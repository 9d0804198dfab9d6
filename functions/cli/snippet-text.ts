import { printableLine } from './printable.ts';

/** What is between these stands out on a terminal. */
const BOLD = ['\x1b[1m', '\x1b[22m'] as const;
/** Where nothing can stand out: a file, a pipe. */
const PLAIN = ['', ''] as const;

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** A snippet of the API (escaped text, `<mark>` around what matched) as one safe line; what matched is bold on a terminal. */
export function snippetText(html: string, onTerminal: boolean): string {
  const [start, end] = onTerminal ? BOLD : PLAIN;
  // Made safe piece by piece, so that no escape of the text itself ends up among ours.
  return html
    .split(/(<\/?mark>)/)
    .map((piece) => {
      if (piece === '<mark>') return start;
      if (piece === '</mark>') return end;
      return printableLine(piece.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity));
    })
    .join('');
}
