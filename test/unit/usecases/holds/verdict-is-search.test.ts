import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { addressFault } from '../../../../shared/domain/mailbox.ts';
import { type MessageScope, scopeFault } from '../../../../shared/domain/message-scope.ts';
import type { LegalHold } from '../../../../shared/domain/retention/legal-hold.ts';
import { foundCoverageOf, knownMessage } from '../../../../shared/usecases/holds/holds-on-message.ts';
import { inProcessReader } from '../../../../shared/usecases/in-process-reader.ts';
import { checkedQuery } from '../../../../shared/usecases/scopes/checked-query.ts';
import { letter } from '../search/index/index-world.ts';
import { type HoldMail, holdMail } from './hold-mail.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/mail');
const CORPUS = process.env.LETTERLOCK_TEST_CORPUS ?? join(import.meta.dirname, '../../../../../shared/corpus');
/** Of the corpus so many mails, spread over all of it, none of them large. */
const SAMPLES = 120;
const MAX_SAMPLE_BYTES = 100_000;
const RUNS = 80;
/** Of each query's messages, and of the others, so many are judged. */
const JUDGED = 6;

/** When the first mail is filed; one a minute. */
const START = Date.parse('2026-03-01T10:00:00.000Z');

let mail: HoldMail;
let ids: readonly string[];
let words: readonly string[];

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function samples(): readonly Buffer[] {
  const fixtures = filesBelow(FIXTURES).filter((name) => name.endsWith('.eml'));
  const all = ['mime', 'journal', 'attachments'].flatMap((name) => filesBelow(join(CORPUS, name))).toSorted();
  const mails = all.filter((name) => /\.(eml|msg|email|rfc822|txt)$/.test(name) || !/\.\w+$/.test(name));
  const step = Math.max(1, Math.floor(mails.length / SAMPLES));
  const some = mails.filter((_, index) => index % step === 0);
  return [...fixtures, ...some].map((name) => readFileSync(name)).filter(({ length }) => length < MAX_SAMPLE_BYTES);
}

beforeAll(async () => {
  mail = await holdMail('verdicts');
  const raws = samples();
  const letters = [letter(1), letter(2, 'the quick brown fox'), letter(3, 'Rechnung über Äpfel', ['Bcc: carl@x.test'])];
  for (const raw of [...letters, ...raws]) {
    await mail.file(raw);
    mail.clock.advance(60_000);
  }
  await mail.indexAll();
  ids = await mail.archiveIds();
  const texts = await Promise.all(raws.map((raw) => inProcessReader.readForIndex(raw, []).catch(() => undefined)));
  const all = [...texts].flatMap((reading) => {
    const people = reading?.from.map(({ address }) => address) ?? [];
    return `${reading?.subject ?? ''} ${reading?.text.slice(0, 2_000) ?? ''} ${people.join(' ')}`.split(/[\s"()]+/);
  });
  words = [...new Set(['fox', 'quick', 'letter', 'Rechnungen', 'Apfel', 'ann@x.test', 'carl@x.test', ...all])].filter(
    (word) => word.length > 1 && word.length < 40,
  );
}, 120_000);

/** Queries about words that there are, as people write them. */
function queries(): fc.Arbitrary<string> {
  const word = fc.nat().map((n) => words[n % words.length] ?? 'x');
  const prefix = word.map((text) => `${text.slice(0, 4)}*`);
  const phrase = fc.nat().map((n) => `"${[0, 1].map((k) => words[(n + k) % words.length]).join(' ')}"`);
  const field = fc.constantFrom('from:', 'to:', 'any:', 'subject:', 'body:', 'bcc:', 'filename:');
  const filter = fc.constantFrom(
    ...['is:sent', 'is:received', 'is:encrypted', 'is:signed', 'has:attachment', 'type:pdf', 'in:Inbox', 'in:Sent'],
    ...['larger:10k', 'smaller:2k', 'after:2026-02-01', 'before:2010', 'on:2026-03-01', 'attachment:unreadable'],
    ...['mailbox:ann', 'mailbox:bob@x.test', 'header:X-Mailer=x'],
  );
  const clause = fc.oneof(
    { weight: 4, arbitrary: word },
    prefix,
    phrase,
    filter,
    fc.tuple(field, word).map(([name, text]) => name + text),
    fc.tuple(word, word).map(([a, b]) => `${a} NEAR ${b}`),
  );
  const signed = fc.tuple(fc.constantFrom('', '', '', '-'), clause).map(([sign, text]) => sign + text);
  const joined = fc
    .array(signed, { minLength: 1, maxLength: 3 })
    .chain((parts) => fc.constantFrom(' ', ' OR ').map((by) => parts.join(by)));
  const any = fc.oneof(
    joined,
    fc.tuple(joined, joined).map(([a, b]) => `(${a}) -(${b})`),
  );
  return any.filter(isTaken);
}

/** Holds refuse what has no word, or what a search would forgive, such as `Re:`. */
function isTaken(query: string): boolean {
  try {
    checkedQuery('query', query, new Date(START));
    return true;
  } catch {
    return false;
  }
}

/** Custodians, periods and searches, in any combination. */
function scopes(): fc.Arbitrary<MessageScope> {
  const addresses = fc.nat().map((n) => {
    const known = words.filter((word) => addressFault(word) === undefined);
    return [known[n % known.length] ?? 'ann@x.test'];
  });
  const minute = fc.nat({ max: 200 }).map((n) => new Date(START + n * 60_000).toISOString());
  const mailboxes = fc.boolean().map((isAnn) => [(isAnn ? mail.ann : mail.bob).mailboxId]);
  const parts = { query: queries(), addresses, mailboxes, from: minute, to: minute };
  return fc.record(parts, { requiredKeys: [] }).filter((scope) => scopeFault(scope) === undefined);
}

test('a hold covers a message, in each mailbox, exactly where a search over the index finds it: whole scopes', async () => {
  await fc.assert(
    fc.asyncProperty(scopes(), fc.array(fc.nat(), { minLength: JUDGED, maxLength: JUDGED }), async (scope, picks) => {
      await judge(scope, picks);
    }),
    { numRuns: RUNS },
  );
}, 120_000);

test('a hold on a search covers a message, in each mailbox, exactly where a search over the index finds it', async () => {
  expect(ids.length).toBeGreaterThan(50);
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(queries(), fc.array(fc.nat(), { minLength: JUDGED, maxLength: JUDGED }), async (query, picks) => {
      hits += await judge({ query }, picks);
    }),
    { numRuns: RUNS },
  );
  expect(hits).toBeGreaterThan(RUNS);
}, 120_000);

/** Compares the verdicts on some messages with what a search finds; answers how many it finds. */
async function judge(scope: MessageScope, picks: readonly number[]): Promise<number> {
  const hold: LegalHold = await mail.hold(scope);
  const found = await mail.foundBySearch(hold);
  const judged = new Set([...found.keys()].slice(0, JUDGED));
  for (const pick of picks) judged.add(ids[pick % ids.length] ?? '');
  for (const archiveId of judged) {
    const message = await knownMessage(mail.ports, archiveId);
    const covering = message && (await foundCoverageOf(mail.context, hold, archiveId, message));
    expect([scope, archiveId, covering?.isUndecided]).toEqual([scope, archiveId, undefined]);
    expect([scope, archiveId, covering?.mailboxIds ?? []]).toEqual([scope, archiveId, found.get(archiveId) ?? []]);
  }
  // Only so many may be active.
  const removed = { pk: 'legal-hold', sk: hold.holdId, version: 9, removed: true, data: {} } as const;
  await mail.ports.tables.put('configuration', removed);
  return found.size;
}
