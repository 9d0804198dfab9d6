import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import type { ArrivalFacts } from '../../shared/domain/arrival.ts';
import { createEndpoint } from '../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../shared/usecases/filing/accept-arrival.ts';
import { createMailbox } from '../../shared/usecases/mailboxes/create-mailbox.ts';
import { sweep } from '../../shared/usecases/maintenance/sweep.ts';
import { type Acknowledged, checkAfterFaults, type Organisation } from './fault-check.ts';
import { type FaultMail, faultMail, PEOPLE } from './fault-mail.ts';
import { beginLife, JOURNAL_DOMAIN, type Life } from './fault-world.ts';
import { Faults } from './faulty-stores.ts';

const SENDERS = 8;
/** Of each kind of fault, in each call to a store: about every second arrival meets one. */
const CHANCE = 0.01;
/** About as many calls as filing a mail takes; a process dies somewhere within its share of the mail. */
const CALLS_PER_MAIL = 12;

/** What the faults did, for a look at whether there were any. */
export interface FaultCounts {
  readonly deaths: number;
  readonly refused: number;
  readonly before: number;
  readonly stalled: number;
  readonly after: number;
}

/**
 * Takes mail in and files it over stores that fail, in processes that die at some call, each taking up what
 * the last one left; then, without faults, checks that every acknowledged mail is there exactly once,
 * undamaged, and that the ledger adds up. The decisions are those of `seed`, in the order of the calls.
 */
export async function faultRounds(options: {
  readonly seed: number;
  readonly lives: number;
  readonly mails: number;
}): Promise<FaultCounts> {
  const dataDir = await mkdtemp(join(tmpdir(), 'letterlock-faults-'));
  try {
    return await rounds(dataDir, options);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function rounds(
  dataDir: string,
  { seed, lives, mails }: { readonly seed: number; readonly lives: number; readonly mails: number },
): Promise<FaultCounts> {
  const random = new SeededRandom(seed);
  const organisation = await prepare(dataDir);
  const sending = new Sending(organisation, random, mails);
  let counts: FaultCounts = { deaths: 0, refused: 0, before: 0, stalled: 0, after: 0 };
  for (let number = 0; number < lives; number += 1) {
    const share = Math.ceil((mails * (number + 1)) / lives);
    const lastCall = random.between(20, Math.ceil((mails / lives) * CALLS_PER_MAIL));
    const faults = new Faults({ seed: seed + number, chance: CHANCE, lastCall });
    const life = await beginLife(dataDir, faults);
    await Promise.race([faults.death(), live(life, sending, share)]);
    if (!faults.isDead) await life.queue.close();
    await life.end();
    const { before, stalled, after } = faults.counts;
    counts = {
      deaths: counts.deaths + (faults.isDead ? 1 : 0),
      refused: sending.refused,
      before: counts.before + before,
      stalled: counts.stalled + stalled,
      after: counts.after + after,
    };
  }
  const last = await beginLife(dataDir);
  await live(last, sending, mails);
  await checkAfterFaults(dataDir, last, organisation, sending);
  await last.queue.close();
  await last.end();
  return counts;
}

async function prepare(dataDir: string): Promise<Organisation> {
  const life = await beginLife(dataDir);
  const endpoints = [];
  for (const name of ['one', 'two']) endpoints.push(await createEndpoint(life.configuration, { name }));
  const mailboxIds = new Map<string, string>();
  for (const name of PEOPLE) {
    const { mailboxId } = await createMailbox(life.configuration, { name, primaryAddress: `${name}@example.org` });
    mailboxIds.set(name, mailboxId);
  }
  await life.queue.close();
  await life.end();
  return { endpoints, mailboxIds };
}

/** A process from its start on: takes up what lies in intake, takes mail in, files all of it. */
async function live({ ports, queue }: Life, sending: Sending, share: number): Promise<void> {
  sending.reconnect();
  // As at the start of the local system; where it fails, the next process does it.
  await sweep(ports, ports.clock.now()).catch(() => undefined);
  await Promise.all(Array.from({ length: SENDERS }, () => sending.send(ports, share)));
  await queue.drain();
}

/** The senders, who outlive the processes and come again with what was not acknowledged. */
class Sending {
  readonly acknowledged: Acknowledged[] = [];
  readonly sent: FaultMail[] = [];
  refused = 0;
  readonly #organisation: Organisation;
  readonly #random: SeededRandom;
  readonly #mails: number;
  readonly #again: FaultMail[] = [];
  readonly #unanswered = new Set<FaultMail>();

  constructor(organisation: Organisation, random: SeededRandom, mails: number) {
    this.#organisation = organisation;
    this.#random = random;
    this.#mails = mails;
  }

  /** Sends until `share` mails have been begun altogether and none is left that was refused; hangs with the process. */
  async send(ports: Life['ports'], share: number): Promise<void> {
    for (;;) {
      const mail = this.#again.pop() ?? (this.sent.length < Math.min(share, this.#mails) ? this.#new() : undefined);
      if (!mail) return;
      this.#unanswered.add(mail);
      const facts = this.#facts(mail);
      const body = this.#random.next() < 0.5 ? mail.raw : inPieces(mail.raw);
      await acceptArrival(ports, facts, body).then(
        ({ intakeKey }) => {
          this.acknowledged.push({ mail, facts, intakeKey });
        },
        () => {
          this.refused += 1;
          this.#again.push(mail);
        },
      );
      this.#unanswered.delete(mail);
    }
  }

  /** Whoever heard nothing comes again, as a sender does whose connection broke. */
  reconnect(): void {
    this.#again.push(...this.#unanswered);
    this.#unanswered.clear();
  }

  #new(): FaultMail {
    const mail = faultMail(this.#random, this.sent.length);
    this.sent.push(mail);
    return mail;
  }

  #facts({ endpoints }: FaultMail): ArrivalFacts {
    const named = endpoints.map((index) => this.#organisation.endpoints[index]).filter((one) => one !== undefined);
    return {
      receivedAt: new Date().toISOString(),
      source: { kind: 'journal', endpointIds: named.map(({ endpointId }) => endpointId) },
      envelope: { mailFrom: '', rcptTo: named.map(({ localPart }) => `${localPart}@${JOURNAL_DOMAIN}`) },
    };
  }
}

async function* inPieces(raw: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < raw.length; at += 16_384) yield raw.subarray(at, at + 16_384);
}
