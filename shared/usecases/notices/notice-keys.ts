/** Notices for all users; whoever has read one gets a copy of their own. Partitions of the table `activity`. */
export const EVERYBODY = 'notice-of-everybody';

/** The notices of a user, by id: a successor of the name does not get them. */
export function noticesOf(userId: string): string {
  return `notice#${userId}`;
}
