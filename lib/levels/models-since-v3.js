'use strict';

/** What levels v3 and v4 show of a tokenizer's model. */

/** What `model.cache` is; nothing is put into it here. */
class LRUCache {
  cache = new Map();

  /** @param {number} capacity */
  constructor(capacity) {
    this.capacity = capacity;
  }

  /** @param {any} key */
  get(key) {
    const value = this.cache.get(key);
    if (this.cache.delete(key)) this.cache.set(key, value);
    return value;
  }

  /**
   * @param {any} key
   * @param {any} value
   */
  put(key, value) {
    this.cache.delete(key);
    this.cache.set(key, value);
    if (this.cache.size > this.capacity) this.cache.delete(this.cache.keys().next().value);
  }

  clear() {
    this.cache.clear();
  }
}

/** @type {any} made when a tokenizer is, or a program asks */
let Model;

const models = () =>
  (Model ??= require('../model-classes.js').createModels({
    camelCase: false,
    mergeKey: (pair) => JSON.stringify(pair),
    more: { max_length_to_cache: 256, cache_capacity: 10000 },
    members: { clear_cache() {} },
    createCache: (capacity) => new LRUCache(capacity),
  }));

module.exports = { models };
