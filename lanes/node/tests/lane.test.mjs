// Whole dialogues with the lane, for every executor and workload: `node --test lanes/node/tests/lane.test.mjs`.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { digestOf, hex, standStill, start } from './driver.mjs';
import { blurredAtOnce, bytesOf, primesBySieve } from './known.mjs';
import { workloads } from '../workloads.mjs';
import { startServer } from './server.mjs';

const JOBS = 6;
const PARAMETERS = { delay_ns: 3_000_000, body_bytes: 100, bound: 1_000, side_pixels: 20 };
const EXECUTORS = {
  'node-sequential': { model: 'main thread', width: 1 },
  'node-loop': { model: 'async task', width: JOBS },
  'node-workers': { model: 'OS thread', width: JOBS },
};
const image = (job) => zlib.crc32(blurredAtOnce(bytesOf(job % 4, 400), 20));
const body = (job) => zlib.crc32(bytesOf(job, 100));
const ANSWERS = {
  noop: () => 0x6e6f6f70, timer: (job) => job, tcp: body, http: body, file: body, primes: () => primesBySieve(1_000),
  blur: image, crawl: image,
};

let server;
before(async () => { server = await startServer(); });
after(() => server.close());

const open = (workload, executor, more) => ({
  do: 'open', protocol: 1, cell: `${workload}/${executor}/${JOBS}`, workload, parameters: PARAMETERS, executor,
  jobs: JOBS, concurrency: JOBS, cold: false, server: server.address, scratch: null, cores: 2, later: 'is ignored',
  ...more,
});

for (const [executor, { model, width }] of Object.entries(EXECUTORS)) {
  for (const [workload, known] of Object.entries(ANSWERS)) {
    test(`${workload} under ${executor}`, async () => {
      const answers = Array.from({ length: JOBS }, (_, job) => known(job));
      const digest = digestOf(answers);
      const asks = ['tcp', 'http', 'crawl'].includes(workload);
      const { ask, end } = start();
      server.reset();
      const ready = await ask(open(workload, executor));
      assert.deepEqual([ready.reply, ready.model, ready.in_flight, ready.hash], ['ready', model, width, 'crc32']);
      const opened = server.connections();
      assert.equal(opened, asks ? width : 0);
      assert.equal(server.requests(), opened);

      const sampled = await ask({ do: 'sample', times: 3 });
      assert.deepEqual([sampled.count, sampled.digests, sampled.samples_ns.length], [3, [digest], 3]);
      assert.equal(sampled.samples_ns.reduce((sum, time) => sum + time, 0), sampled.total_ns);
      if (workload === 'timer') assert.ok(Math.min(...sampled.samples_ns) >= 3_000_000 * (JOBS / width));
      assert.ok(Object.values(sampled.usage).every((amount) => Number.isInteger(amount) && amount >= 0));

      const probed = await ask({ do: 'probe' });
      assert.equal(probed.digest, digest);
      assert.equal(probed.jobs.tasks?.count, model === 'async task' ? JOBS : undefined);
      assert.ok(probed.jobs.response.max_ns <= probed.wall_ns);
      assert.deepEqual(probed.timeline.jobs.map((ran) => ran.job), answers.map((_, job) => job));
      for (const { start_ns, end_ns, waits_ns } of probed.timeline.jobs) {
        const order = [start_ns, ...waits_ns.flat(), end_ns];
        assert.deepEqual(order, order.toSorted((one, other) => one - other));
      }
      assert.deepEqual(await standStill(ask, width), { reply: 'stood', digest });
      assert.deepEqual((await ask({ do: 'answers' })).answers, answers.map(hex));
      assert.equal(Object.values((await ask({ do: 'usage' })).usage).join(), '0,0,0,0,0,0');
      assert.equal(server.connections(), opened, 'no batch opened a connection');
      assert.equal(server.requests(), asks ? opened + 5 * JOBS : 0);
      assert.equal(await end(), 0);
    });
  }
}

test('a slot has one job at a time', async () => {
  const { ask, end } = start();
  server.reset();
  const narrow = { concurrency: 2 };
  assert.equal((await ask(open('tcp', 'node-loop', narrow))).in_flight, JOBS);
  assert.deepEqual((await ask({ do: 'sample', times: 1 })).digests, [digestOf([0, 1, 2, 3, 4, 5].map(body))]);
  assert.equal(server.connections(), 2);
  assert.equal(await end(), 0);
});

const FAILURES = [
  ['a newer protocol', { protocol: 2 }, /speaks version 1 of the lane protocol, and its driver version 2/],
  ['a cold cell', { cold: true }, /^cannot open `http\/node-loop\/6`: the executors of this lane have no cold form/],
  ['an unknown executor', { executor: 'threads' }, /has no executor `threads`/],
  ['too large a pool', { executor: 'node-workers', jobs: 300, concurrency: 300 }, /300 workers would take about 3 GB/],
  ['an unknown workload', { workload: 'db' }, /has no workload `db`/],
];
for (const [what, more, message] of FAILURES) {
  test(`${what} is refused`, async () => {
    const { lane, ask } = start();
    const failed = await ask(open('http', 'node-loop', more));
    assert.equal(failed.reply, 'failed');
    assert.match(failed.message, message);
    assert.equal(lane.exitCode ?? (await once(lane, 'exit'))[0], 1);
  });
}

for (const workload of ['tcp', 'http']) {
  for (const [what, cause] of [['status', 'answered with status 500'], ['short', '']]) {
    test(`another ${what} is a failure of a ${workload} job that names its URL`, async () => {
      const { ask } = start();
      await ask(open(workload, 'node-workers'));
      server.fail = what;
      const failed = await ask({ do: 'sample', times: 1 });
      server.fail = undefined;
      assert.ok(failed.message.startsWith(`cannot GET \`http://${server.address}/get?key=`), failed.message);
      assert.ok(failed.message.includes(cause), failed.message);
    });
  }
}

test('files never have a name, so that a lane that dies leaves none', async () => {
  const files = await workloads.file.clients({}, 2);
  for (const file of files) {
    assert.doesNotMatch(await readlink(`/proc/self/fd/${file.fd}`), /fairlane/);
    await file.close();
  }
});

test('`--check` names the runtime', async () => {
  const { lane } = start('--check');
  const [line] = await once(createInterface({ input: lane.stdout }), 'line');
  assert.equal(line, `Node ${process.versions.node}`);
});
