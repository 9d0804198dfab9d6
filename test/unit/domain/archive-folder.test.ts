import { expect, test } from 'vitest';
import { archiveFolder } from '../../../shared/domain/archive-folder.ts';

const hash = () => 'abcdef0123456789abcd';

test.each([
  { name: 'the inbox as journaled mail has it', path: ['INBOX'], expected: 'Inbox' },
  { name: 'what lies below it', path: ['INBOX', 'Clients'], expected: 'Inbox/Clients' },
  { name: 'sent mail, whatever its name', path: ['Gesendet'], specialUse: 'sent', expected: 'Sent' },
  { name: 'sent mail by a name that was told', path: ['Sent Items'], sentFolder: 'Sent Items', expected: 'Sent' },
  { name: 'a slash in a name is no level', path: ['A/B', 'C'], expected: 'A\u2215B/C' },
  { name: 'below a folder of the archive', path: ['INBOX'], prefix: '/Old/', expected: 'Old/Inbox' },
  { name: 'names with spaces at their ends', path: ['a ', ' b'], expected: 'a / b' },
])('$name', ({ path, specialUse, prefix, sentFolder, expected }) => {
  const named = specialUse === undefined ? { path } : { path, specialUse };
  const options = {
    hash,
    ...(prefix === undefined ? {} : { prefix }),
    ...(sentFolder === undefined ? {} : { sentFolder }),
  };
  expect(archiveFolder(named, options)).toBe(expected);
});

test('a name too long for a key is cut between characters, and stays one of its own', () => {
  const found = archiveFolder({ path: Array.from({ length: 200 }, () => 'Ordnerü') }, { hash });
  expect(Buffer.byteLength(found)).toBeLessThanOrEqual(600);
  expect(found).toMatch(/^Ordnerü\/.*…abcdef0123456789$/);
  expect(found).not.toContain('\ufffd');
});
