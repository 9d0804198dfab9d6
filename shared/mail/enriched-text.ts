const PARAMETER = /<param>[^<]*<\/param>/gi;
const FORMATTING = /<\/?[A-Za-z][A-Za-z0-9-]{0,59}>/g;

/** The text of text/enriched (RFC 1896) or of text/richtext (RFC 1341, 7.1.3) without its formatting. */
export function enrichedText(enriched: string, type: string): string {
  const isEnriched = type === 'text/enriched';
  // A NUL, which text does not have, keeps the place of a literal bracket.
  const text = isEnriched
    ? enriched.replaceAll('<<', '\0')
    : enriched.replace(/<lt>/gi, '\0').replace(/<nl>\n?/gi, '\n');
  return text.replace(PARAMETER, '').replace(FORMATTING, '').replaceAll('\0', '<');
}
