import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

let running: RunningSystem;

afterEach(async () => {
  await running.stop();
  await removeData(running);
});

describe('when storage fails', () => {
  test('the sender gets 451 and comes again; what was acknowledged before is untouched', async () => {
    running = await startSystem();
    const { address, mailboxId } = await running.api.endpoint();
    const to = { from: 'a@b.test', to: [address] };
    await send(running.system.smtpPort, to, mail({ Subject: 'before' }));
    await running.api.filed();
    const intake = join(running.dataDir, 'objects', 'intake');
    const { rename, writeFile, rm } = await import('node:fs/promises');
    await rename(intake, `${intake}.away`);
    await writeFile(intake, 'a file where the directory should be');
    await expect(send(running.system.smtpPort, to, mail({ Subject: 'during' }))).rejects.toThrow(/451 4\.3\.0/);
    await rm(intake);
    await rename(`${intake}.away`, intake);
    expect(await send(running.system.smtpPort, to, mail({ Subject: 'after' }))).toMatch(/^250/);
    const rows = await running.api.messages(mailboxId, 2);
    expect(rows.map((row) => row.subject)).toEqual(['after', 'before']);
    await chmod(intake, 0o755);
    expect(await readdir(intake)).toContain('incoming');
  });
});
