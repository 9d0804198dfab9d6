/** What happened, for people and systems outside; ids and codes only, never mail content. */
export interface DomainEvent {
  readonly type:
    | 'jobFinished'
    | 'profileMissed'
    | 'completenessFell'
    | 'messageQuarantined'
    | 'endpointSilent'
    | 'endpointHeardAgain'
    | 'endpointQuarantineRising'
    | 'integrityViolation';
  readonly at: Date;
  readonly detail: { readonly [name: string]: string | number | boolean };
}

export interface Events {
  /** Publishes at least once. Throws `StorageError`; a use case whose outcome is recorded already goes on. */
  publish(event: DomainEvent): Promise<void>;
}
