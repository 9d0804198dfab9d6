import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import { mailFiles } from '../bench/mail-files.ts';
import { Archive } from './archive.ts';
import { startDovecot } from './dovecot.ts';
import { ChangingMaildir } from './fetch-changing-maildir.ts';
import { expectAllFetched } from './fetch-proof.ts';
import { mailFor, newProfile } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';

const CORPUS = process.env.LETTERLOCK_TEST_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus');
const USER = 'killed';
/** What a job takes at most that nobody kills any more. */
const ENDS_WITHIN_MS = 15 * 60_000;
const LOOK_MS = 20;
/** What happens to the mailbox while the system is down. */
const CHANGES_WHILE_DOWN = 10;
/** Dovecot tells what changed in a Maildir by whole seconds. */
const SETTLES_WITHIN_MS = 2_500;

export interface KillRounds {
  readonly messages: number;
  readonly folders: number;
  readonly kills: number;
  readonly seed: number;
  /** The longest that the system lives between two kills. */
  readonly longestLifeMs: number;
}

/** What happened, for people. */
export interface KillFigures {
  readonly jobs: number;
  readonly changes: number;
  readonly killsOfRunningJobs: number;
  readonly seconds: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/**
 * Has a mailbox of real mail fetched by a system that is killed at random moments and started again, while mail comes
 * and is moved, flagged and removed. Throws where anything is missing, there twice, miscounted or changed at the source.
 */
export async function fetchKillRounds(rounds: KillRounds): Promise<KillFigures> {
  const started = performance.now();
  const random = new SeededRandom(rounds.seed);
  const [dovecot, first] = await Promise.all([startDovecot(), startLocalSystem()]);
  let system: LocalSystem = first;
  try {
    let archive = await Archive.signIn(system);
    const folders = oddFolders(rounds.folders);
    const maildir = new ChangingMaildir(dovecot.mailOf(USER), [...folders.keys()], random, endlessMail());
    await maildir.fill(rounds.messages);
    const { profileId, mailboxId } = await newProfile(archive, dovecot, USER);
    const jobIds: string[] = [];
    let killsOfRunningJobs = 0;
    for (let kill = 0; kill < rounds.kills; kill += 1) {
      if (await isFinished(archive, jobIds.at(-1))) jobIds.push(await startJob(archive, profileId));
      const end = Date.now() + random.between(100, rounds.longestLifeMs);
      while (Date.now() < end) {
        await maildir.change();
        await pause(LOOK_MS);
      }
      if (!(await isFinished(archive, jobIds.at(-1)))) killsOfRunningJobs += 1;
      await system.kill();
      for (let change = 0; change < CHANGES_WHILE_DOWN; change += 1) await maildir.change();
      system = await startLocalSystem({ dataDir: system.dataDir });
      archive = archive.at(system);
    }
    for (const jobId of jobIds) await archive.finishedJob(jobId, ENDS_WITHIN_MS);
    await pause(SETTLES_WITHIN_MS);
    jobIds.push((await archive.runProfile(profileId, ENDS_WITHIN_MS)).jobId);
    expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'succeeded', counts: { seen: 0 } });
    const jobs = await Promise.all(jobIds.map((jobId) => archive.finishedJob(jobId)));
    expect(jobs.map(({ outcome }) => outcome)).toEqual(jobs.map(() => 'succeeded'));
    const filings = await archive.listAll(mailboxId);
    await system.stop();
    const outcomes = await expectAllFetched(system.dataDir, dovecot.mailOf(USER), {
      profileId,
      jobs,
      filings,
      maildir,
      folders,
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    return { jobs: jobs.length, changes: maildir.changes, killsOfRunningJobs, seconds, outcomes };
  } finally {
    await dovecot.stop();
    await discard(system);
  }
}

async function isFinished(archive: Archive, jobId: string | undefined): Promise<boolean> {
  if (jobId === undefined) return true;
  return (await archive.json<{ readonly state: string }>('GET', `/jobs/${jobId}`)).state === 'finished';
}

async function startJob(archive: Archive, profileId: string): Promise<string> {
  return (await archive.json<{ readonly jobId: string }>('POST', `/profiles/${profileId}/jobs`)).jobId;
}

/** Names of folders as people make them and programs trip over them: below the Maildir, and as they are read. */
function oddFolders(count: number): ReadonlyMap<string, string> {
  const odd: readonly ((n: number) => readonly [directory: string, folder: string])[] = [
    (n) => [`Entw&APw-rfe und mehr ${n}`, `Entwürfe und mehr ${n}`],
    (n) => [`&ZeVnLIqe-/${n}`, `日本語/${n}`],
    (n) => [`&2D3eAA- ${n}`, `😀 ${n}`],
    (n) => [`a&-b ${n}`, `a&b ${n}`],
    (n) => same(`dots.in.it.${n}.`),
    (n) => same(`trailing ${n} `),
    (n) => same(` leading ${n}`),
    (n) => same(`Clients/${n}/Projects/2026`),
    (n) => same(`"quotes" and \\backslash ${n}`),
    (n) => same(`percent%star* ${n}`),
    (n) => same([`deep ${n}`, ...Array.from({ length: 40 }, (_, level) => `${level}`)].join('/')),
    (n) => same(`UPPER and lower ${n}`),
  ];
  const known: readonly (readonly [string, string])[] = [['', 'INBOX'], same('Sent'), same('Trash')];
  const more = Array.from({ length: Math.max(0, count - known.length) }, (_, n) => {
    const name = odd[n % odd.length];
    return name ? name(n) : same(String(n));
  });
  return new Map([...known, ...more]);
}

function same(name: string): readonly [string, string] {
  return [name, name];
}

/** One of so many has no header field, and ends in quarantine. */
const NO_MESSAGE_EVERY = 60;

/** Mail, and now and then what is none. */
async function* endlessMail(): AsyncGenerator<Buffer> {
  let given = 0;
  for await (const mail of realMail()) {
    given += 1;
    yield given % NO_MESSAGE_EVERY === 0 ? Buffer.from(`no message, number ${given}`) : mail;
  }
}

/** Real mail where the corpus is there, and what is hardly any, over and over: what comes again is mostly another message. */
async function* realMail(): AsyncGenerator<Buffer> {
  for (let round = 0; ; round += 1) {
    if (!existsSync(CORPUS)) yield mailFor(USER)(round);
    else
      for (const part of ['mime', 'large']) {
        for await (const raw of mailFiles(join(CORPUS, part))) yield asSent(raw, round);
      }
  }
}

/** With the line ends that IMAP gives to any message, and without NUL, which it gives to none (RFC 9051, 4.3.1). */
function asSent(raw: Buffer, round: number): Buffer {
  const text = raw.toString('latin1').replaceAll('\0', ' ').replace(/\r?\n/g, '\r\n');
  return Buffer.from(
    round % 2 === 0 ? text : `X-Round: ${round}\r\n${text.replace(/^(message-id:\s*<)/im, `$1r${round}.`)}`,
    'latin1',
  );
}
