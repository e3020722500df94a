// Runs tests with an addon that AddressSanitizer watches: the `unsafe` of src/ touches memory of Node.js, where no other
// tool of Rust looks.
//
//   node scripts/sanitize.mjs [TEST…]        needs Linux on x86-64, nightly Rust and gcc's libasan
import { copyFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const TARGET = 'x86_64-unknown-linux-gnu';
const FOLDER = join(root, 'target/asan');
const TESTS = ['bad-input', 'api.limits', 'api.async', 'api.extras', 'api.levels', 'errors'];

run('cargo', ['+nightly', 'build', '--lib', '--locked', '--target', TARGET, '--target-dir', FOLDER], {
  env: { RUSTFLAGS: '-Zsanitizer=address' },
});
const addon = join(FOLDER, 'autotokenizer.node');
copyFileSync(join(FOLDER, TARGET, 'debug/libautotokenizer.so'), addon);

const { stdout, error } = spawnSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' });
if (error) throw new Error(`gcc knows where its libasan is, but does not run: ${error.message}`);
const wanted = process.argv.slice(2);
const tests = (wanted.length > 0 ? wanted : TESTS).map((name) => join(root, `__test__/${name}.test.mjs`));
run(process.execPath, ['--test', ...tests], {
  env: {
    LD_PRELOAD: stdout.trim(),
    // Node.js itself leaves memory behind when it ends.
    ASAN_OPTIONS: 'detect_leaks=0:quarantine_size_mb=16',
    NAPI_RS_NATIVE_LIBRARY_PATH: addon,
  },
});
