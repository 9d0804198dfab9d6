import type { QueueName } from '../../shared/ports/queue.ts';
import type { SecretName } from '../../shared/ports/secrets.ts';
import type { TableName } from '../../shared/ports/tables.ts';
import type { ArchivePrefix } from './constructs/archive-bucket.ts';
import type { TableUse } from './constructs/archive-tables.ts';

/** What invokes a function. */
export type Trigger =
  | { readonly kind: 'http' }
  | {
      readonly kind: 'queue';
      readonly queue: QueueName;
      readonly batchSize: number;
      readonly windowSeconds: number;
      /** Whether the function answers which messages of a batch have to come again. */
      readonly partial: boolean;
    }
  | { readonly kind: 'deadLetters'; readonly queue: QueueName }
  | { readonly kind: 'schedule'; readonly everyMinutes: number }
  | { readonly kind: 'alerts' }
  /** Whoever has `lambda:InvokeFunction`: for what an administrator of the account does by hand. */
  | { readonly kind: 'hand' };

/** What a function uses; its environment variables and its permissions follow from this, and it has no others. */
export interface FunctionNeeds {
  readonly intake?: readonly ('list' | 'take' | 'setAside')[];
  readonly archive?: {
    readonly append?: readonly ArchivePrefix[];
    /** Seeing what lies there comes with it. */
    readonly read?: readonly ArchivePrefix[];
    readonly list?: true;
  };
  readonly derived?: 'export';
  readonly tables?: { readonly [Name in TableName]?: readonly TableUse[] };
  readonly sends?: readonly QueueName[];
  readonly events?: true;
  readonly secrets?: readonly SecretName[];
  /** Sending mail to the alarm address. */
  readonly mail?: true;
  readonly settings?: readonly ('journalDomain' | 'version')[];
}

/** One function of the system. */
export interface FunctionDefinition {
  /** The folder below `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly trigger: Trigger;
  readonly needs: FunctionNeeds;
}
