/** Compiles only where both types are the same. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export function same<A, B>(..._same: Same<A, B> extends true ? [] : ['the types differ', A, B]): void {}
