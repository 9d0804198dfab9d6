import type { SensitiveAction } from './approval.ts';

/** What a person concerned is told: who did what. Times are ISO 8601, UTC. */
export interface Notice {
  readonly noticeId: string;
  readonly action: SensitiveAction;
  readonly at: string;
  /** User name of the administrator who did it. */
  readonly by: string;
  /** User name of the second administrator, where there was one. */
  readonly approvedBy?: string;
  readonly mailboxId?: string;
  readonly archiveId?: string;
  readonly address?: string;
  /** User name of an auditor. */
  readonly auditor?: string;
  readonly readAt?: string;
}

/** What a notice is about. */
export type NoticeSubject = Pick<Notice, 'mailboxId' | 'archiveId' | 'address' | 'auditor'>;
