/** What the tests use of oidc-provider, which comes without declarations. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface Stored {
    readonly [name: string]: unknown;
  }

  /** Where the provider keeps what it issues, one for each kind. */
  export interface Adapter {
    upsert(id: string, payload: Stored): Promise<void>;
    find(id: string): Promise<Stored | undefined>;
    findByUid(uid: string): Promise<Stored | undefined>;
    findByUserCode(userCode: string): Promise<Stored | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
    readonly Client: { find(clientId: string): Promise<object | undefined> };
    readonly Grant: new (grant: {
      readonly accountId: string;
      readonly clientId: string;
    }) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    readonly RefreshToken: new (
      token: object,
    ) => { save(): Promise<string> };
  }
}
