/** Users and groups that get access together. Times are ISO 8601, UTC. */
export interface Group {
  readonly kind: 'group';
  /** Never given to another group, unlike the name. */
  readonly groupId: string;
  /** As spelt at creation or renaming, NFC; users and groups share one name space. */
  readonly groupName: string;
  readonly description?: string;
  readonly createdAt: string;
}

/** That a user or group is in a group. */
export interface Membership {
  readonly groupId: string;
  readonly memberId: string;
  readonly addedAt: string;
}

/** How many groups may lie in one another, the outermost counted: bounds what an authorisation walks. */
export const MAX_NESTING = 5;
