import { z } from 'zod';
import { ATTACHMENT_TYPES } from '../../../shared/domain/attachment-type.ts';
import { MAX_INDEXED_HEADERS } from '../../../shared/usecases/settings/search-settings.ts';
import { text } from './fields.ts';

const types = z.array(z.enum(ATTACHMENT_TYPES)).max(ATTACHMENT_TYPES.length);

export const SearchSettingsSchema = z
  .strictObject({
    attachmentTypes: z
      .union([z.literal('all'), types], 'must be "all" or a list of attachment types')
      .meta({ description: 'Whose text can be found; names and types of all can' }),
    excludedTypes: types.meta({ description: 'Of these, not those' }),
    headers: z
      .array(text(70))
      .max(MAX_INDEXED_HEADERS)
      .meta({ description: 'Header fields that header:Name=value finds' }),
  })
  .meta({ id: 'SearchSettings' });
export const SearchSettingsChangeSchema = SearchSettingsSchema.partial().meta({ id: 'SearchSettingsChange' });
