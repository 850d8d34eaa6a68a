// A thread of `node-workers`: it has one client, and does one job after another, as the messages of the pool say.
import { parentPort, workerData } from 'node:worker_threads';
import { now } from './notes.mjs';
import { openWork } from './workloads.mjs';

const work = await openWork(workerData, 1);
let goOn;

function stand() {
  parentPort.postMessage({ stands: true });
  return new Promise((resolve) => { goOn = resolve; });
}

parentPort.on('message', async (message) => {
  if (message.goOn) return goOn();
  const { job, want } = message;
  const note = {};
  const stamps = { at(_, step) { note[step] = now(); } };
  const standstill = { at: (_, step) => (step === 'ready' ? stand() : undefined) };
  const answer = await work(job, { stamps, standstill }[want]);
  return parentPort.postMessage({ job, answer, note });
});
parentPort.postMessage('ready');
