import { describe, expect, test } from 'vitest';
import {
  type FolderSelection,
  isTrash,
  leftOut,
  matches,
  type SelectableFolder,
} from '../../../shared/domain/folder-selection.ts';

const folder = (path: string, more: Partial<SelectableFolder> = {}): SelectableFolder => ({
  path: path.split('|'),
  isPersonal: true,
  isSelectable: true,
  ...more,
});
const all: FolderSelection = { include: [], exclude: [], shared: false };

describe('leftOut', () => {
  test.each<{
    name: string;
    folder: SelectableFolder;
    selection?: Partial<FolderSelection>;
    expected: string | undefined;
  }>([
    { name: 'fetches an ordinary folder', folder: folder('Projects'), expected: undefined },
    { name: 'fetches the inbox', folder: folder('INBOX'), expected: undefined },
    { name: 'fetches deleted mail', folder: folder('Trash', { specialUse: 'trash' }), expected: undefined },
    { name: 'leaves junk out by its use', folder: folder('Werbung', { specialUse: 'junk' }), expected: 'by_default' },
    { name: 'leaves drafts out by their name', folder: folder('Entwürfe'), expected: 'by_default' },
    { name: 'leaves out what Exchange shows', folder: folder('Calendar'), expected: 'by_default' },
    { name: 'also below INBOX, where some servers keep all', folder: folder('INBOX|Drafts'), expected: 'by_default' },
    { name: 'but not deeper, where people choose names', folder: folder('Clients|Notes'), expected: undefined },
    {
      name: 'fetches what is included by name',
      folder: folder('Drafts'),
      selection: { include: ['Drafts'] },
      expected: undefined,
    },
    {
      name: 'a star alone includes no drafts',
      folder: folder('Drafts'),
      selection: { include: ['*'] },
      expected: 'by_default',
    },
    {
      name: 'fetches only what is included',
      folder: folder('A'),
      selection: { include: ['B'] },
      expected: 'not_included',
    },
    { name: 'includes the folders below', folder: folder('B|C|D'), selection: { include: ['B'] }, expected: undefined },
    {
      name: 'exclusion beats inclusion',
      folder: folder('B|C'),
      selection: { include: ['B'], exclude: ['B/C'] },
      expected: 'excluded',
    },
    {
      name: 'excludes by use',
      folder: folder('Papierkorb', { specialUse: 'trash' }),
      selection: { exclude: ['\\Trash'] },
      expected: 'excluded',
    },
    {
      name: 'leaves shared folders to who asks for them',
      folder: folder('Public|A', { isPersonal: false }),
      expected: 'shared',
    },
    {
      name: 'fetches shared folders where asked',
      folder: folder('Public|A', { isPersonal: false }),
      selection: { shared: true },
      expected: undefined,
    },
    {
      name: 'cannot fetch what only holds others',
      folder: folder('A', { isSelectable: false }),
      expected: 'not_selectable',
    },
  ])('$name', ({ folder, selection, expected }) => {
    expect(leftOut(folder, { ...all, ...selection })).toBe(expected);
  });
});

describe('matches', () => {
  test.each([
    { pattern: 'pro*', path: 'Projects', expected: true },
    { pattern: '*/2024', path: 'Clients|X|2024', expected: true },
    { pattern: 'a?c', path: 'abc', expected: true },
    { pattern: 'a?c', path: 'abbc', expected: false },
    { pattern: 'Proj', path: 'Projects', expected: false },
    { pattern: 'trail ', path: 'trail ', expected: true },
    { pattern: 'ENTWÜRFE', path: 'Entwu\u0308rfe', expected: true },
  ])('$pattern and $path: $expected', ({ pattern, path, expected }) => {
    expect(matches(folder(path), pattern)).toBe(expected);
  });

  test('takes no time over many stars', () => {
    expect(matches(folder('a'.repeat(5_000)), `${'*a'.repeat(50)}b`)).toBe(false);
  });
});

test('knows deleted mail by its use, else by its name', () => {
  expect(isTrash(folder('Deleted Items'))).toBe(true);
  expect(isTrash(folder('Trash', { specialUse: 'archive' }))).toBe(false);
});
