import { expect, test } from 'vitest';
import { unflow } from '../../../shared/mail/flowed-text.ts';

test.each([
  ['joins lines that end in a space', 'a \nb \nc\nd', 'a b c\nd'],
  ['keeps quotes of another depth apart', '> a \n>> b \nc', '> a \n>> b \nc'],
  ['takes stuffing off', ' From here\n  two', 'From here\n two'],
  ['keeps quote marks as they stand', '>a \n>b\n> c', '>ab\n> c'.replace('ab', 'a b')],
  ['keeps signatures apart', 'a \n-- \nAnn', 'a \n-- \nAnn'],
  ['keeps empty lines', 'a \n\nb', 'a \n\nb'],
  ['keeps what ends flowing', 'a \nb ', 'a b '],
])('%s', (_, flowed, expected) => expect(unflow(flowed, false)).toBe(expected));

test('deletes the space where DelSp says so', () => expect(unflow('日 \n本\n', true)).toBe('日本\n'));
