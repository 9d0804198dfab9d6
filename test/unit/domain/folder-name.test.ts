import { describe, expect, test } from 'vitest';
import { chosenFolder, folderNameFault, isOwnFolder, renamedFolder } from '../../../shared/domain/folder-name.ts';

describe('a folder may be called', () => {
  test.each(['Projects', 'Projects/2026', 'Größe & Ümläute', '日本', 'a'.repeat(600), 'C#', 'a b'])('%s', (name) => {
    expect(folderNameFault(name)).toBeUndefined();
  });
});

describe('a folder may not be called', () => {
  test.each([
    { why: 'nothing', name: '' },
    { why: 'more bytes than a key takes', name: 'ü'.repeat(301) },
    { why: 'a level without a name', name: 'a//b' },
    { why: 'a level above all', name: '/a' },
    { why: 'a level below without a name', name: 'a/' },
    { why: 'a line break', name: 'a\nb' },
    { why: 'NUL', name: 'a\u0000' },
    { why: 'half a surrogate pair', name: 'a\ud800' },
    { why: 'what turns the reading order', name: 'a\u202eb' },
    { why: 'blanks that nobody sees', name: 'a /b' },
    { why: 'blanks only', name: ' ' },
  ])('$why', ({ name }) => {
    expect(folderNameFault(name)).toBeTypeOf('string');
  });
});

test.each([
  ['INBOX', 'Inbox'],
  ['inbox/Sub', 'Inbox/Sub'],
  ['Inboxes', 'Inboxes'],
  ['Sub/inbox', 'Sub/inbox'],
])('%s is kept as %s', (name, kept) => {
  expect(chosenFolder(name)).toBe(kept);
});

test('new mail keeps its folders', () => {
  expect(['Inbox', 'Sent', 'Inbox/Sub', 'inbox'].map(isOwnFolder)).toEqual([true, true, false, false]);
});

test.each([
  ['A', 'B'],
  ['A/x', 'B/x'],
  ['A/A', 'B/A'],
  ['AA', undefined],
  ['x/A', undefined],
])('renaming A to B makes %s %s', (folder, renamed) => {
  expect(renamedFolder(folder, 'A', 'B')).toBe(renamed);
});
