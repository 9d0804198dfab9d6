import type { Ports } from '../../ports/ports.ts';
import { listProfiles } from './find-profiles.ts';

const PAGE = 200;

/** What should not stay as it is in the profiles, with `ownerId` in those of this user. Walks them all: there are few. */
export async function profileWarnings(
  ports: Pick<Ports, 'tables'>,
  of: { readonly ownerId?: string } = {},
): Promise<string[]> {
  const warnings: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listProfiles(ports, { limit: PAGE, ...of, ...(cursor === undefined ? {} : { cursor }) });
    for (const { profileId, server } of page.items) {
      if (server.acceptAllCertificates) warnings.push(`profile ${profileId} accepts all certificates`);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return warnings;
}
