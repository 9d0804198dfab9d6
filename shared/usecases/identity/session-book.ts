import type { Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import { principalKey } from '../../domain/user-name.ts';
import type { ItemKey } from '../../ports/tables.ts';
import { RecentAnswers } from '../access/recent-answers.ts';
import { typed } from '../item-data.ts';
import type { BookPorts } from '../mailboxes/address-book.ts';
import { findUser } from './find-users.ts';

/** How long a revoked session may live on in other processes. */
const SESSION_TTL_MS = 3_000;

/** Sessions and users as every request asks for them: answers are kept for seconds. */
export class SessionBook {
  readonly #ports: BookPorts;
  readonly #sessions: RecentAnswers<Session | undefined>;
  readonly #users: RecentAnswers<User | undefined>;

  constructor(ports: BookPorts, ttlMs: number = SESSION_TTL_MS) {
    this.#ports = ports;
    this.#sessions = new RecentAnswers(ports.clock, { ttlMs });
    this.#users = new RecentAnswers(ports.clock, { ttlMs });
  }

  session(sessionId: string): Promise<Session | undefined> {
    return this.#sessions.get(sessionId, async () => {
      const item = await this.#ports.tables.get('activity', sessionKey(sessionId));
      return item && typed<Session>(item).data;
    });
  }

  user(userName: string): Promise<User | undefined> {
    return this.#users.get(principalKey(userName), () => findUser(this.#ports, userName));
  }

  forgetSession(sessionId: string): void {
    this.#sessions.forget(sessionId);
  }

  forgetUser(userName: string): void {
    this.#users.forget(principalKey(userName));
  }
}

export function sessionKey(sessionId: string): ItemKey {
  return { pk: `session#${sessionId}`, sk: '-' };
}
