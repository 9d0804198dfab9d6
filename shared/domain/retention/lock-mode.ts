/** How storage locks what policies keep, as S3 Object Lock calls it. */
export type LockMode = 'governance' | 'compliance';

/** What whoever runs the archive has to know of this mode; `undefined` where there is nothing to warn of. */
export function lockWarning(mode: LockMode | undefined): string | undefined {
  if (mode !== 'compliance') return undefined;
  return (
    'storage locks in compliance mode: what a minimum has locked cannot be deleted by anybody before that is over, ' +
    'not by the account and not for an erasure request, and this cannot be undone'
  );
}
