// A lane in Node: reads requests and writes replies as docs/LANES.md has them. The clock is read around one run of the
// executor and nowhere else. Must not know what a job does.
import process from 'node:process';
import { createInterface } from 'node:readline';
import zlib from 'node:zlib';
import { executors } from './executors.mjs';
import { now, Stamps, Standstill, summary } from './notes.mjs';
import { workloads } from './workloads.mjs';

const RUNTIME = `Node ${process.versions.node}`;
const [PROTOCOL, MOST_SAMPLES] = [1, 1_000];

let cell; // the request that opened this lane
let executor;
let shown = []; // the answers of a batch whose digest was new

const hex = (number) => number.toString(16).padStart(16, '0');

/** CRC-32 over the answers as 64-bit numbers. */
const digestOf = (answers) => hex(zlib.crc32(Buffer.from(BigUint64Array.from(answers, BigInt).buffer)));

/** What this process used between the two moments, with all its threads. */
const used = (before, after) => ({
  cpu_user_ns: (after.userCPUTime - before.userCPUTime) * 1_000,
  cpu_sys_ns: (after.systemCPUTime - before.systemCPUTime) * 1_000,
  switches_voluntary: after.voluntaryContextSwitches - before.voluntaryContextSwitches,
  switches_involuntary: after.involuntaryContextSwitches - before.involuntaryContextSwitches,
  faults_minor: after.minorPageFault - before.minorPageFault,
  faults_major: after.majorPageFault - before.majorPageFault,
});

const rest = process.resourceUsage();
const NOTHING = used(rest, rest);

function fail(message) {
  throw new Error(message);
}

async function open(request) {
  const cannot = (cause) => fail(`cannot open \`${request.cell}\`: ${cause}`);
  if (request.protocol > PROTOCOL) {
    cannot(`this lane speaks version ${PROTOCOL} of the lane protocol, and its driver version ${request.protocol}`);
  }
  if (cell) cannot(`this lane is open as \`${cell.cell}\``);
  if (request.cold) cannot('the executors of this lane have no cold form');
  const found = executors[request.executor] ?? cannot(`this lane has no executor \`${request.executor}\``);
  const workload = workloads[request.workload] ?? cannot(`this lane has no workload \`${request.workload}\``);
  const concurrency = Math.min(request.concurrency, request.jobs);
  cell = { ...request, concurrency, isAsync: found.model === 'async task', made: workload.make?.(request) };
  executor = await found.open(cell);
  const about = { language: 'JavaScript', runtime: RUNTIME, model: found.model, in_flight: found.inFlight(cell) };
  return { reply: 'ready', protocol: PROTOCOL, ...about, hash: 'crc32', keeps_connections: true, warm_up_ms: 1_000 };
}

async function sample({ times }) {
  const [samples_ns, digests] = [[], new Set()];
  const [before, began] = [process.resourceUsage(), now()];
  let total_ns = 0;
  for (let time = 0; time < times; time++) {
    const start = now();
    const answers = await executor.run();
    const took = now() - start;
    total_ns += took;
    if (time < MOST_SAMPLES) samples_ns.push(took);
    const digest = digestOf(answers);
    if (!digests.has(digest)) shown = answers;
    digests.add(digest);
  }
  const usage = used(before, process.resourceUsage());
  // Between the batches this thread alone made digests: that cost is not theirs.
  usage.cpu_user_ns = Math.max(0, usage.cpu_user_ns - (now() - began - total_ns));
  return { reply: 'sampled', count: times, total_ns, samples_ns, digests: [...digests], usage };
}

async function probe() {
  const stamps = new Stamps(cell.jobs);
  const [before, start] = [process.resourceUsage(), now()];
  const answers = await executor.run(stamps);
  const [wall_ns, usage] = [now() - start, used(before, process.resourceUsage())];
  return { reply: 'probed', wall_ns, ...summary(stamps.notes, start, cell.isAsync), usage, digest: digestOf(answers) };
}

async function standStill({ at }) {
  const standstill = new Standstill(at);
  const answers = await executor.run(standstill);
  standstill.leave();
  return { reply: 'stood', digest: digestOf(answers) };
}

const requests = {
  open,
  sample,
  probe,
  'stand-still': standStill,
  usage: () => ({ reply: 'used', usage: NOTHING }),
  answers: () => ({ reply: 'answers', answers: shown.map(hex) }),
};

function answer(line) {
  const request = JSON.parse(line);
  const known = requests[request.do] ?? fail(`cannot answer \`${request.do}\`: this lane does not know this request`);
  if (!cell && known !== open) fail(`cannot answer \`${request.do}\`: this lane is not open yet`);
  return known(request);
}

const say = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

if (!zlib.crc32) {
  console.error(`cannot run the lane: ${RUNTIME} has no \`zlib.crc32\`, which came with Node 20.15`);
  process.exit(1);
}
if (process.argv[2] === '--check') {
  console.log(RUNTIME);
  process.exit(0);
}
for await (const line of createInterface({ input: process.stdin })) {
  try {
    say(await answer(line));
  } catch ({ message, help }) {
    say({ reply: 'failed', message, help });
    process.exit(1);
  }
}
process.exit(0); // with all threads and connections
