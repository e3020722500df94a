/**
 * Faults: what a test wants to go wrong, when, and how often.
 *
 * @module
 */
/** @import { Answer } from './answer.mjs' */
/** @import { FaultKind, FaultOptions, Surroundings } from './fault-kinds.mjs' */
/** @import { Match, RequestRecord } from './record.mjs' */
import { FAULT_KINDS } from './fault-kinds.mjs';
import { CONNECTION_FAULT_KINDS } from './connection-faults.mjs';
import { matches } from './record.mjs';

/**
 * @typedef {object} FaultRule
 * @property {FaultKind} kind
 * @property {Match} [match] Which requests; without it, all to the Hub and its CDN that the kind can apply
 *   to.
 * @property {number} [skip] Leave the first so many matching requests alone.
 * @property {number} [times] How often; without it, every time.
 *
 * @typedef {FaultRule & FaultOptions} Fault
 *
 * @typedef {object} FaultHandle
 * @property {number} hits How often it has struck.
 * @property {() => void} remove
 */

/** The faults of one Hub. */
export class Faults {
  /** @type {{ fault: Fault, seen: number, handle: FaultHandle }[]} */
  #active = [];

  /**
   * @param {Fault} fault
   * @returns {FaultHandle}
   */
  add(fault) {
    if (!FAULT_KINDS.has(fault.kind) && !CONNECTION_FAULT_KINDS.has(fault.kind)) {
      const known = [...FAULT_KINDS.keys(), ...CONNECTION_FAULT_KINDS.keys()].join(', ');
      throw new Error(`There is no fault of the kind '${fault.kind}'. Known kinds: ${known}`);
    }
    /** @type {FaultHandle} */
    const handle = {
      hits: 0,
      remove: () => {
        this.#active = this.#active.filter((one) => one.handle !== handle);
      },
    };
    this.#active.push({ fault, seen: 0, handle });
    return handle;
  }

  clear() {
    this.#active = [];
  }

  /**
   * Lets every fault that concerns this request alter its answer, in the order in which they were added.
   *
   * @param {RequestRecord} request
   * @param {Answer} answer
   * @param {Surroundings} surroundings
   * @returns {Promise<Answer>}
   */
  async alter(request, answer, surroundings) {
    let altered = answer;
    for (const entry of [...this.#active]) {
      const kind = FAULT_KINDS.get(entry.fault.kind);
      const { match = {} } = entry.fault;
      if (!kind || (request.origin === 'stranger' && match.origin !== 'stranger')) continue;
      if (!matches(match, request) || !(kind.applies?.(request, altered) ?? true)) continue;
      if (!this.#strike(entry)) continue;
      request.faults.push(entry.fault.kind);
      altered = await kind.alter(altered, { ...surroundings, fault: entry.fault, request });
    }
    return altered;
  }

  /**
   * The fault that concerns a new connection, if there is one.
   *
   * @param {RequestRecord['origin']} origin
   * @returns {Fault | undefined}
   */
  onConnection(origin) {
    return this.#active.find(
      (entry) =>
        CONNECTION_FAULT_KINDS.has(entry.fault.kind) &&
        (entry.fault.match?.origin ?? origin) === origin &&
        this.#strike(entry),
    )?.fault;
  }

  /** @param {{ fault: Fault, seen: number, handle: FaultHandle }} entry */
  #strike(entry) {
    const { skip = 0, times = Number.POSITIVE_INFINITY } = entry.fault;
    entry.seen += 1;
    if (entry.seen <= skip || entry.handle.hits >= times) return false;
    entry.handle.hits += 1;
    return true;
  }
}
