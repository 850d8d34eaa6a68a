// The three executors, each in its shortest form. `open` makes what is warm; the clock runs around `run`, which does
// every job once. Must not know what a job does.
import { Worker } from 'node:worker_threads';
import { now } from './notes.mjs';
import { openWork } from './workloads.mjs';

/** One job after another: the next one begins when this one has its answer. */
async function openSequential(cell) {
  const work = await openWork(cell, 1);
  async function run(watch) {
    const answers = [];
    for (let job = 0; job < cell.jobs; job++) answers.push(await work(job, watch));
    return answers;
  }
  return { run };
}

/** All jobs on one thread: each begins here, and goes on when the event loop has what it waits for. */
async function openLoop(cell) {
  const work = await openWork(cell, cell.concurrency);
  const jobs = Array.from({ length: cell.jobs }, (_, job) => job);
  return { run: (watch) => Promise.all(jobs.map((job) => work(job, watch))) };
}

const MOST_WORKERS = 256; // of about 10 MB each

/** A pool of threads, each with an engine of its own: a job and its answer cross as messages. */
async function openWorkers(cell) {
  if (cell.concurrency > MOST_WORKERS) {
    const cause = `${cell.concurrency} workers would take about ${cell.concurrency / 100} GB`;
    const help = `\`node-workers-w${MOST_WORKERS}\` has as many as this lane makes`;
    throw Object.assign(new Error(`cannot open \`${cell.cell}\`: ${cause}`), { help });
  }
  const workers = await Promise.all(Array.from({ length: cell.concurrency }, () => start(cell)));
  return { run: (watch) => new Promise((resolve, reject) => share(cell.jobs, workers, watch, resolve, reject)) };
}

function start(cell) {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: cell });
  return new Promise((resolve, reject) => {
    worker.fail = reject;
    worker.on('error', (cause) => worker.fail(cause));
    worker.once('message', () => resolve(worker));
  });
}

/** Each worker has one job at a time, and gets the next one when it answers. */
function share(jobs, workers, watch, resolve, reject) {
  const answers = new Array(jobs);
  let [handed, missing] = [0, jobs];
  const hand = (worker) => {
    watch?.at(handed, 'handed');
    worker.postMessage({ job: handed, want: watch?.want });
    handed += 1;
  };
  for (const worker of workers) {
    worker.fail = reject;
    worker.removeAllListeners('message').on('message', ({ stands, job, answer, note }) => {
      if (stands) return watch.at(job, 'ready').then(() => worker.postMessage({ goOn: true }));
      answers[job] = answer;
      if (watch?.notes) Object.assign(watch.notes[job], note, { worker: worker.threadId });
      missing -= 1;
      if (missing === 0) resolve(answers);
      return handed < jobs && hand(worker);
    });
    hand(worker);
  }
}

export const executors = {
  'node-sequential': { model: 'main thread', inFlight: () => 1, open: openSequential },
  'node-loop': { model: 'async task', inFlight: (cell) => cell.jobs, open: openLoop },
  'node-workers': { model: 'OS thread', inFlight: (cell) => cell.concurrency, open: openWorkers },
};
