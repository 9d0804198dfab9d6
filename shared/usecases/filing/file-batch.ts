import type { ArrivalFacts } from '../../domain/arrival.ts';
import type { ArrivalRules } from '../../domain/arrival-reading.ts';
import type { LogEntry } from '../../ports/archive-log.ts';
import type { Item } from '../../ports/tables.ts';
import { arrivalIdOf } from '../arrival-id.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { newCandidates, rememberDays } from '../retention/candidate-days.ts';
import { markItems, nudgeUnits } from '../search/index/marks.ts';
import { announceSignatures, unverifiedItems } from '../signatures/announce-signatures.ts';
import { excludeArrival } from './exclude-arrival.ts';
import { type FiledArrival, fileArrival } from './file-arrival.ts';
import type { FilingContext } from './filing-context.ts';
import { unitsToIndex } from './index-marks.ts';
import { type ArrivalNudge, emptyIntake, keepTold, withIntakeObject } from './intake-object.ts';
import { ledgerKeyOf } from './ledger.ts';
import { quarantineArrival } from './quarantine-arrival.ts';
import { refusalOf } from './source-check.ts';
import { volumeCountItems } from './volume-counts.ts';

/** An arrival of a batch that could not be finished; its intake object is still there. */
export interface UnfiledArrival {
  readonly nudge: ArrivalNudge;
  readonly error: unknown;
}

/**
 * Files what lies in intake under the given keys, in the order of writes of docs/architecture.md, and
 * answers those that have to come again. Throws where the writes that a batch shares fail: all of them
 * have to come again then. Safe to repeat, and safe beside other workers with the same arrivals.
 */
export async function fileBatch(
  context: FilingContext,
  budget: ByteBudget,
  nudges: readonly ArrivalNudge[],
): Promise<readonly UnfiledArrival[]> {
  const once = [...new Map(nudges.map((nudge) => [nudge.intakeKey, nudge])).values()];
  const results = await Promise.allSettled(once.map((nudge) => fileIntakeObject(context, budget, nudge)));
  const finished: { readonly nudge: ArrivalNudge; readonly filed: FiledArrival | undefined }[] = [];
  const unfiled: UnfiledArrival[] = [];
  for (const [index, result] of results.entries()) {
    const nudge = once[index];
    if (!nudge) continue;
    if (result.status === 'fulfilled') finished.push({ nudge, filed: result.value });
    else unfiled.push({ nudge, error: result.reason });
  }
  await Promise.all(unfiled.map(({ nudge }) => keepTold(context.ports, nudge)));
  await finish(
    context,
    finished.map(({ filed }) => filed).filter((filed) => filed !== undefined),
  );
  await Promise.all(finished.map(({ nudge }) => emptyIntake(context.ports, nudge.intakeKey)));
  return unfiled;
}

/** Steps 1 to 6; `undefined` where the arrival was filed before and only its intake object is left. */
function fileIntakeObject(
  context: FilingContext,
  budget: ByteBudget,
  nudge: ArrivalNudge,
): Promise<FiledArrival | undefined> {
  const { ports, locks } = context;
  const arrivalId = arrivalIdOf(nudge.intakeKey);
  return withIntakeObject(context, budget, nudge, async ({ facts, raw }) => {
    if (await ports.tables.get('messages', ledgerKeyOf(arrivalId, facts))) return undefined;
    if (facts.source.kind === 'journal') {
      if (facts.source.endpointIds.length === 0) return await excludeArrival(ports, { arrivalId, facts, raw });
      const refusal = await refusalOf(context, { facts, raw });
      if (refusal) return await quarantineArrival(ports, { arrivalId, facts, raw }, refusal, locks);
    }
    const reading = await ports.reader.readArrival(raw, rulesFor(context, facts));
    if (!reading) return await quarantineArrival(ports, { arrivalId, facts, raw }, 'not_a_message', locks);
    return await fileArrival(context, { arrivalId, facts, raw, ...reading });
  });
}

/** Carriers are taken off at endpoints, and where a profile says that it fetches a journal. */
export function rulesFor(context: ArrivalRules, { source }: Pick<ArrivalFacts, 'source'>): ArrivalRules {
  const { journalDomain, singleInstanceBytes } = context;
  return {
    journalDomain,
    singleInstanceBytes,
    keepCarriers: source.fetched?.journalReports !== true && source.kind === 'fetch',
  };
}

/**
 * Steps 7 and 8: what a batch writes together. The log is durable before any ledger entry says so. What
 * works on with them, later, is told last.
 */
export async function finish(context: FilingContext, filed: readonly FiledArrival[]): Promise<void> {
  const { ports } = context;
  if (filed.length === 0) return;
  const units = await unitsToIndex(context, filed);
  const marks = markItems(ports, units, 'filed');
  const unverified = unverifiedItems(
    ports,
    filed.map(({ signed }) => signed).filter((signed) => signed !== undefined),
  );
  const logEntries: readonly LogEntry[] = filed.flatMap((arrival) => arrival.logEntries);
  const candidates = newCandidates(
    ports,
    filed.flatMap((arrival) => arrival.candidates ?? []),
  );
  const together = [...marks, ...unverified, ...volumeCountItems(ports, filed), ...candidates];
  await Promise.all([ports.tables.batchPut('messages', together), ports.log.append(logEntries)]);
  rememberDays(ports, candidates);
  const put = (ledger: readonly Item[]) =>
    Promise.all(ledger.map((item) => ports.tables.putIfAbsent('messages', item)));
  // Step 1 looks for an arrival's first entry: once that is there, nothing that a crash left out is made up for.
  await put(filed.flatMap(({ ledger }) => ledger.slice(1)));
  await put(filed.flatMap(({ ledger }) => ledger.slice(0, 1)));
  await announceSignatures(ports, unverified);
  await nudgeUnits(
    ports,
    units.map(({ unit }) => unit),
  );
}
