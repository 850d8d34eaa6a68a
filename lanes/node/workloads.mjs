// What the jobs do: `make` makes bytes ahead of the clock, `clients` what the slots keep; in the clock, `wait` gets
// what a job needs, and `compute` makes its answer of it. Must not know executors.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import { openAgents, openConnections } from './clients.mjs';
import { now } from './notes.mjs';
import { blurred, body, decoded } from './picture.mjs';

const [IMAGES, WRITTEN] = [4, 16 << 10];
const UNNAMED = constants.O_RDWR | constants.O_DIRECTORY | 0o20000000; // O_TMPFILE, for which Node has no name
const HAS_NONE = ['EISDIR', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP'];
const list = (length, make) => Array.from({ length }, (_, index) => make(index));

const fileFailed = ({ message }) => {
  const cause = `cannot write, sync and read back a file in \`${tmpdir()}\`: ${message}`;
  throw Object.assign(new Error(cause), { help: '`TMPDIR` names the folder of temporary files' });
};

/** Node's timers count milliseconds, and can end almost one too early. */
async function atLeast(nanoseconds) {
  const due = now() + nanoseconds;
  for (let left = nanoseconds; left > 0; left = due - now()) await sleep(Math.ceil(left / 1e6));
}

function primesBelow(bound) {
  let count = bound > 2 ? 1 : 0;
  for (let odd = 3; odd < bound; odd += 2) if (isPrime(odd)) count += 1;
  return count;
}

function isPrime(odd) {
  for (let divisor = 3; divisor * divisor <= odd; divisor += 2) if (odd % divisor === 0) return false;
  return true;
}

/** A file without a name: a lane that ends at whatever moment leaves nothing. */
async function openFile() {
  const file = await fs.open(tmpdir(), UNNAMED, 0o600).catch((cause) => {
    if (HAS_NONE.includes(cause.code)) return openNamed();
    throw cause;
  });
  await roundTrip(file, Buffer.alloc(WRITTEN));
  return file;
}

/** Where the file system has no files without a name. */
async function openNamed() {
  const path = `${tmpdir()}/fairlane-node-${randomUUID()}`;
  const file = await fs.open(path, 'wx+');
  await fs.unlink(path);
  return file;
}

async function roundTrip(file, content) {
  await file.write(content, 0, content.length, 0);
  await file.sync();
  return (await file.read(Buffer.alloc(content.length), 0, content.length, 0)).buffer;
}

const requests = {
  clients: openAgents,
  wait: ({ delay_ns, body_bytes }, job, client) =>
    client.get(`/get?key=${job}&delay_ns=${delay_ns}&bytes=${body_bytes}`),
  compute: (_, __, answer) => zlib.crc32(answer),
};

export const workloads = {
  noop: { compute: () => 0x6e6f6f70 },
  timer: {
    clients: (_, slots) => new Array(slots).fill(null),
    wait: ({ delay_ns }) => atLeast(delay_ns),
    compute: (_, job) => job,
  },
  tcp: { ...requests, clients: openConnections },
  http: requests,
  file: {
    make: ({ jobs, parameters }) => list(jobs, (job) => body(job, parameters.body_bytes)),
    clients: (_, slots) => Promise.all(list(slots, openFile)).catch(fileFailed),
    wait: ({ made }, job, file) => roundTrip(file, made[job]).catch(fileFailed),
    compute: (_, __, back) => zlib.crc32(back),
  },
  primes: { compute: ({ bound }) => primesBelow(bound) },
  blur: {
    make: ({ parameters }) => list(IMAGES, (key) => body(key, parameters.side_pixels ** 2)),
    compute: ({ made, side_pixels }, job) => zlib.crc32(blurred(made[job % IMAGES], side_pixels)),
  },
  crawl: {
    clients: openAgents,
    wait: ({ delay_ns, side_pixels }, job, client) =>
      client.get(`/image/${side_pixels}?key=${job % IMAGES}&delay_ns=${delay_ns}&bytes=0`),
    compute: ({ side_pixels }, _, file) => zlib.crc32(blurred(decoded(file, side_pixels), side_pixels)),
  },
};

/** The body of the cell's jobs. A job that waits borrows the client of a slot, and returns it. */
export async function openWork({ workload, parameters, made, server }, slots) {
  const { clients, wait, compute } = workloads[workload];
  const free = wait ? await clients(server, slots) : [];
  const queue = [];
  const given = { ...parameters, made };

  async function get(job, watch) {
    const client = free.length > 0 ? free.pop() : await new Promise((resolve) => queue.push(resolve));
    watch?.at(job, 'begun');
    const coming = wait(given, job, client);
    watch?.at(job, 'waits');
    const got = await coming;
    if (queue.length > 0) queue.shift()(client);
    else free.push(client);
    return got;
  }

  return async (job, watch) => {
    const got = wait ? await get(job, watch) : watch?.at(job, 'begun');
    const standing = watch?.at(job, 'ready');
    if (standing) await standing;
    const answer = compute(given, job, got);
    watch?.at(job, 'done');
    return answer;
  };
}
