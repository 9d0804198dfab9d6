import { describe, expect, test } from 'vitest';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { moveFiling } from '../../../../shared/usecases/filings/move-filing.ts';
import { putFiling } from '../../../../shared/usecases/filings/put-filing.ts';
import { liftRestriction, restrictMessage } from '../../../../shared/usecases/filings/restrict-message.ts';
import { explore } from './explorer.ts';
import { ARCHIVE_ID, BY, type Deed, type End, MAILBOX, movingWorld, purge } from './moving-world.ts';

const restrict = (requestId: string, crashes = 0): Deed => ({
  name: `restricted by ${requestId}`,
  crashes,
  does: (ports) => restrictMessage(ports, ARCHIVE_ID, requestId),
});
const lift = (requestId: string, crashes = 0): Deed => ({
  name: `lifted by ${requestId}`,
  crashes,
  does: (ports) => liftRestriction(ports, ARCHIVE_ID, requestId),
});
const move: Deed = {
  name: 'move',
  does: (ports) => moveFiling(ports, { archiveId: ARCHIVE_ID, mailboxId: MAILBOX, originFolder: 'Inbox' }, 'A', BY),
};
const put = (crashes = 0): Deed => ({
  name: 'further filing',
  crashes,
  does: (ports) =>
    putFiling(ports, { archiveId: ARCHIVE_ID }, { mailboxId: MAILBOX, folder: 'A', basis: 'folder' }, BY),
});

const says = (...requestIds: readonly string[]) => ({
  check: ({ filings }: End) => {
    expect(filings.map(({ restrictedBy = [] }) => restrictedBy)).toEqual(filings.map(() => requestIds));
  },
});

interface RestrictingWorld {
  readonly name: string;
  /** Requests that restrict it already. */
  readonly before?: readonly string[];
  readonly deeds: readonly Deed[];
  readonly check: (end: End) => void;
}

const worlds: readonly RestrictingWorld[] = [
  {
    name: 'a further filing that dies beside a restriction: both filings say it',
    deeds: [put(1), restrict('r-1')],
    ...says('r-1'),
  },
  {
    name: 'a further filing beside a restriction that dies: both filings say it',
    deeds: [put(), restrict('r-1', 1)],
    ...says('r-1'),
  },
  {
    name: 'a further filing beside the end of a restriction: neither says it',
    before: ['r-1'],
    deeds: [put(), lift('r-1')],
    ...says(),
  },
  {
    name: 'a restriction beside the end of another one: that of the one stays',
    before: ['r-1'],
    deeds: [restrict('r-2'), lift('r-1')],
    ...says('r-2'),
  },
  {
    name: 'a move beside a restriction that dies: neither is lost',
    deeds: [move, restrict('r-1', 1)],
    check: ({ filings, listed }) => {
      expect(listed).toEqual(['A']);
      expect(filings.map(({ restrictedBy }) => restrictedBy)).toEqual([['r-1']]);
    },
  },
  {
    name: 'a restriction beside a purge that dies: nothing is listed',
    deeds: [restrict('r-1'), purge(1)],
    check: ({ record, listed }) => {
      expect(record.state).toBe('purged');
      expect(listed).toEqual([]);
    },
  },
];

describe('restriction × end of restriction × filing × move × purge × crash: filings say what restricts the message', () => {
  test.each(worlds)('$name', async ({ before = [], deeds, check }) => {
    const restricted = async (ports: Ports) => {
      for (const requestId of before) await restrictMessage(ports, ARCHIVE_ID, requestId);
    };
    const { states, ends } = await explore(await movingWorld(['Inbox'], deeds, check, restricted));
    expect(states).toBeGreaterThan(50);
    expect(ends.size).toBeGreaterThan(0);
  });
});
