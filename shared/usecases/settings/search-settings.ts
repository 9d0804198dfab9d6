import { ATTACHMENT_TYPES, type AttachmentType } from '../../domain/attachment-type.ts';
import { InvalidRequestError } from '../../errors.ts';
import type { Setting } from '../configuration/setting.ts';

/** What of mail the index holds. */
export interface SearchSettings {
  /** Attachments of these types are read for their text. */
  readonly attachmentTypes: 'all' | readonly AttachmentType[];
  /** Of those, not these. Names and types of all attachments can be found, whatever these two say. */
  readonly excludedTypes: readonly AttachmentType[];
  /** Header fields that `header:Name=value` finds, in lower case. */
  readonly headers: readonly string[];
}

/** At most so many header fields can be named. Stops an index of whole header sections. */
export const MAX_INDEXED_HEADERS = 30;

export const DEFAULT_SEARCH_SETTINGS: SearchSettings = {
  attachmentTypes: 'all',
  excludedTypes: [],
  headers: ['list-id', 'reply-to', 'organization', 'x-mailer', 'user-agent', 'importance', 'auto-submitted'],
};

/** Not everybody may find them; they have fields of their own. */
const BLIND_COPIES = new Set(['bcc', 'resent-bcc']);
/** RFC 5322, 3.6.8. */
const FIELD_NAME = /^[!-9;-~]{1,70}$/;

/** Whether attachments of that type are read for their text. */
export function isIndexed({ attachmentTypes, excludedTypes }: SearchSettings, type: AttachmentType): boolean {
  return (attachmentTypes === 'all' || attachmentTypes.includes(type)) && !excludedTypes.includes(type);
}

/**
 * Changes what `change` names and answers all; what is indexed already stays as it is until it is indexed anew. Throws
 * `InvalidRequestError` for types and header fields that there are not, and for fields of blind copies.
 */
export async function changeSearchSettings(
  setting: Setting<SearchSettings>,
  change: Partial<SearchSettings>,
): Promise<SearchSettings> {
  const { attachmentTypes = 'all', excludedTypes = [], headers = [] } = change;
  const known: readonly string[] = ATTACHMENT_TYPES;
  for (const type of [...(attachmentTypes === 'all' ? [] : attachmentTypes), ...excludedTypes]) {
    if (!known.includes(type)) throw new InvalidRequestError(`attachment types are ${known.join(', ')}`);
  }
  if (headers.length > MAX_INDEXED_HEADERS) throw new InvalidRequestError(`headers: at most ${MAX_INDEXED_HEADERS}`);
  const names = [...new Set(headers.map((name) => name.trim().toLowerCase()))];
  for (const name of names) {
    if (!FIELD_NAME.test(name)) throw new InvalidRequestError('headers: names of header fields, without a colon');
    if (BLIND_COPIES.has(name)) throw new InvalidRequestError(`headers: ${name} is found by bcc: only, by who may`);
  }
  return await setting.change({ ...change, ...(change.headers && { headers: names }) });
}
