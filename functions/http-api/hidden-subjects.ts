import type { Caller } from '../../shared/domain/session.ts';
import type { HttpApiSettings } from './http-api.ts';

/**
 * A header summary as somebody sees it who may not read the content: where `hideSubjects` is on, without
 * the subject. Auditors before private mail keep it: it is what they ask for an approval by.
 */
export async function withoutHiddenSubject<Summary extends { readonly subject: string }>(
  { configuration }: Pick<HttpApiSettings, 'configuration'>,
  { auditor }: Pick<Caller, 'auditor'>,
  summary: Summary,
): Promise<Summary> {
  const { hideSubjects } = await configuration.compliance.settings();
  return hideSubjects && !auditor ? { ...summary, subject: '' } : summary;
}
