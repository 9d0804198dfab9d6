/** `<fingerprint version>-<64 hex digits>`, and `.2`, `.3` … for the generations after a purge. */
const ARCHIVE_ID = /^([1-9][0-9]{0,2})-([0-9a-f]{64})(?:\.([1-9][0-9]{0,5}))?$/;

/** Whether `text` has the form of an archive id; it says nothing of there being such a message. */
export function isArchiveId(text: string): boolean {
  const generation = ARCHIVE_ID.exec(text)?.[3];
  return ARCHIVE_ID.test(text) && generation !== '1';
}

/** The id of the `generation`th message (from 1) with this fingerprint. */
export function archiveIdOf(fingerprint: string, generation: number): string {
  return generation === 1 ? fingerprint : `${fingerprint}.${generation}`;
}

/** Key prefix of everything that is stored for a message, with the slash at its end. */
export function messagePrefix(archiveId: string): string {
  const digest = archiveId.slice(archiveId.indexOf('-') + 1);
  return `messages/${digest.slice(0, 2)}/${archiveId}/`;
}

/** Key of one stored arrival. */
export function arrivalKey(archiveId: string, arrivalId: string): string {
  return messagePrefix(archiveId) + arrivalId;
}

/** The ids in the key of a stored arrival, or `undefined` for another key. */
export function parseArrivalKey(key: string): { readonly archiveId: string; readonly arrivalId: string } | undefined {
  const [root, , archiveId, arrivalId, ...rest] = key.split('/');
  if (root !== 'messages' || !archiveId || !arrivalId || rest.length > 0 || !isArchiveId(archiveId)) return undefined;
  return { archiveId, arrivalId };
}
