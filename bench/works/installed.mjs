/** How much a peer puts into `node_modules`. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {import('../peers/index.mjs').Peer[]} peers @returns {Record<string, { packages: number, bytes: number }>} */
export function installed(peers) {
  const { packages } = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8'));
  const results = {};
  for (const peer of peers) {
    if (peer.ours) results[peer.name] = ourOwn();
    if (!peer.package) continue;
    const paths = closure(packages, peer.package);
    results[peer.name] = {
      packages: paths.length,
      bytes: paths.reduce((sum, path) => sum + sizeOf(join(here, path)), 0),
    };
  }
  return results;
}

/** The package and all that it needs, as the lockfile places them. @param {Record<string, any>} packages @param {string} name */
function closure(packages, name) {
  const found = new Set();
  const queue = [`node_modules/${name}`];
  for (let path = queue.pop(); path; path = queue.pop()) {
    if (found.has(path) || !existsSync(join(here, path))) continue;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {} } = packages[path];
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = placeOf(packages, path, needed);
      if (place) queue.push(place);
    }
  }
  return [...found];
}

/** Where Node finds `name` from `path`. @param {Record<string, any>} packages @param {string} path @param {string} name */
function placeOf(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder ? `${folder}/` : ''}node_modules/${name}`;
    if (packages[place]) return place;
    if (folder === '') return null;
  }
}

/** @param {string} folder Without the packages inside it. */
function sizeOf(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? sizeOf(path) : lstatSync(path).size;
  }
  return bytes;
}

/** What `npm pack` would send: the package has no dependency. */
function ourOwn() {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=silent'];
  const answer = JSON.parse(
    execFileSync('npm', args, { cwd: dirname(here), encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
  const [{ unpackedSize }] = Array.isArray(answer) ? answer : Object.values(answer);
  return { packages: 1, bytes: unpackedSize };
}
