declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A DynamoDB server in memory; delays in milliseconds. */
  export default function dynalite(options: {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
