import { freeMailers } from './presets/free-mailers.ts';
import { gmail, googleWorkspace } from './presets/google.ts';
import { exchange, microsoft365 } from './presets/microsoft.ts';
import { anyImap, anyPop3, dovecot, iceWarp, kerioConnect, mdaemon, postfix, zimbra } from './presets/own-servers.ts';
import type { ProfilePreset } from './profile-preset.ts';

/** Every preset, in the order in which people are shown them. To add one: an object in `presets/`, a guide, a line here. */
export const PROFILE_PRESETS: readonly ProfilePreset[] = [
  microsoft365,
  exchange,
  googleWorkspace,
  gmail,
  kerioConnect,
  iceWarp,
  mdaemon,
  zimbra,
  dovecot,
  postfix,
  ...freeMailers,
  anyImap,
  anyPop3,
];
