/**
 * Olah, a mirror of the Hub that others wrote: from PyPI, started in front of a Hub on loopback.
 *
 * @module
 */
/** @import { Hub } from '../hub/index.mjs' */
/** @import { Python } from './python.mjs' */
/** @import { AddressInfo } from 'node:net' */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How long it may take to start, on a busy machine. */
const PATIENCE = 60_000;

/**
 * @param {Python} python An interpreter that has the package.
 * @param {Hub} hub What is mirrored.
 * @param {string} home A folder for all that it writes.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startOlah(python, hub, home) {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const options = {
    host: '127.0.0.1',
    port: String(port),
    'hf-scheme': 'http',
    'hf-netloc': new URL(hub.url).host,
    'hf-lfs-netloc': new URL(hub.cdnUrl).host,
    'mirror-netloc': host,
    'mirror-lfs-netloc': host,
    'repos-path': join(home, 'repos'),
    'log-path': join(home, 'logs'),
  };
  const args = ['-c', 'from olah.server import cli; cli()'];
  for (const [name, value] of Object.entries(options)) args.push(`--${name}`, value);
  const child = spawn(python.path, args, {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: 'pipe',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const ended = once(child, 'close');
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const url = `http://${host}`;
  const until = Date.now() + PATIENCE;
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > until) {
      await close();
      throw new Error(`Olah did not start:\n${said.slice(-3000)}`);
    }
    await pause(100);
  }
  return { url, close };
}

/** It cannot be told to choose one itself, since it must know its own address. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
