// Tensor and its functions, the same at every level but for the names that a level leaves out.

export type DataType =
  | 'float32'
  | 'float64'
  | 'string'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'float16'
  | 'uint4'
  | 'int4';

export type DataArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | any[];

/** Nested arrays as deep as the tensor has dimensions. */
export type NestedArray = any[];

export interface AnyTensor extends Iterable<any> {
  /** A row, counted from the end if negative. */
  readonly [index: number]: this;
  dims: number[];
  readonly type: DataType;
  readonly data: any;
  readonly size: number;
  tolist(): NestedArray;
  item(): number | bigint;
  clone(): this;
  slice(...slices: (number | [number | null, number | null] | null)[]): this;
  permute(...dims: number[]): this;
  transpose(...dims: number[]): this;
  view(...dims: number[]): this;
  squeeze(dim?: number | number[] | null): this;
  squeeze_(dim?: number | number[] | null): this;
  unsqueeze(dim: number): this;
  unsqueeze_(dim: number): this;
  flatten(start_dim?: number, end_dim?: number): this;
  flatten_(start_dim?: number, end_dim?: number): this;
  stride(): number[];
  to(type: DataType): this;
  sum(dim?: number | null, keepdim?: boolean): this;
  norm(p?: number | 'fro', dim?: number | null, keepdim?: boolean): this;
  normalize(p?: number, dim?: number): this;
  normalize_(p?: number, dim?: number): this;
  sigmoid(): this;
  sigmoid_(): this;
  mul(value: number): this;
  mul_(value: number): this;
  add(value: number): this;
  add_(value: number): this;
  neg(): this;
  neg_(): this;
  clamp(min: number, max: number): this;
  clamp_(min: number, max: number): this;
  round(): this;
  round_(): this;
}

/** What came with level v3. */
export interface TensorSinceV3 extends AnyTensor {
  readonly location: string;
  /** Type, data and dims in the shape of onnxruntime's Tensor. */
  readonly ort_tensor: {
    readonly type: DataType;
    readonly data: any;
    readonly dims: readonly number[];
    readonly size: number;
  };
  dispose(): void;
  map(callback: (value: any, index: number, data: any) => any): this;
  map_(callback: (value: any, index: number, data: any) => any): this;
  div(value: number): this;
  div_(value: number): this;
  sub(value: number): this;
  sub_(value: number): this;
  gt(value: number): this;
  lt(value: number): this;
  mean(dim?: number | null, keepdim?: boolean): this;
  min(dim?: number | null, keepdim?: boolean): this;
  max(dim?: number | null, keepdim?: boolean): this;
  argmin(dim?: null, keepdim?: boolean): this;
  argmax(dim?: null, keepdim?: boolean): this;
}

export interface TensorFunctions<T extends AnyTensor> {
  cat(tensors: T[], dim?: number): T;
  stack(tensors: T[], dim?: number): T;
  mean(input: T, dim?: number | null, keepdim?: boolean): T;
  std_mean(input: T, dim?: number | null, correction?: number, keepdim?: boolean): [T, T];
  mean_pooling(last_hidden_state: T, attention_mask: T): T;
  layer_norm(input: T, normalized_shape: number[], options?: { eps?: number }): T;
  quantize_embeddings(tensor: T, precision: 'binary' | 'ubinary'): T;
  permute(tensor: T, axes: number[]): T;
  full(size: number[], fill_value: number | bigint | boolean): T;
  full_like(tensor: T, fill_value: number | bigint | boolean): T;
  ones(size: number[]): T;
  ones_like(tensor: T): T;
  zeros(size: number[]): T;
  rand(size: number[]): T;
  randn(size: number[]): T;
  zeros_like(tensor: T): T;
  /** Bilinear; mode and corners are not looked at. The last three dimensions are channels, height, width. */
  interpolate(input: T, size: readonly number[], mode?: string, align_corners?: boolean): T;
}

/** What transformers.js leaves to ONNX Runtime, since v3. Tensors are float32. */
export interface TensorOperators<T extends AnyTensor> {
  interpolate_4d(
    input: T,
    options?: {
      /** Height and width; or also channels; or all four. */
      size?:
        | readonly [number, number]
        | readonly [number, number, number]
        | readonly [number, number, number, number]
        | undefined;
      mode?: 'nearest' | 'bilinear' | 'bicubic' | undefined;
    },
  ): Promise<T>;
  matmul(a: T, b: T): Promise<T>;
  /** Real and imaginary parts are in a last dimension of two; `a` holds the axis. */
  rfft(x: T, a: T): Promise<T>;
  /** The `k` greatest of the last dimension, all if absent, and where they are. */
  topk(x: T, k?: number | null): Promise<[T, T]>;
  slice(
    data: T,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps?: readonly number[] | null,
  ): Promise<T>;
}

export function softmax<T extends number[] | Float32Array | Float64Array>(array: T): T;
export function log_softmax<T extends number[] | Float32Array | Float64Array>(array: T): T;
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number;
export function cos_sim(a: ArrayLike<number>, b: ArrayLike<number>): number;
export function magnitude(array: ArrayLike<number>): number;
export function max<T extends number | bigint>(array: ArrayLike<T>): [T, number];
export function min<T extends number | bigint>(array: ArrayLike<T>): [T, number];
export function round(value: number, decimals: number): number;
