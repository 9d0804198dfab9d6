/** What attachments are, as facets show it and `type:` finds it. Kept in segments: never given another meaning. */
export const ATTACHMENT_TYPES = [
  ...['pdf', 'docx', 'doc', 'odt', 'rtf', 'xlsx', 'xls', 'ods', 'csv', 'pptx', 'ppt', 'odp'],
  ...['text', 'html', 'calendar', 'contact', 'message', 'tnef', 'archive'],
  ...['image', 'audio', 'video', 'document', 'signature', 'encrypted', 'program', 'other'],
] as const satisfies readonly string[];

export type AttachmentType = (typeof ATTACHMENT_TYPES)[number];
