import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Secrets } from '../../shared/ports/secrets.ts';

export interface SecretsUnderTest {
  readonly secrets: Secrets;
  /** The same secrets as another process would see them, where the adapter outlives a process. */
  readonly reopen?: () => Secrets;
  readonly close: () => Promise<void>;
}

/** Tests what `Secrets` says of every adapter. */
export function secretsContract(name: string, open: () => Promise<SecretsUnderTest>): void {
  describe(`Secrets: ${name}`, () => {
    let subject: SecretsUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    test('are 32 bytes, the same ever after, and others for another name', async () => {
      const { secrets } = subject;
      const secret = await secrets.get('session-signing');
      expect(secret).toHaveLength(32);
      expect(await secrets.get('session-signing')).toEqual(secret);
      expect(await secrets.get('url-signing')).not.toEqual(secret);
      secret.fill(0);
      expect(await secrets.get('session-signing')).not.toEqual(secret);
    });

    test('are one for all that ask first at the same time', async () => {
      const askers = [subject.secrets, ...(subject.reopen ? [subject.reopen(), subject.reopen()] : [])];
      const answers = await Promise.all([...askers, ...askers].map((secrets) => secrets.get('url-signing')));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });

    test('are kept for the next process', async ({ skip }) => {
      if (!subject.reopen) return skip();
      expect(await subject.secrets.get('url-signing')).toEqual(await subject.reopen().get('url-signing'));
    });
  });
}
