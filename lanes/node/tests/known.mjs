// The right answers by other ways than the lane's.

/** The output of splitmix64, as its definition has it. */
export function bytesOf(key, length) {
  const bytes = Buffer.alloc(length + 8);
  for (let at = 0, state = BigInt(key); at < length; at += 8) {
    state = (state + 0x9e3779b97f4a7c15n) % 2n ** 64n;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) % 2n ** 64n;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) % 2n ** 64n;
    bytes.writeBigUInt64LE(z ^ (z >> 31n), at);
  }
  return bytes.subarray(0, length);
}

/** By the sieve of Eratosthenes. */
export function primesBySieve(bound) {
  const composite = new Set();
  let count = 0;
  for (let number = 2; number < bound; number++) {
    if (composite.has(number)) continue;
    count += 1;
    for (let multiple = number * number; multiple < bound; multiple += number) composite.add(multiple);
  }
  return count;
}

/** Each pixel from all its 13 x 13 neighbours. */
export function blurredAtOnce(pixels, side) {
  const weights = [1, 2, 7, 16, 31, 45, 52, 45, 31, 16, 7, 2, 1];
  const inside = (at) => Math.min(Math.max(at, 0), side - 1);
  return Buffer.from(pixels.map((_, at) => {
    let sum = 32_768;
    weights.forEach((down, dy) => weights.forEach((across, dx) => {
      const row = inside(Math.floor(at / side) + dy - 6);
      sum += down * across * pixels[row * side + inside((at % side) + dx - 6)];
    }));
    return Math.floor(sum / 65_536);
  }));
}
