import { afterEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { snippetText } from '../../../functions/cli/snippet-text.ts';
import { type FakeRoutes, startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const ARCHIVE_ID = `1-${'a'.repeat(64)}`;
const item = {
  archiveId: ARCHIVE_ID,
  mailboxId: 'mb-1',
  date: '2026-01-02T10:11:12.000Z',
  from: { name: 'Bob', address: 'bob@example.net' },
  subject: 'Pudding',
  folder: 'Inbox',
  sizeBytes: 1_200,
  hasAttachments: true,
  snippet: 'a <mark>plum</mark> &amp; &lt;b&gt;',
};
const page = {
  items: [item],
  total: 12,
  totalIsExact: true,
  facets: {
    mailbox: [
      { value: 'mb-1', name: 'Anna', count: 8 },
      { value: 'mb-2', name: 'Bob', count: 4 },
    ],
    folder: [{ value: 'Inbox', count: 12 }],
  },
  searched: { segments: 3, of: 3, failed: [] },
};

async function call(args: readonly string[], answers: readonly object[], columns?: number) {
  const left = [...answers];
  const routes: FakeRoutes = { 'POST /search': () => ({ json: left.shift() ?? page }) };
  const api = await startFakeApi(routes);
  closing.push(api.close);
  const fake = fakeTerminal(columns === undefined ? {} : { columns });
  const environment = { XDG_CONFIG_HOME: '/nonexistent', LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['search', ...args], environment, fake.terminal);
  return { exitCode, asked: api.seen.map(({ body }) => body), out: fake.out(), notes: fake.notes };
}

test('shows what was found, what matched in bold, and a summary', async () => {
  const { exitCode, asked, out, notes } = await call(['plum'], [page], 120);
  expect([exitCode, asked]).toEqual([0, [{ q: 'plum', limit: 20 }]]);
  expect(out).toMatch(/2026-01-02 10:11 +Bob +Pudding +Inbox +Anna +1\.2 kB +\+/);
  expect(out).toContain('a \x1b[1mplum\x1b[22m & <b>');
  expect(out).toContain(ARCHIVE_ID);
  expect(notes).toEqual(['12 found', 'mailbox: Anna 8, Bob 4']);
});

test('hands on the options, and joins words to one query', async () => {
  const { asked } = await call(['plum', 'pudding', '--mailbox', 'anna', '--sort', 'oldest', '--limit', '7'], [page]);
  expect(asked).toEqual([{ q: 'plum pudding', mailbox: 'anna', sort: 'oldest', limit: 7 }]);
});

test('goes from page to page for as much as is wanted', async () => {
  const first = { ...page, items: Array.from({ length: 100 }, () => item), cursor: 'c1' };
  const { asked, notes } = await call(
    ['plum', '--limit', '150'],
    [first, { ...page, items: first.items.slice(50), cursor: 'c2' }],
  );
  expect(asked).toMatchObject([{ limit: 100 }, { limit: 50, cursor: 'c1' }]);
  expect(notes.at(-1)).toBe('the first 150 only; --limit N or --all shows more');
});

test('marks nothing where the output is no terminal', async () => {
  expect((await call(['plum'], [page])).out).not.toContain('\x1b');
});

test('answers machines with what the API answered', async () => {
  const { out, notes } = await call(['plum', '--json'], [page]);
  expect([JSON.parse(out), notes]).toEqual([page, []]);
});

test('says what could not be searched', async () => {
  const incomplete = {
    ...page,
    totalIsExact: false,
    jobId: 'job-1',
    searched: { segments: 1, of: 9, failed: ['mb-2'] },
  };
  const { notes } = await call(['plum'], [incomplete]);
  expect(notes).toContain('at least 12 found');
  expect(notes).toContain('the index of mb-2 could not be read; it is being repaired');
  expect(notes).toContain('1 of 9 searched; job job-1 goes on');
});

test('says that nothing was found', async () => {
  const { exitCode, notes } = await call(['plum'], [{ ...page, items: [], total: 0, facets: {} }]);
  expect([exitCode, notes]).toEqual([0, ['nothing found', '0 found']]);
});

test('lets no mail write to the terminal by a snippet', () => {
  expect(snippetText('\x1b[2J<mark>\x1b]0;x\x07</mark>&lt;mark&gt;', true)).toBe(
    '\\x1b[2J\x1b[1m\\x1b]0;x\\x07\x1b[22m<mark>',
  );
});
