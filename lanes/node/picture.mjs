// The bytes of a key, and grey pictures: decoded from PNG, blurred. Must not know who asks for them.
import zlib from 'node:zlib';

const WEIGHTS = Uint8Array.of(1, 2, 7, 16, 31, 45, 52, 45, 31, 16, 7, 2, 1);
const REACH = 6;
const wrap = (number) => BigInt.asUintN(64, number);

/** The output of splitmix64 seeded with `key`, in memory that threads share. */
export function body(key, length) {
  const bytes = Buffer.from(new SharedArrayBuffer(8 * Math.ceil(length / 8)));
  let state = BigInt(key);
  for (let at = 0; at < length; at += 8) {
    state = wrap(state + 0x9e3779b97f4a7c15n);
    let mixed = wrap((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = wrap((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    bytes.writeBigUInt64LE(mixed ^ (mixed >> 31n), at);
  }
  return bytes.subarray(0, length);
}

/** Each pixel becomes the weighted sum of its neighbours: rows first, then columns; rounded once, at the end. */
export function blurred(pixels, side) {
  const across = new Uint16Array(side * side);
  const padded = new Uint8Array(side + 2 * REACH);
  for (let row = 0; row < side * side; row += side) {
    padded.fill(pixels[row], 0, REACH).fill(pixels[row + side - 1], REACH + side);
    padded.set(pixels.subarray(row, row + side), REACH);
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let near = 0; near < WEIGHTS.length; near++) sum += padded[x + near] * WEIGHTS[near];
      across[row + x] = sum;
    }
  }
  const result = new Uint8Array(side * side);
  const sums = new Uint32Array(side);
  for (let y = 0; y < side; y++) {
    sums.fill(32_768);
    for (let near = 0; near < WEIGHTS.length; near++) {
      const row = Math.min(Math.max(y + near - REACH, 0), side - 1) * side;
      const weight = WEIGHTS[near];
      for (let x = 0; x < side; x++) sums[x] += across[row + x] * weight;
    }
    for (let x = 0; x < side; x++) result[y * side + x] = sums[x] >>> 16;
  }
  return result;
}

/** The pixels of a square grey PNG with 8 bits a pixel. */
export function decoded(file, side) {
  const header = [side, side, 0x08000000]; // 8 bits, grey
  if (header.some((word, at) => file.readUInt32BE(16 + 4 * at) !== word)) {
    throw new Error(`cannot decode a PNG: it is not grey with ${side} x ${side} pixels of 8 bits`);
  }
  const data = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const chunk = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(chunk);
  }
  const lines = zlib.inflateSync(Buffer.concat(data));
  const pixels = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    const start = y * (side + 1);
    if (lines[start] !== 0) throw new Error(`cannot decode a PNG: this lane does not know its filter ${lines[start]}`);
    pixels.set(lines.subarray(start + 1, start + 1 + side), y * side);
  }
  return pixels;
}
