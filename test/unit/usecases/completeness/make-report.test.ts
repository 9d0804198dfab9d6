import { describe, expect, test } from 'vitest';
import type { CompletenessKind } from '../../../../shared/domain/completeness.ts';
import { startReport } from '../../../../shared/usecases/completeness/make-report.ts';
import { reportRows } from '../../../../shared/usecases/completeness/read-rows.ts';
import { readReport } from '../../../../shared/usecases/completeness/report-objects.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { listSyncStates } from '../../../../shared/usecases/folder-sync/sync-states.ts';
import { getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { deleteProfile } from '../../../../shared/usecases/profiles/change-profiles.ts';
import { createCompletenessWorld } from './completeness-world.ts';

type World = Awaited<ReturnType<typeof createCompletenessWorld>>;

const ALL = { from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };

/** Makes a report, `pagesAtOnce` at a time, and reads it. */
async function report({ ports, mailboxId }: World, period = ALL, pagesAtOnce = Number.POSITIVE_INFINITY) {
  const { jobId } = await startReport(ports, { mailboxId, ...period });
  const directory = bookDirectory(createConfigurationContext(ports, { journalDomain: 'journal.example.org' }));
  for (let slice = 0; slice < 100; slice += 1) {
    if ((await getJob(ports, jobId)).data.state === 'finished') break;
    let pages = 0;
    await runJob(ports, { directory }, jobId, () => pages++ < pagesAtOnce);
  }
  const kept = await readReport(ports, jobId);
  if (!kept) throw new Error('no report');
  const rows = async (kind?: CompletenessKind, limit = 50) => {
    const subjects: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await reportRows(ports, jobId, kept, {
        limit,
        ...(kind && { kind }),
        ...(cursor !== undefined && { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      subjects.push(...page.items.map((row) => `${row.kind}: ${row.subject.replace('subject of ', '')}`));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return subjects;
  };
  return { ...kept.report, rows, job: (await getJob(ports, jobId)).data };
}

describe('a completeness report', () => {
  test('tells what is in both, what journaling missed, and what the live mailbox lost', async () => {
    const world = await createCompletenessWorld('kinds');
    await world.archived('a-1', '2026-01-10');
    await world.live('a-1');
    await world.archived('a-2', '2026-01-11');
    await world.missing('m-1', '2026-01-12');
    await world.missing('m-2', '2026-02-12', { goneAt: '2026-02-20T00:00:00.000Z' });
    await world.synchronised('2026-04-01');
    const { totals, months, asOf, warnings, rows, job } = await report(world);
    expect(totals).toEqual({ archived: 1, missing: 1, gone: 1, journaled: 2, absent: 1, notCompared: 0 });
    expect(months.map(({ month, missing, gone, absent }) => [month, missing, gone, absent])).toEqual([
      ['2026-01', 1, 0, 1],
      ['2026-02', 0, 1, 0],
    ]);
    expect(asOf).toBe('2026-04-01T00:00:00.000Z');
    expect(warnings).toEqual([]);
    expect(await rows()).toEqual(['missing: m-1', 'gone: m-2', 'absent: a-2']);
    expect(await rows('absent')).toEqual(['absent: a-2']);
    expect(job).toMatchObject({ kind: 'completeness', outcome: 'succeeded', details: { missing: 1, absent: 1 } });
  });

  test('knows journaled mail by a filing that was merged into another', async () => {
    const world = await createCompletenessWorld('merged');
    // Copied to a folder by its user, then gone from the inbox, then from there.
    await world.archived('a-1', '2026-01-10', { folders: ['Done'], basis: 'folder' });
    const merged = { removedAt: '2026-01-12T00:00:00.000Z', mergedInto: 'Done' };
    await world.archived('a-1', '2026-01-10', { folders: ['Inbox'], ...merged });
    // Somebody removed what was journaled: only the copy counts.
    await world.archived('a-2', '2026-01-10', { folders: ['Done'], basis: 'folder' });
    await world.archived('a-2', '2026-01-10', { folders: ['Inbox'], removedAt: merged.removedAt });
    await world.synchronised('2026-04-01');
    const { totals, rows } = await report(world);
    expect(totals).toMatchObject({ journaled: 1, absent: 1 });
    expect(await rows()).toEqual(['absent: a-1']);
  });

  test('counts a message once, in however many folders it lies', async () => {
    const world = await createCompletenessWorld('folders');
    await world.archived('a-1', '2026-01-10', { folders: ['Inbox', 'Projects', 'Sent'] });
    await world.live('a-1');
    await world.archived('a-2', '2026-01-11', { folders: ['Inbox', 'Sent'] });
    await world.synchronised('2026-04-01');
    const { totals, rows } = await report(world);
    expect(totals).toMatchObject({ archived: 1, journaled: 2, absent: 1 });
    expect(await rows()).toEqual(['absent: a-2']);
  });

  test('does not miss what was fetched and never journaled', async () => {
    const world = await createCompletenessWorld('fetched');
    await world.archived('a-1', '2026-01-10', { basis: 'folder' });
    await world.archived('a-2', '2026-01-10', { basis: 'envelope', marks: { flags: [], sizeBytes: 1 } });
    await world.synchronised('2026-04-01');
    expect((await report(world)).totals).toMatchObject({ journaled: 0, absent: 0 });
  });

  test('leaves out what somebody removed from the archive', async () => {
    const world = await createCompletenessWorld('removed');
    await world.archived('a-1', '2026-01-10', { removedAt: '2026-02-01T00:00:00.000Z' });
    await world.synchronised('2026-04-01');
    expect((await report(world)).totals).toMatchObject({ journaled: 0, absent: 0 });
  });

  test('keeps to its period, by time of receipt', async () => {
    const world = await createCompletenessWorld('period');
    for (const day of ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01']) {
      await world.archived(`a-${day}`, day);
      await world.missing(`m-${day}`, day);
    }
    await world.synchronised('2026-04-01');
    const { rows } = await report(world, { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' });
    expect((await rows()).toSorted()).toEqual([
      'absent: a-2026-02-01',
      'absent: a-2026-02-28',
      'missing: m-2026-02-01',
      'missing: m-2026-02-28',
    ]);
  });

  test('says nothing of what came after the comparison', async () => {
    const world = await createCompletenessWorld('after');
    await world.archived('a-1', '2026-02-10');
    await world.synchronised('2026-02-01');
    const { totals, warnings } = await report(world);
    expect(totals).toMatchObject({ journaled: 1, absent: 0, notCompared: 1 });
    expect(warnings).toEqual(['period_after_comparison']);
  });

  test('says so where the mailbox was never synchronised', async () => {
    const world = await createCompletenessWorld('never');
    await world.archived('a-1', '2026-02-10');
    const { totals, warnings, asOf } = await report(world);
    expect(totals).toMatchObject({ absent: 0, notCompared: 1 });
    expect([asOf, warnings]).toEqual([undefined, ['never_synchronised']]);
  });

  test('is as of the last comparison that came to its end, and warns of the one that did not', async () => {
    const world = await createCompletenessWorld('errors');
    await world.synchronised('2026-04-01', 'succeeded', 2);
    await world.synchronised('2026-04-02', 'disconnected');
    const { asOf, warnings } = await report(world);
    expect(asOf).toBe('2026-04-01T00:00:00.000Z');
    expect(warnings).toEqual(['last_run_had_errors', 'ambiguous_matches']);
  });

  test('hears nothing from a profile that was deleted', async () => {
    const world = await createCompletenessWorld('deleted');
    await world.missing('m-1', '2026-01-12');
    await world.archived('a-1', '2026-01-12');
    await world.live('a-1');
    await world.synchronised('2026-04-01');
    await deleteProfile(world.ports, world.profileId);
    expect((await report(world)).totals).toMatchObject({ missing: 0, archived: 0, notCompared: 1 });
  });

  test('comes to the same in slices of a page, and is read in pages of any size', async () => {
    const world = await createCompletenessWorld('slices');
    for (let n = 100; n < 700; n += 1) await world.missing(`m-${n}`, '2026-01-12');
    for (let n = 100; n < 330; n += 1)
      await world.archived(`a-${n}`, '2026-01-13', { folders: ['Inbox', `F${n % 3}`] });
    for (let n = 100; n < 330; n += 2) await world.live(`a-${n}`);
    await world.synchronised('2026-04-01');
    const whole = await report(world);
    const sliced = await report(world, ALL, 1);
    expect(sliced.totals).toEqual({
      archived: 115,
      missing: 600,
      gone: 0,
      journaled: 230,
      absent: 115,
      notCompared: 0,
    });
    expect(sliced.totals).toEqual(whole.totals);
    expect(await sliced.rows(undefined, 7)).toEqual(await whole.rows());
    expect(new Set(await whole.rows()).size).toBe(715);
  });
});

describe('what the last runs came to', () => {
  test('counts what is missing of each mailbox, for monitoring', async () => {
    const world = await createCompletenessWorld('states');
    await world.missing('m-1', '2026-01-12');
    await world.missing('m-2', '2026-01-12', { goneAt: '2026-02-01T00:00:00.000Z' });
    await world.missing('of another', '2026-01-12', { account: 'ben' });
    await world.synchronised('2026-04-01');
    const { items } = await listSyncStates(world.ports, { limit: 10 });
    expect(items).toMatchObject([{ mailboxId: world.mailboxId, missing: 1, gone: 1, last: { outcome: 'succeeded' } }]);
    expect((await listSyncStates(world.ports, { limit: 10, profileIds: [] })).items).toEqual([]);
  });
});
