import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Anomalies } from '../../../shared/mail/anomaly.ts';
import { canonicalForm, exactCanonicalForm } from '../../../shared/mail/fingerprint.ts';
import { findMessageStart } from '../../../shared/mail/message-start.ts';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { readStructure } from '../../../shared/mail/structure.ts';

const FOLDER = join(import.meta.dirname, '../../vectors/fingerprint');
const Vectors = z.array(
  z.object({
    name: z.string(),
    message: z.string(),
    anomalies: z.array(z.string()),
    canonicalHex: z.string(),
    fingerprint: z.string(),
  }),
);

describe('the vectors of docs/fingerprint.md', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
    const vectors = Vectors.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
    test.each(vectors)(`${file}: $name`, ({ message, anomalies, canonicalHex, fingerprint }) => {
      const bytes = Buffer.from(message, 'latin1');
      const facts = readOriginal(bytes);
      expect(facts?.anomalies).toEqual(anomalies);
      expect(canonicalHexOf(bytes, facts?.contentHash ?? '')).toBe(canonicalHex);
      expect(facts?.fingerprint).toBe(fingerprint);
    });
  }
});

function canonicalHexOf(bytes: Buffer, contentHash: string): string {
  const anomalies = new Anomalies();
  const { source, start } = findMessageStart(bytes, anomalies);
  const form = canonicalForm(readStructure(source, start, anomalies), anomalies);
  return (anomalies.any ? exactCanonicalForm(contentHash) : form).bytes.toString('hex');
}
