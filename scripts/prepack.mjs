// Before `npm pack`: builds the addon if there is none. Publishing builds it anew, with fat LTO (`prepublishOnly`). What
// is packed of lib/ is as it is now.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

const isBuilt = existsSync(join(root, 'binding.js')) && readdirSync(root).some((name) => name.endsWith('.node'));
if (isBuilt) run(process.execPath, ['scripts/bundle.mjs']);
else await setup();
