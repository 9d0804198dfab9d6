/** Rules that hold for the whole archive. */
export interface ComplianceSettings {
  /** Administrators without a read grant see header summaries only. */
  readonly blockPreview: boolean;
  /** Sensitive steps need a second administrator. */
  readonly fourEyes: boolean;
}

export const DEFAULT_COMPLIANCE: ComplianceSettings = { blockPreview: true, fourEyes: false };
