// The scenarios that need more than a Hub: a killed process, a full disk, a read-only cache, a lock that
// another process holds, many processes at once.
/** @import { Hub } from './hub/index.mjs' */
/** @import { FaultHandle } from './hub/faults.mjs' */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startHub } from './hub/index.mjs';
import { SCENARIOS, startScenario, TOKEN, TOKENIZER } from './hub/scenarios.mjs';
import { ask, filesBelow, loader, loadInProcess, problemsOf, timesSent } from './support/client.mjs';
import { makeHome, run } from './support/run.mjs';

const main = fileURLToPath(new URL('../index.js', import.meta.url));
const IDS = '[1,2]\n';

/** Whether a process may mount what nobody else sees. */
const namespaces = (() => {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const needsMount = { skip: !namespaces && 'needs Linux and the right to mount (unshare --mount)' };

/**
 * @param {string} name
 * @param {(place: { hub: Hub, home: string, cache: string, id: string, env: Record<string, string>,
 *   begin: () => FaultHandle[] }) => Promise<void>} play
 * @param {{ skip?: string | false }} [options]
 */
function scenario(name, play, options = {}) {
  const found = SCENARIOS.find((one) => one.name === name && one.around);
  assert.ok(found, name);
  test(`${found.row}: ${name}`, options, async () => {
    const { hub, begin } = await startScenario(found);
    const home = await makeHome();
    try {
      const id = found.load?.id ?? 'org/model';
      const cache = join(home.hfHome, 'hub');
      await play({ hub, begin, id, cache, home: home.path, env: { HF_ENDPOINT: hub.url, HF_TOKEN: TOKEN } });
    } finally {
      await hub.close();
      await home.remove();
    }
  });
}

/** @param {FaultHandle} fault */
async function struck(fault) {
  while (fault.hits === 0) await pause(5);
}

/**
 * Loads in a process that has its own mounts, and lists the cache as that process saw it.
 *
 * @param {string} mounts Shell commands; `$1` is the cache's folder.
 * @param {{ id: string, home: string, cache: string, env: Record<string, string> }} place
 */
async function loadMounted(mounts, { id, home, cache, env }) {
  const load = '"$2" --input-type=module --eval "$3"; echo "code $?"; find "$1" -type f';
  const script = `mkdir -p "$1" && ${mounts} && ${load}`;
  const args = ['--mount', 'sh', '-c', script, 'sh', cache, process.execPath, loader(id)];
  const { stdout, stderr } = await run('unshare', { args, home, env });
  return { stdout, stderr };
}

const windows = process.platform === 'win32' && 'Windows has no such limit';

describe('many loads in one process', () => {
  test('need few files and sockets, and have each file sent once', { skip: windows }, async () => {
    const hub = await startHub({
      repositories: [{ id: 'org/model', files: { 'tokenizer.json': TOKENIZER, 'tokenizer_config.json': '{}' } }],
    });
    const home = await makeHome();
    try {
      const code = `
        import { createRequire } from 'node:module';
        const { AutoTokenizer } = createRequire(import.meta.url)(process.argv[1]);
        const loads = Array.from({ length: 600 }, () => AutoTokenizer.from_pretrained('org/model'));
        const tokenizers = await Promise.all(loads);
        console.log(tokenizers.filter((one) => one.encode('word1')[0] === 1).length);`;
      const args = ['-c', 'ulimit -n 512 && exec "$0" "$@"', process.execPath];
      const { stdout, stderr } = await run('sh', {
        args: [...args, '--input-type=module', '--eval', code, main],
        home: home.path,
        env: { HF_ENDPOINT: hub.url },
      });
      assert.equal(stderr, '');
      assert.equal(stdout, '600\n');
      assert.deepEqual(timesSent(hub), { 'tokenizer.json': 1, 'tokenizer_config.json': 1 });
    } finally {
      await hub.close();
      await home.remove();
    }
  });
});

describe('many loads from the cache', () => {
  /** Loads in a process that has few files, from a cache that holds the model. */
  const fromCache = async (/** @type {string} */ code, tokenizer = TOKENIZER) => {
    const hub = await startHub({
      repositories: [{ id: 'org/model', files: { 'tokenizer.json': tokenizer, 'tokenizer_config.json': '{}' } }],
    });
    const home = await makeHome();
    try {
      const env = { HF_ENDPOINT: hub.url };
      assert.equal((await ask(home.path, env, (client) => client.preload('org/model'))).error, undefined);
      hub.forget();
      const program = `
        import { openSync, readdirSync } from 'node:fs';
        import { createRequire } from 'node:module';
        const { AutoTokenizer } = createRequire(import.meta.url)(process.argv[1]);
        const load = () => AutoTokenizer.from_pretrained('org/model', { local_files_only: true });
        ${code}`;
      const args = ['-c', 'ulimit -n 64 && exec "$0" "$@"', process.execPath, '--input-type=module', '--eval'];
      const { stdout, stderr } = await run('sh', { args: [...args, program, main], home: home.path, env });
      assert.equal(stderr, '');
      assert.deepEqual(timesSent(hub), {});
      return { answer: JSON.parse(stdout), cache: join(home.hfHome, 'hub') };
    } finally {
      await hub.close();
      await home.remove();
    }
  };

  test('a limit of open files that is reached is not a model that is not there', { skip: windows }, async () => {
    const { answer, cache } = await fromCache(`
        await load();
        try {
          for (;;) openSync(process.execPath);
        } catch {}
        const { code, message } = await load().catch((error) => error);
        console.log(JSON.stringify([code, message]));`);
    const [code, message] = answer;
    const reference = join(cache, 'models--org--model/refs/main');
    assert.equal(code, 'ERR_HUB_CACHE');
    assert.ok(message.startsWith(`${reference} cannot be read: `), message);
    assert.match(message, /open files/);
  });

  test('take turns at the disk and the processors', { skip: process.platform !== 'linux' && 'looks into /proc' }, async () => {
    // So long that to read it takes much longer than to begin to wait for the next one.
    const long = TOKENIZER + ' '.repeat(1 << 20);
    const { answer } = await fromCache(
      `
        const threads = () => readdirSync('/proc/self/task').length;
        await load();
        const before = threads();
        const loads = await Promise.all(Array.from({ length: 600 }, load));
        console.log(JSON.stringify([loads.length, threads() - before]));`,
      long,
    );
    const [loads, more] = answer;
    assert.equal(loads, 600);
    // The pool itself would start 512. A thread whose work is done may not yet wait for more when the next one begins.
    assert.ok(more <= 8 * Math.max(8, 2 * availableParallelism()), `${more} more threads`);
  });
});

describe('processes', { concurrency: 4 }, () => {
  scenario('killed inside a download', async ({ hub, begin, id, home, cache, env }) => {
    const [fault] = begin();
    const controller = new AbortController();
    const running = loadInProcess(id, { home, env, signal: controller.signal });
    await struck(fault);
    controller.abort();
    assert.equal((await running).signal, 'SIGKILL');
    assert.deepEqual(await problemsOf(cache, { leftovers: true }), []);
    const seen = (await filesBelow(cache)).filter((file) => /\/tokenizer\.json$/.test(file));
    assert.deepEqual(seen, [], 'half a file is visible');

    const { value, error, warnings } = await ask(home, env, (client) =>
      client.AutoTokenizer.from_pretrained(id),
    );
    assert.equal(error, undefined);
    assert.deepEqual(warnings, []);
    assert.deepEqual(value.encode('word1 word2'), [1, 2]);
    assert.deepEqual(await problemsOf(cache, { leftovers: true }), []);
    assert.equal(hub.received({ origin: 'cdn', status: 200 }).length, 2);
  });

  // Nothing can be written; and the folders and the smaller file can, but not the other.
  for (const fill of ['dd if=/dev/zero of="$1/full" bs=4k 2>/dev/null || true', 'true']) {
    scenario(
      'a full disk',
      async (place) => {
        assert.ok(TOKENIZER.length > 4096);
        const { stdout, stderr } = await loadMounted(
          `mount -t tmpfs -o size=4k tmpfs "$1" && { ${fill}; }`,
          place,
        );
        assert.ok(stdout.startsWith(`${IDS}code 0\n`), stdout + stderr);
        assert.match(stderr, /cannot be written \(No space left[^]*used from memory/);
        assert.doesNotMatch(stdout, /incomplete/);
      },
      needsMount,
    );
  }

  for (const name of ['a read-only cache that has the files', 'a read-only cache that has an older commit']) {
    scenario(
      name,
      async ({ hub, begin, id, home, cache, env }) => {
        const first = await ask(home, env, (client) => client.AutoTokenizer.from_pretrained(id));
        assert.equal(first.error, undefined);
        const before = await filesBelow(cache);
        begin();
        hub.forget();
        const closed =
          'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && ! touch "$1/x" 2>/dev/null';
        const { stdout, stderr } = await loadMounted(closed, { id, home, cache, env });
        assert.ok(stdout.startsWith(`${IDS}code 0\n`), stdout + stderr);
        assert.deepEqual(await filesBelow(cache), before);
        const isOlder = name.includes('older');
        if (isOlder) assert.match(stderr, /cannot be written[^]*used from memory/);
        else assert.equal(stderr, '');
        // The file that did not change is not sent again.
        assert.deepEqual(timesSent(hub), isOlder ? { 'tokenizer_config.json': 1 } : {});
      },
      needsMount,
    );
  }

  test(
    'read-only cache, file cached, online: by permissions',
    { skip: process.getuid?.() === 0 && 'permissions do not bind root' },
    async () => {
      const { hub } = await startScenario(SCENARIOS[0]);
      const home = await makeHome();
      const cache = join(home.hfHome, 'hub');
      try {
        const load = () =>
          ask(home.path, { HF_ENDPOINT: hub.url }, (client) =>
            client.AutoTokenizer.from_pretrained('org/model'),
          );
        assert.equal((await load()).error, undefined);
        const folders = [cache, join(cache, 'models--org--model')];
        for (const folder of [...folders]) {
          for (const name of await readdir(folder)) if (!name.includes('.')) folders.push(join(folder, name));
        }
        for (const folder of folders) await chmod(folder, 0o555);
        const { error, warnings } = await load();
        for (const folder of folders) await chmod(folder, 0o755);
        assert.equal(error, undefined);
        assert.deepEqual(warnings, []);
      } finally {
        await hub.close();
        await home.remove();
      }
    },
  );

  scenario('another process holds the lock', async ({ hub, id, home, cache, env }) => {
    // That other process is in the middle of the same download, and stays there.
    const match = { method: 'GET', route: /** @type {const} */ ('resolve-cache'), file: 'tokenizer.json' };
    const fault = hub.fault({ kind: 'hang', bytes: 100, match });
    const controller = new AbortController();
    const other = loadInProcess(id, {
      home,
      env: { ...env, HF_HUB_DOWNLOAD_TIMEOUT: '60' },
      signal: controller.signal,
    });
    await struck(fault);
    fault.remove();
    hub.forget();

    const abort = new AbortController();
    const aborted = ask(home, env, (client) =>
      client.AutoTokenizer.from_pretrained(id, { signal: abort.signal }).finally(() => clearTimeout(timer)),
    );
    const timer = setTimeout(() => abort.abort(), 500);
    assert.equal((await aborted).error?.code, 'ERR_HUB_ABORTED');

    /** @type {string[]} */
    const told = [];
    const waiting = ask(home, env, (client) => client.AutoTokenizer.from_pretrained(id));
    waiting.then(({ warnings }) => told.push(...warnings));
    await pause(11_000);
    assert.equal(timesSent(hub)['tokenizer.json'], undefined, 'it did not wait');
    controller.abort();
    await other;
    const { value, error } = await waiting;
    assert.equal(error, undefined);
    assert.deepEqual(value.encode('word1 word2'), [1, 2]);
    assert.match(told.join('\n'), /Another process is downloading/);
    assert.deepEqual(await problemsOf(cache, { leftovers: true }), []);
  });

  scenario('many processes, one file', async ({ hub, begin, id, home, cache, env }) => {
    begin();
    const loads = await Promise.all(Array.from({ length: 6 }, () => loadInProcess(id, { home, env })));
    for (const { stdout, stderr } of loads) {
      assert.equal(stderr, '');
      assert.equal(stdout, IDS);
    }
    assert.deepEqual(timesSent(hub), { 'tokenizer.json': 1, 'tokenizer_config.json': 1 });
    assert.deepEqual(await problemsOf(cache), []);
  });

  test('every scenario of this kind is here', async () => {
    const names = SCENARIOS.filter(({ around }) => around).map(({ name }) => name);
    assert.equal(names.length, 6);
  });
});
