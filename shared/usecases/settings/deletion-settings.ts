import type { ItemKey } from '../../ports/tables.ts';

/** Whether people may delete mail at all; retention goes on either way. */
export interface DeletionSettings {
  readonly allowed: boolean;
}

export const DEFAULT_DELETION: DeletionSettings = { allowed: true };

export const DELETION_SETTINGS_KEY: ItemKey = { pk: 'settings', sk: 'deletion' };
