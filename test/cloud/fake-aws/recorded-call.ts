/** One request that came to the servers that stand for AWS, as IAM would judge it. */
export interface RecordedCall {
  /** The access key it was signed with: each function has one that is its name. */
  readonly caller: string;
  readonly action: string;
  /** ARN of what it is about. */
  readonly resource: string;
  /** It was answered without, and would have said more with it. */
  readonly isOptional?: true;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
