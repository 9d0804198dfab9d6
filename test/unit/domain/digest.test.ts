import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../shared/domain/digest.ts';
import { type Job, NO_COUNTS } from '../../../shared/domain/job.ts';
import { type Trouble, troubleOf } from '../../../shared/domain/trouble.ts';

const PERIOD = { from: new Date('2026-03-01T09:00:00.000Z'), until: new Date('2026-03-01T10:00:00.000Z') };
const NAMES = new Map([['pf-1', 'Anna']]);

function job(jobId: string, change: Partial<Job> = {}): Job {
  const startedAt = '2026-03-01T09:00:00.000Z';
  const endedAt = '2026-03-01T09:12:00.000Z';
  return {
    jobId,
    kind: 'fetch',
    profileId: 'pf-1',
    state: 'finished',
    startedAt,
    endedAt,
    counts: NO_COUNTS,
    ...change,
  };
}

function troubles(...jobs: readonly Job[]): readonly Trouble[] {
  return jobs.map(troubleOf).filter((trouble) => trouble !== undefined);
}

describe('troubleOf', () => {
  test.each([
    { outcome: 'failed', isTold: true },
    { outcome: 'completedWithErrors', isTold: true },
    { outcome: 'disconnected', isTold: true },
    { outcome: 'succeeded', isTold: false },
    // Somebody wanted it so.
    { outcome: 'cancelled', isTold: false },
  ] as const)('$outcome: $isTold', ({ outcome, isTold }) => {
    expect(troubleOf(job('job-1', { outcome })) !== undefined).toBe(isTold);
  });
});

describe('digestOf', () => {
  test('sums up in the subject and names profile, job and counts in the text', () => {
    const missed: Trouble = {
      kind: 'missed',
      at: '2026-03-01T09:50:00.000Z',
      profileId: 'pf-2',
      dueAt: '2026-03-01T09:30:00.000Z',
    };
    const failed = job('job-1', { outcome: 'failed', counts: { ...NO_COUNTS, seen: 7, archived: 5 } });
    const partly = job('job-2', { outcome: 'completedWithErrors' });
    const { subject, text } = digestOf([...troubles(failed, partly), missed], NAMES, PERIOD);
    expect(subject).toBe('Letterlock: 1 job failed, 1 job had errors, 1 run was missed');
    expect(text).toContain('From 2026-03-01 09:00 to 2026-03-01 10:00 UTC:');
    expect(text).toContain('  2026-03-01 09:12  profile "Anna" (pf-1); job-1: seen 7, archived 5, quarantined 0\n');
    expect(text).toContain('  2026-03-01 09:30  profile pf-2; no run began\n');
  });

  test('says in which mailbox how much was found missing, of each run', () => {
    const found = (jobId: string, missing: number): Trouble => {
      return {
        kind: 'incomplete',
        at: '2026-03-01T09:40:00.000Z',
        profileId: 'pf-1',
        jobId,
        mailboxId: 'mb-1',
        missing,
      };
    };
    const { subject, text } = digestOf([found('job-1', 12), found('job-2', 1)], NAMES, PERIOD);
    expect(subject).toBe('Letterlock: 2 runs found mail missing');
    expect(text).toContain('  2026-03-01 09:40  profile "Anna" (pf-1), 2 times; last job-2: 1 not in mailbox mb-1\n');
  });

  test('tells a profile that fails all the time in one line', () => {
    const jobs = Array.from({ length: 12 }, (_, index) => job(`job-${index}`, { outcome: 'disconnected' }));
    const { subject, text } = digestOf(troubles(...jobs), NAMES, PERIOD);
    expect(subject).toContain('12 jobs were disconnected');
    expect(text.match(/job-\d+/g)).toEqual(['job-11']);
    expect(text).toContain('12 times');
  });

  test('counts once what a process that died wrote down twice', () => {
    const twice = [job('job-1', { outcome: 'failed' }), job('job-1', { outcome: 'failed' })];
    expect(digestOf(troubles(...twice), NAMES, PERIOD).subject).toBe('Letterlock: 1 job failed');
  });

  test('stays readable where everything fails', () => {
    const jobs = Array.from({ length: 500 }, (_, index) =>
      job(`job-${index}`, { profileId: `pf-${index}`, outcome: 'failed' }),
    );
    const { subject, text } = digestOf(troubles(...jobs), NAMES, PERIOD);
    expect(subject).toBe('Letterlock: 500 jobs failed');
    expect(text.split('\n').length).toBeLessThan(60);
    expect(text).toContain('and 450 more');
  });

  test('keeps a name in its line', () => {
    const names = new Map([['pf-1', 'Anna\r\nBcc: x@example.org']]);
    const { text } = digestOf(troubles(job('job-1', { outcome: 'failed' })), names, PERIOD);
    expect(text).not.toMatch(/^Bcc/m);
  });
});
