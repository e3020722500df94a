'use strict';

/**
 * Members as a class has them: not enumerable. Accessors stay accessors.
 *
 * @param {object} prototype
 * @param {object} members
 */
function mixIn(prototype, members) {
  for (const name of Object.keys(members)) {
    const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(members, name));
    descriptor.enumerable = false;
    Object.defineProperty(prototype, name, descriptor);
  }
}

module.exports = { mixIn };
