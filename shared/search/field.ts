/**
 * The columns of an index in which words stand, by their code in segments (never given another meaning).
 * `bcc` holds what every reader of the mailbox may find, `hiddenBcc` what auditors may find beyond that.
 * `header` holds the configured header fields as one term each, `messageId` the Message-ID as one term.
 */
export const FIELDS = {
  body: 0,
  subject: 1,
  from: 2,
  to: 3,
  cc: 4,
  bcc: 5,
  hiddenBcc: 6,
  attachment: 7,
  filename: 8,
  header: 9,
  messageId: 10,
} as const;

export type FieldName = keyof typeof FIELDS;
