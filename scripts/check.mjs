// `npm run check`: format, lints, types, and whether the generated declarations are the committed ones.
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

await setup();
run('cargo', ['fmt', '--all', '--check']);
run('cargo', ['clippy', '--workspace', '--all-targets', '--locked', '--quiet', '--', '-D', 'warnings']);
run(process.execPath, ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.json']);
run('git', ['-C', root, 'diff', '--exit-code', '--', 'binding.d.ts']);
console.log('Format, lints, types and declarations are in order.');
