import { expect, test } from 'vitest';
import type { IndexText } from '../../../../shared/search/index-document.ts';
import { isGerman } from '../../../../shared/usecases/search/is-german.ts';

const forecast =
  'The forecast for this week says that it will rain in all of the places we looked at, every day of it.';

test.each<{ name: string; texts: readonly IndexText[]; expected: boolean }>([
  { name: 'a body', texts: [{ field: 'body', text: 'Mit freundlichen Grüßen, die Rechnung' }], expected: true },
  { name: 'a subject', texts: [{ field: 'subject', text: 'Ihre Anfrage und die Antwort' }], expected: true },
  {
    name: 'a subject with a body behind it that says more',
    texts: [
      { field: 'subject', text: 'Wetterbericht' },
      { field: 'body', text: forecast },
    ],
    expected: false,
  },
  { name: 'an attachment', texts: [{ field: 'attachment', text: 'Das ist nicht von uns' }], expected: true },
  { name: 'the name of a person', texts: [{ field: 'from', text: 'Jörg Müller' }], expected: false },
  { name: 'the name of a file', texts: [{ field: 'filename', text: 'Übung.pdf' }], expected: false },
  { name: 'no text at all', texts: [], expected: false },
])('$name: $expected', ({ texts, expected }) => {
  expect(isGerman(texts)).toBe(expected);
});
