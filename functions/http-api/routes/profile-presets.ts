import type { z } from 'zod';
import type { ProfilePreset } from '../../../shared/domain/profile-preset.ts';
import { PROFILE_PRESETS } from '../../../shared/domain/profile-presets.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import type { Route } from '../route.ts';
import { ProfilePresetSchema } from '../schemas/profile-presets.ts';

function presetShape({ folders, warnings, renewals, ...preset }: ProfilePreset): z.input<typeof ProfilePresetSchema> {
  const { include, exclude, shared } = folders;
  return {
    ...preset,
    ...(renewals ? { renewals: [...renewals] } : {}),
    folders: { include: [...include], exclude: [...exclude], shared },
    warnings: [...warnings],
  };
}

export const profilePresetRoutes: readonly Route[] = [
  listRoute(
    '/profile-presets',
    {
      summary: 'What is known of mail systems beforehand, to make profiles from',
      privilege: 'archive',
      query: PAGE_QUERY,
      item: ProfilePresetSchema,
    },
    async (_context, { limit, cursor }) => {
      const start = Number(cursor ?? 0);
      const items = PROFILE_PRESETS.slice(start, start + limit).map(presetShape);
      const isLast = start + limit >= PROFILE_PRESETS.length;
      return isLast ? { items } : { items, cursor: String(start + limit) };
    },
  ),
];
