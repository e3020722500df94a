// Each level answers what its major of transformers.js answers; `oracle-js/` wrote the expectations with
// those packages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { answer } from './oracle-js/answer.mjs';
import { general } from './oracle-js/scenarios.mjs';
import { models } from './oracle-js/models.mjs';
import { parts } from './oracle-js/parts.mjs';
import { programs } from './oracle-js/programs.mjs';

const require = createRequire(import.meta.url);

for (const level of ['v2', 'v3', 'v4']) {
  const module = require(`../${level}.js`);
  const expected = JSON.parse(
    readFileSync(new URL(`oracle-js/expected.${level}.json`, import.meta.url), 'utf8'),
  );
  for (const scenario of [...general, ...models, ...parts, ...programs]) {
    if (scenario.levels && !scenario.levels.includes(level)) continue;
    const difference = scenario.differs?.[level];
    test(`${level}: ${scenario.name}${difference ? ` (differs: ${difference})` : ''}`, () => {
      const got = answer(module, scenario);
      if (difference) scenario.ours?.(got);
      else assert.deepEqual(got, expected[scenario.name]);
    });
  }
}
