/**
 * Where copies for download lie of what belongs to one thing, such as a message by its `archiveId`: whoever purges it
 * deletes all that is there. A path without segments of its own making: `about` is an id.
 */
export function copiesPrefix(about: string): string {
  return `exports/copies/${about}/`;
}
