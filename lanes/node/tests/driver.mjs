// The driver's side of a dialogue.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

export const hex = (number) => number.toString(16).padStart(16, '0');

export function digestOf(answers) {
  const bytes = Buffer.alloc(8 * answers.length);
  answers.forEach((answer, job) => bytes.writeBigUInt64LE(BigInt(answer), 8 * job));
  return hex(zlib.crc32(bytes));
}

export function start(...flags) {
  const lane = spawn(process.execPath, [fileURLToPath(new URL('../lane.mjs', import.meta.url)), ...flags]);
  const replies = createInterface({ input: lane.stdout })[Symbol.asyncIterator]();
  const ask = async (request) => {
    lane.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse((await replies.next()).value);
  };
  const end = async () => {
    lane.stdin.end();
    return lane.exitCode ?? (await once(lane, 'exit'))[0];
  };
  return { lane, ask, end };
}

/** Lets jobs go on as soon as `width` of them stand. */
export async function standStill(ask, width) {
  let [standing, processes] = [0, 0];
  const streams = [];
  const name = `fairlane-test-${process.pid}-${Math.random()}-`.padEnd(107, '-'); // as the driver's
  const listener = net.createServer((stream) => {
    processes += 1;
    streams.push(stream);
    stream.on('data', (bytes) => {
      standing += bytes.length;
      if (standing >= width) streams.forEach((each) => each.end());
    });
  });
  listener.listen({ path: `\0${name}` });
  await once(listener, 'listening');
  const reply = await ask({ do: 'stand-still', at: name });
  assert.deepEqual([standing, processes], [width, 1]);
  listener.close();
  return reply;
}
