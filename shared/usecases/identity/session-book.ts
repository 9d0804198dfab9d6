import type { Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import type { ItemKey } from '../../ports/tables.ts';
import type { BookPorts } from '../configuration/recent-answers.ts';
import { RecentAnswers } from '../configuration/recent-answers.ts';
import { typed } from '../item-data.ts';
import { findPrincipalById } from './principals.ts';

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

  user(userId: string): Promise<User | undefined> {
    return this.#users.get(userId, async () => {
      const found = await findPrincipalById(this.#ports, userId);
      return found?.principal.kind === 'user' ? found.principal : undefined;
    });
  }

  forgetSession(sessionId: string): void {
    this.#sessions.forget(sessionId);
  }

  forgetUser(userId: string): void {
    this.#users.forget(userId);
  }
}

export function sessionKey(sessionId: string): ItemKey {
  return { pk: `session#${sessionId}`, sk: '-' };
}
