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
  | { readonly kind: 'deadLetters'; readonly queues: readonly QueueName[] }
  | { readonly kind: 'schedule'; readonly everyMinutes: number }
  | { readonly kind: 'alerts' }
  /** Functions that name it in `invokes`, and wait for its answer: it is theirs to ask again. */
  | { readonly kind: 'functions' }
  /** Whoever has `lambda:InvokeFunction`: for what an administrator of the account does by hand. */
  | { readonly kind: 'hand' };

/** What a function uses; its environment variables and its permissions follow from this, and it has no others. */
export interface FunctionNeeds {
  readonly intake?: readonly ('list' | 'take' | 'setAside' | 'fetch')[];
  readonly archive?: {
    readonly append?: readonly ArchivePrefix[];
    /** Seeing what lies there comes with it. */
    readonly read?: readonly ArchivePrefix[];
    readonly list?: true;
    /** Deleting versions for good, as far as nothing locks them. */
    readonly purge?: readonly ArchivePrefix[];
    /** Setting and lifting the legal holds of versions. */
    readonly hold?: readonly ArchivePrefix[];
  };
  /** What it uses besides where the stage locks what policies keep; with it, it is told whether that is so. */
  readonly locks?: {
    /** Where it sets locks, or extends them. */
    readonly set?: readonly ArchivePrefix[];
    /** Where it looks how long something is locked. */
    readonly see?: readonly ArchivePrefix[];
    readonly tables?: { readonly [Name in TableName]?: readonly TableUse[] };
  };
  readonly derived?: readonly ('export' | 'readIndex' | 'writeIndex' | 'tidyIndex' | 'forget')[];
  readonly tables?: { readonly [Name in TableName]?: readonly TableUse[] };
  readonly sends?: readonly QueueName[];
  /** Functions that it invokes itself and waits for, by name. */
  readonly invokes?: readonly string[];
  readonly events?: true;
  readonly secrets?: readonly SecretName[];
  /** Sending mail: to the alarm address only, or to whom the settings name. */
  readonly mail?: 'alarms' | 'anybody';
  readonly settings?: readonly ('journalDomain' | 'version')[];
}

/** One function of the system. */
export interface FunctionDefinition {
  /** The folder below `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Where it keeps more than Lambda's 512 MB for a while. */
  readonly temporaryStorageMb?: number;
  /** Whether it reads mail and attachments in processes of its own, whose modules lie beside its bundle then. */
  readonly isolatesReading?: true;
  readonly trigger: Trigger;
  readonly needs: FunctionNeeds;
}
