/** Rules that hold for the whole archive. */
export interface ComplianceSettings {
  /** Administrators without a read grant see header summaries only. */
  readonly blockPreview: boolean;
  /** Sensitive steps need a second administrator. */
  readonly fourEyes: boolean;
  /** How long a step waits for its second administrator. */
  readonly approvalDays: number;
  /** Users may mark messages in their own mailbox private. Marks that were made hold while it is off. */
  readonly privateMail: boolean;
  /** Administrators without a read grant see lists without subjects, while `blockPreview` is on. */
  readonly hideSubjects: boolean;
}

export const DEFAULT_COMPLIANCE: ComplianceSettings = {
  blockPreview: true,
  fourEyes: false,
  approvalDays: 7,
  privateMail: false,
  hideSubjects: false,
};
