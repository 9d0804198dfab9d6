import { digestOf } from '../../domain/digest.ts';
import { type DigestState, duePeriod, type Period } from '../../domain/digest-period.ts';
import { profileOf, type Trouble } from '../../domain/trouble.ts';
import { NotFoundError } from '../../errors.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { profileItem } from '../profiles/find-profiles.ts';
import { storedNotifications } from '../settings/notifications.ts';
import { troublesOf } from '../troubles.ts';

export type DigestPorts = Pick<Ports, 'tables' | 'clock'> & { readonly mailer: Mailer };

/** Whoever claimed a period is sending it; after `CLAIM_MS` it is taken to have died. */
interface State extends DigestState {
  readonly claim?: { readonly from: string; readonly until: string; readonly at: string };
}

const STATE_KEY = { pk: 'digest', sk: 'state' };
/** Longer than a function that sends may run. */
const CLAIM_MS = 15 * 60_000;

/**
 * Mails the people whom the settings name, else `fallback`, what did not go as planned, if it is time and there is
 * something. Answers how much was told. The mail for a period goes out once, whoever else looks at the same time; where a
 * process dies, or the mail is refused, it goes out again later. Throws what the mailer throws.
 */
export async function sendDigest(
  ports: DigestPorts,
  { fallback = [] }: { readonly fallback?: readonly string[] } = {},
): Promise<number> {
  const { recipients, from, hour } = await storedNotifications(ports);
  const to = recipients.length > 0 ? recipients : fallback;
  if (to.length === 0) return 0;
  const item = await ports.tables.get('activity', STATE_KEY);
  const state = item ? typed<State>(item).data : {};
  const period = periodOf(state, hour, ports.clock.now());
  const troubles = period ? await troublesOf(ports, period) : [];
  if (!period || troubles.length === 0) return 0;
  const claimed = await claim(ports, item, state, period);
  if (!claimed) return 0;
  const digest = digestOf(troubles, await namesOf(ports, troubles), period);
  await ports.mailer.send({ to, ...digest, ...(from === null ? {} : { from }) });
  const done: State = { toldUntil: period.until.toISOString(), sentAt: ports.clock.now().toISOString() };
  // Where this fails, the claim runs out and the same period is told again.
  await ports.tables.putIfVersion(
    'activity',
    { ...claimed, version: claimed.version + 1, data: dataOf(done) },
    claimed.version,
  );
  return troubles.length;
}

/** The period of a claim that ran out, else the next one. */
function periodOf({ claim: claimed, ...state }: State, hour: number | null, now: Date): Period | undefined {
  if (!claimed) return duePeriod(state, hour, now);
  if (now.getTime() - Date.parse(claimed.at) < CLAIM_MS) return undefined;
  return { from: new Date(claimed.from), until: new Date(claimed.until) };
}

/** The item that says that this run sends; `undefined` where another one does. */
async function claim(
  { tables, clock }: Pick<Ports, 'tables' | 'clock'>,
  item: Item | undefined,
  state: State,
  { from, until }: Period,
): Promise<Item | undefined> {
  const claimed = { from: from.toISOString(), until: until.toISOString(), at: clock.now().toISOString() };
  const data = dataOf({ ...state, claim: claimed });
  const next: Item = { ...STATE_KEY, version: (item?.version ?? 0) + 1, data };
  const written = item
    ? await tables.putIfVersion('activity', next, item.version)
    : await tables.putIfAbsent('activity', next);
  return written === 'stored' ? next : undefined;
}

async function namesOf(
  ports: Pick<Ports, 'tables'>,
  troubles: readonly Trouble[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const profileId of new Set(troubles.map(profileOf))) {
    if (profileId === undefined) continue;
    try {
      names.set(profileId, (await profileItem(ports, profileId)).profile.name);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return names;
}
