/** Thrown when a variable has a value that cannot be used; the message says which and what would do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
