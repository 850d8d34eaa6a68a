// What is wanted of a job besides its answer when the batch is not timed, and what a lane says of it. Must not know
// what a job does.
import { connect } from 'node:net';
import process from 'node:process';

/** The monotonic clock in nanoseconds, the same in all threads. */
export const now = () => Number(process.hrtime.bigint());

/** Notes when a job was handed over, began, waited, had what it needs, and was done. */
export class Stamps {
  want = 'stamps';
  constructor(jobs) { this.notes = Array.from({ length: jobs }, () => ({ worker: 0 })); }
  at(job, step) { this.notes[job][step] = now(); }
}

/** Joins a standstill: a job that has what it needs writes a byte and waits for the end of the stream. */
export class Standstill {
  want = 'standstill';

  constructor(name) {
    this.socket = connect({ path: `\0${name}` }).resume();
    this.over = new Promise((resolve) => this.socket.on('error', resolve).on('end', resolve));
  }

  at(job, step) {
    if (step === 'ready' && this.socket.writable) this.socket.write('.');
    return step === 'ready' ? this.over : undefined;
  }

  leave() { this.socket.destroy(); }
}

/** What the reply to `probe` says of the jobs of a batch that began at `start`. */
export function summary(notes, start, areTasks) {
  const latencies = notes.map((note) => note.done - note.begun);
  const held = notes.map(({ begun, waits = begun, ready, done }) => Math.max(waits - begun, done - ready));
  const jobs = {
    in_flight_ns: latencies.reduce((sum, time) => sum + time, 0),
    latency: quantiles(latencies),
    response: quantiles(notes.map((note) => note.done - start)),
    tasks: areTasks ? { count: notes.length, poll_p50_ns: quantiles(held).p50_ns } : null,
  };
  return { jobs, timeline: { jobs: timeline(notes, start) } };
}

/** By nearest rank. */
function quantiles(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const rank = (percent) => sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1];
  return { p50_ns: rank(50), p90_ns: rank(90), p99_ns: rank(99), max_ns: rank(100) };
}

/** At most 64 jobs, evenly chosen. Workers are numbered in the order in which they began one of these. */
function timeline(notes, zero) {
  const kept = Math.min(notes.length, 64);
  const jobs = Array.from({ length: kept }, (_, at) => Math.floor((at * (notes.length - 1)) / Math.max(1, kept - 1)));
  const began = jobs.map((job) => notes[job]).sort((one, other) => one.begun - other.begun);
  const workers = [...new Set(began.map((note) => note.worker))];
  return jobs.map((job) => {
    const { worker, handed = zero, begun, waits, ready, done } = notes[job];
    const waits_ns = waits ? [[waits - zero, ready - zero]] : [];
    const times = { handed_ns: handed - zero, start_ns: begun - zero, end_ns: done - zero, waits_ns };
    return { job, worker: workers.indexOf(worker), ...times };
  });
}
