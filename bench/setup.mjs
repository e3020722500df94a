/** Installs the peers: the npm ones into this folder, the Rust ones as one program, the Python one into `.venv`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);

/** The Rust peers in one program, once it is built. */
export const RUST_PROGRAM = join(
  process.env.CARGO_TARGET_DIR ?? join(here, 'rust/target'),
  'release/autotokenizer-bench',
);

/** The Python that has gigatoken, once it is installed. */
export const PYTHON = join(here, '.venv/bin/python');

const GIGATOKEN = 'gigatoken==0.10.0';

/** @param {string} command @param {string[]} args @param {string} [cwd] */
function run(command, args, cwd = here) {
  console.log(`> ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/**
 * @param {import('./options.mjs').Options} options
 * @returns {Set<string>} The sides that can be measured.
 */
export function setUp({ install, sides }) {
  if (install) {
    // Install scripts download binaries from outside the registry, which no tokenizer needs.
    if (!run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])) {
      throw new Error('the npm peers could not be installed');
    }
    if (!existsSync(join(root, 'binding.js')) && !run(process.execPath, ['scripts/build.mjs'], root)) {
      throw new Error('the addon could not be built');
    }
    // The addon may have been built before lib/ became what it is.
    if (!run(process.execPath, ['scripts/bundle.mjs'], root)) throw new Error('lib/ could not be bundled');
    if (sides.includes('rust')) run('cargo', ['build', '--release', '--locked'], join(here, 'rust'));
    if (sides.includes('python') && !existsSync(PYTHON)) installPython();
  }
  const can = { js: true, rust: existsSync(RUST_PROGRAM), python: existsSync(PYTHON) };
  for (const side of sides)
    if (!can[side]) console.log(`The ${side} peers are not installed here, so they are left out.`);
  return new Set(sides.filter((side) => can[side]));
}

function installPython() {
  const made = run('python3', ['-m', 'venv', '.venv']);
  if (made) run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', GIGATOKEN]);
}
