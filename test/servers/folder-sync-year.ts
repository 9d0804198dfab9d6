import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import { Archive } from './archive.ts';
import { PASSWORD, startDovecot } from './dovecot.ts';
import { imapServer } from './fetch-world.ts';
import { LiveMailbox } from './live-mailbox.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { realContents } from './year-mail.ts';
import { YearModel } from './year-model.ts';
import { ALIAS, YearPlay, type YearUser } from './year-play.ts';

const DAY_MS = 24 * 60 * 60_000;
const FIRST_DAY = Date.parse('2025-01-01T00:00:00.000Z');
const ENDS_WITHIN_MS = 180_000;
/** A folder of all mail, as Gmail shows it. */
const VIEW_OF_ALL = ['namespace inbox {', '  mailbox "All Mail" {', '    special_use = \\All', '  }', '}'];

export interface Year {
  readonly days: number;
  readonly actsPerDay: number;
  /** How often the mailboxes are synchronised, and how often something happens meanwhile. */
  readonly runs: number;
  readonly busyRuns: number;
  readonly kills: number;
  readonly seed: number;
}

/** What happened, for people. */
export interface YearFigures {
  readonly messages: number;
  readonly acts: number;
  readonly runs: number;
  readonly killsOfRunningJobs: number;
  readonly missing: number;
  readonly gone: number;
  readonly absent: number;
  readonly seconds: number;
}

interface Account extends YearUser {
  readonly mailboxId: string;
  readonly profileId: string;
}

/**
 * Plays the life of three mailboxes that are journaled, synchronises them at random times and kills the system at random
 * times; on one day journaling is down. Throws where in the end an archive folder does not hold what it has to, or the
 * completeness report lists anything but what is missing.
 */
export async function playYear(year: Year): Promise<YearFigures> {
  const started = performance.now();
  const random = new SeededRandom(year.seed);
  const [dovecot, first] = await Promise.all([startDovecot({ extra: VIEW_OF_ALL }), startLocalSystem()]);
  const world = new YearWorld(first, random);
  const accounts: Account[] = [];
  try {
    await world.signIn();
    const { address } = await world.archive.createEndpoint('the journal');
    for (const [name, system] of [
      ['anna', 'plain'],
      ['ben', 'exchange'],
      ['carla', 'gmail'],
    ] as const) {
      accounts.push(await newAccount(world.archive, dovecot.imapPort, name, system));
    }
    const play = new YearPlay(random, accounts, await realContents(400), () => ({
      port: world.system.smtpPort,
      address,
    }));
    const days = Array.from({ length: year.days }, (_, day) => day);
    const some = (count: number) => new Set(Array.from({ length: count }, () => random.between(1, year.days - 1)));
    const [quietRuns, busyRuns, kills] = [some(year.runs), some(year.busyRuns), some(year.kills)];
    const [lostDay, aliasDay] = [Math.floor(year.days * 0.4), Math.floor(year.days * 0.6)];
    for (const day of days) {
      play.day = new Date(FIRST_DAY + day * DAY_MS);
      play.isJournalDown = day === lostDay;
      if (day === aliasDay) await world.addAlias(accounts, play);
      for (let act = 0; act < year.actsPerDay; act += 1) await play.act();
      const mayKill = kills.has(day);
      if (busyRuns.has(day) && day !== lostDay) await world.busyRun(accounts, play, mayKill);
      if (quietRuns.has(day) || busyRuns.has(day) || mayKill) await world.quietRun(accounts, play, mayKill);
    }
    await world.quietRun(accounts, play, false);
    const found = await world.expectAsModelled(accounts, new Date(FIRST_DAY + lostDay * DAY_MS));
    await world.expectMadeUpFor(accounts, play);
    const seconds = Math.round((performance.now() - started) / 1000);
    const { runs, killsOfRunningJobs } = world;
    return { messages: play.messages, acts: play.acts, runs, killsOfRunningJobs, ...found, seconds };
  } finally {
    for (const { live } of accounts) await live.signOut();
    await dovecot.stop();
    await discard(world.system);
  }
}

