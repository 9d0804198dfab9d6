/**
 * What people choose most when a password must have eight characters: words, names and rows of keys, with
 * the endings that make them long enough or get past rules for them. Made here of patterns, no leaked list.
 */

/** In English, German, French, Spanish, Italian and Dutch: what a password is, greetings, love, names, teams, seasons. */
const WORDS =
  'password passwort passwd kennwort motdepasse contrasena wachtwoord welcome willkommen bienvenue letmein admin ' +
  'administrator root user guest test testing changeme secret geheim default master login letterlock archive company ' +
  'qwerty qwertz azerty asdf asdfgh zxcvbn iloveyou sunshine princess dragon monkey football baseball superman batman ' +
  'shadow michael jennifer charlie daniel thomas andrew martin summer winter autumn spring sommer herbst hello hallo ' +
  'bonjour freedom computer internet samsung google chocolate flower secure access temp temporary starwars pokemon';

const ENDINGS = ['', '1', '12', '123', '1234', '12345', '123456', '1!', '!', '123!', '01', '2024', '2025', '2026'];

/** Rows of keys, alphabets and digits: each as it stands, from its start, backwards and twice. */
const RUNS = [
  '1234567890',
  '0123456789',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  'abcdefghij',
  '1qaz2wsx3edc',
  '1q2w3e4r5t6y',
  'q1w2e3r4t5',
  'qazwsxedc',
  'a1b2c3d4e5',
  '147258369',
  '11223344',
  '12341234',
  '123123123',
];

const MIN_LENGTH = 8;

/** Digits and signs that stand for the letter they look like. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map([
  ['@', 'a'],
  ['4', 'a'],
  ['0', 'o'],
  ['3', 'e'],
  ['$', 's'],
  ['5', 's'],
]);

/** In the form in which passwords are compared with them. */
const COMMON: ReadonlySet<string> = new Set([...withEndings(), ...runs()].filter((one) => one.length >= MIN_LENGTH));

/** How many there are; for people. */
export const COMMON_PASSWORD_COUNT = COMMON.size;

/** Whether a password is among the most common: case does not matter, nor do signs in the place of letters. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  const ending = /[^\p{L}]*$/u.exec(lower)?.[0] ?? '';
  const word = lower.slice(0, lower.length - ending.length);
  const plain = [...word].map((character) => LOOKS_LIKE.get(character) ?? character).join('') + ending;
  return COMMON.has(lower) || COMMON.has(plain) || new Set(lower).size < 3;
}

function withEndings(): string[] {
  return WORDS.split(' ').flatMap((word) => ENDINGS.map((ending) => word + ending));
}

function runs(): string[] {
  return RUNS.flatMap((run) => {
    const starts = Array.from({ length: run.length }, (_, index) => run.slice(0, index + 1));
    return starts.flatMap((start) => [start, [...start].reverse().join(''), start + start, `${start}!`, `${start}a`]);
  });
}
