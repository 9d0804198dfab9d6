import { afterEach, describe, expect, test } from 'vitest';
import { Archive } from './archive.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { runProgram, trickyMail, withFile } from './programs.ts';

let system: LocalSystem | undefined;
afterEach(() => discard(system));

describe('the local system', () => {
  test('has after kill -9 all that it acknowledged, and prints its password only once', async () => {
    const first = await startLocalSystem();
    system = first;
    const archive = await Archive.signIn(first);
    const endpoint = await archive.createEndpoint('restart');
    const subjects = Array.from({ length: 20 }, (_, index) => `acknowledged ${index}`);
    for (const subject of subjects) {
      const sent = await withFile(trickyMail(subject), (path) =>
        runProgram('curl', [
          '-sS',
          `smtp://127.0.0.1:${first.smtpPort}`,
          '--mail-from',
          'a@example.org',
          '--mail-rcpt',
          endpoint.address,
          '-T',
          path,
        ]),
      );
      expect(sent.exitCode).toBe(0);
    }
    await first.kill();

    const second = await startLocalSystem({ dataDir: first.dataDir });
    system = second;
    expect(second.adminPassword).toBe('');
    const again = await Archive.signIn(second, first.adminPassword);
    for (const subject of subjects) {
      const { archiveId } = await again.arrival(endpoint.mailboxId, subject);
      expect((await again.raw(archiveId)).equals(trickyMail(subject))).toBe(true);
    }
    expect((await again.list(endpoint.mailboxId)).length).toBe(subjects.length);
  });

  test('ends cleanly on SIGTERM', async () => {
    system = await startLocalSystem();
    expect(await system.stop()).toBe(0);
  });
});