async function newAccount(archive: Archive, port: number, name: string, system: YearUser['system']): Promise<Account> {
  const address = `${name}@example.org`;
  const mailboxId = await archive.createMailbox(name, address);
  const { profileId } = await archive.json<{ readonly profileId: string }>('POST', '/profiles', {
    kind: 'folder-sync',
    name,
    server: imapServer(port),
    credentials: { userName: name, password: PASSWORD },
    target: { mailboxId },
    removeEmptyFolders: name === 'anna',
  });
  const live = await LiveMailbox.signIn(port, name);
  return { name, address, system, live, model: new YearModel(live), mailboxId, profileId };
}

interface Row {
  readonly kind: string;
  readonly subject: string;
}

/** The archive, which now and then is killed. */
class YearWorld {
  readonly #random: SeededRandom;
  /** Of the last report. */
  #rows: readonly Row[] = [];
  readonly #adminPassword: string;
  system: LocalSystem;
  #archive: Archive | undefined;
  runs = 0;
  killsOfRunningJobs = 0;

  constructor(first: LocalSystem, random: SeededRandom) {
    this.system = first;
    this.#adminPassword = first.adminPassword;
    this.#random = random;
  }

  get archive(): Archive {
    if (!this.#archive) throw new Error('nobody has signed in');
    return this.#archive;
  }

  async signIn(): Promise<void> {
    this.#archive = await Archive.signIn(this.system, this.#adminPassword);
  }

  async addAlias(accounts: readonly Account[], play: YearPlay): Promise<void> {
    await this.#journalIsFiled();
    const mailboxId = accounts.find(({ system }) => system === 'exchange')?.mailboxId;
    await this.archive.json('PATCH', `/mailboxes/${mailboxId}`, { secondaryAddresses: [ALIAS] });
    play.hasAlias = true;
  }

  /** Nothing happens while the mailboxes are synchronised, but for a kill. */
  async quietRun(accounts: readonly Account[], play: YearPlay, withKill: boolean): Promise<void> {
    await this.#journalIsFiled();
    const jobIds = await this.#start(accounts);
    if (withKill) await this.#kill(jobIds);
    const jobs = await this.#ended(jobIds);
    expect(jobs.map(({ outcome, details }) => ({ outcome, details }))).toEqual(
      jobs.map(({ details }) => ({ outcome: 'succeeded', details })),
    );
    for (const { model } of accounts) model.synchronised({ hasAllAddresses: play.hasAlias });
  }

  /** Mail comes and is moved while the mailboxes are synchronised. */
  async busyRun(accounts: readonly Account[], play: YearPlay, withKill: boolean): Promise<void> {
    await this.#journalIsFiled();
    for (const { model } of accounts) model.maybeSynchronised();
    const jobIds = await this.#start(accounts);
    const acts = this.#random.between(5, 30);
    for (let act = 0; act < acts; act += 1) {
      if (withKill && act === Math.floor(acts / 2)) await this.#kill(jobIds);
      await play.actDuringRun();
      for (const { model } of accounts) model.maybeSynchronised();
    }
    await this.#ended(jobIds);
  }

  /** In each mailbox: all of it, and what the report says of the year and of the day without journaling. */
  async expectAsModelled(accounts: readonly Account[], lostDay: Date) {
    const total = { missing: 0, gone: 0, absent: 0 };
    for (const { model, mailboxId, name, live } of accounts) {
      expect({ name, faults: await this.#faults(model, mailboxId) }).toEqual({ name, faults: [] });
      const wanted = model.reported();
      const all = await this.#report(mailboxId, {});
      for (const kind of ['missing', 'gone', 'absent'] as const) {
        const messages = all.get(kind) ?? [];
        const wrong = [...messages, ...wanted[kind]].filter(
          (one) => messages.includes(one) !== wanted[kind].includes(one),
        );
        const rows = this.#rows
          .filter(({ subject }) => wrong.includes(numberOf(subject)))
          .map((row) => JSON.stringify(row));
        const why = wrong.map((message) =>
          [message, ...live.historyOf(message), ...model.historyOf(message)].join('; '),
        );
        expect({ name, kind, messages }, [...why, ...rows].join('\n')).toEqual({
          name,
          kind,
          messages: sorted(wanted[kind]),
        });
        total[kind] += wanted[kind].length;
      }
      const to = new Date(lostDay.getTime() + DAY_MS);
      const ofDay = await this.#report(mailboxId, { from: lostDay.toISOString(), to: to.toISOString() });
      expect({ name, missing: ofDay.get('missing') ?? [] }).toEqual({ name, missing: sorted(wanted.missing) });
      expect({ name, gone: ofDay.get('gone') ?? [] }).toEqual({ name, gone: sorted(wanted.gone) });
    }
    return total;
  }

  /** What is missing can be archived then and there. */
  async expectMadeUpFor(accounts: readonly Account[], play: YearPlay): Promise<void> {
    for (const { profileId, mailboxId, model, name } of accounts) {
      const { missing } = model.reported();
      const { jobId } = await this.archive.json<{ readonly jobId: string }>('POST', `/profiles/${profileId}/jobs`, {
        archiveMissing: true,
      });
      const job = await this.archive.finishedJob(jobId, ENDS_WITHIN_MS);
      expect({ name, ...job }).toMatchObject({ outcome: 'succeeded' });
      for (const message of missing) model.archived(message);
      model.synchronised({ hasAllAddresses: play.hasAlias });
      expect((await this.#report(mailboxId, {})).get('missing') ?? []).toEqual([]);
      expect({ name, faults: await this.#faults(model, mailboxId) }).toEqual({ name, faults: [] });
    }
  }

  async #faults(model: YearModel, mailboxId: string): Promise<readonly string[]> {
    const found = new Map<number, string[]>();
    for (const { subject, folder } of await this.archive.listAll(mailboxId)) {
      const folders = found.get(numberOf(subject)) ?? [];
      found.set(numberOf(subject), [...folders, folder]);
    }
    const messages = new Set([...model.messages, ...found.keys()]);
    return [...messages].flatMap((message) => model.fault(message, found.get(message) ?? []) ?? []);
  }

  async #report(mailboxId: string, period: object): Promise<ReadonlyMap<string, readonly number[]>> {
    const base = `/mailboxes/${mailboxId}/completeness-reports`;
    const { jobId } = await this.archive.json<{ readonly jobId: string }>('POST', base, period);
    await this.archive.finishedJob(jobId, ENDS_WITHIN_MS);
    const report = await this.archive.json<object>('GET', `${base}/${jobId}`);
    const rows: Row[] = [];
    let cursor = '';
    do {
      const query = `limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await this.archive.json<{ readonly items: readonly Row[]; readonly cursor?: string }>(
        'GET',
        `${base}/${jobId}/messages?${query}`,
      );
      rows.push(...page.items);
      cursor = page.cursor ?? '';
    } while (cursor);
    this.#rows = rows;
    const byKind = Map.groupBy(rows, ({ kind }) => kind);
    const counts = Object.fromEntries(
      ['missing', 'gone', 'absent'].map((kind) => [kind, byKind.get(kind)?.length ?? 0]),
    );
    expect(report).toMatchObject({ totals: counts });
    return new Map([...byKind].map(([kind, some]) => [kind, sorted(some.map(({ subject }) => numberOf(subject)))]));
  }

  async #start(accounts: readonly Account[]): Promise<readonly string[]> {
    this.runs += 1;
    const jobs = await Promise.all(
      accounts.map(({ profileId }) =>
        this.archive.json<{ readonly jobId: string }>('POST', `/profiles/${profileId}/jobs`),
      ),
    );
    return jobs.map(({ jobId }) => jobId);
  }

  async #ended(jobIds: readonly string[]) {
    return await Promise.all(jobIds.map((jobId) => this.archive.finishedJob(jobId, ENDS_WITHIN_MS)));
  }

  /** At any moment, as a machine loses its power. */
  async #kill(jobIds: readonly string[]): Promise<void> {
    await pause(this.#random.between(0, 600));
    const states = await Promise.all(
      jobIds.map((jobId) => this.archive.json<{ readonly state: string }>('GET', `/jobs/${jobId}`)),
    );
    if (states.some(({ state }) => state !== 'finished')) this.killsOfRunningJobs += 1;
    await this.system.kill();
    this.system = await startLocalSystem({ dataDir: this.system.dataDir });
    await this.signIn();
  }

  async #journalIsFiled(): Promise<void> {
    await this.archive.filed(ENDS_WITHIN_MS);
  }
}

function numberOf(subject: string): number {
  return Number(/^\[(\d+)\]/.exec(subject)?.[1] ?? Number.NaN);
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}
