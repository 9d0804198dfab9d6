/** How a recipient of a journaled message was addressed, as far as the mail system knows ([MS-XJRNL] 2.1). */
export type RecipientKind = 'to' | 'cc' | 'bcc' | 'recipient';

/** One line of a journal report that names a recipient. */
export interface JournalRecipient {
  readonly address: string;
  readonly kind: RecipientKind;
  /** The group whose expansion brought this recipient. */
  readonly expanded?: string;
  /** The recipient whose mail is forwarded to this one. */
  readonly forwarded?: string;
}

/** What an envelope journal report says of the message in it. Addresses are as written. */
export interface JournalReport {
  readonly sender: string;
  readonly onBehalfOf?: string;
  readonly subject?: string;
  readonly messageId?: string;
  readonly label?: string;
  readonly mailbox?: string;
  readonly sentUtc?: string;
  readonly receivedUtc?: string;
  readonly recipients: readonly JournalRecipient[];
}

/** What several reports of one message say together: the first word on everything, every recipient once. */
export function unionOf(reports: readonly JournalReport[]): JournalReport | undefined {
  const [first] = reports;
  if (!first) return undefined;
  const recipients = new Map<string, JournalRecipient>();
  for (const recipient of reports.flatMap((report) => report.recipients)) {
    const name = JSON.stringify([
      recipient.kind,
      recipient.address.toLowerCase(),
      recipient.expanded,
      recipient.forwarded,
    ]);
    if (!recipients.has(name)) recipients.set(name, recipient);
  }
  return { ...first, recipients: [...recipients.values()] };
}
