package main

// An open lane: it runs its batch on request. The clock is read around one run of the executor and nowhere else. Must not
// know what a job does.

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"runtime"
	"slices"
	"time"
)

const (
	protocol    = 1
	mostSamples = 1_000
)

var zero = time.Now()

// now is the monotonic clock in nanoseconds.
func now() int64 { return int64(time.Since(zero)) }

type lane struct {
	executor executor
	batch    *batch
	shown    []uint64 // the answers of a batch whose digest was new
}

func (l *lane) open(asked request) (reply, error) {
	found, todo := executors[asked.Executor], workOf(asked)
	cause := ""
	switch {
	case asked.Protocol > protocol:
		text := "this lane speaks version %d of the lane protocol, and its driver version %d"
		cause = fmt.Sprintf(text, protocol, asked.Protocol)
	case asked.Cold:
		cause = "the executors of this lane have no cold form"
	case found.run == nil:
		cause = fmt.Sprintf("this lane has no executor `%s`", asked.Executor)
	case todo.compute == nil:
		cause = fmt.Sprintf("this lane has no workload `%s`", asked.Workload)
	}
	if cause != "" {
		return nil, fmt.Errorf("cannot open `%s`: %s", asked.Cell, cause)
	}
	inFlight := asked.Jobs
	if found.oneJob {
		inFlight, asked.Concurrency = 1, 1
	}
	if found.oneCore {
		asked.Cores = 1
	}
	runtime.GOMAXPROCS(asked.Cores)
	var err error
	l.executor = found
	l.batch, err = newBatch(todo, asked.Jobs, asked.Concurrency)
	return reply{
		"reply": "ready", "protocol": protocol, "language": "Go", "runtime": goVersion, "model": found.model,
		"in_flight": inFlight, "hash": "crc32", "keeps_connections": true, "warm_up_ms": 0,
	}, err
}

// run does every job once.
func (l *lane) run(watch func(job int, at step)) ([]uint64, error) {
	l.batch.watch = watch
	answers := l.executor.run(l.batch)
	return answers, l.batch.err
}

func (l *lane) sample(times int) (reply, error) {
	samples, digests, total := []int64{}, []string{}, int64(0)
	before, began := usedSoFar(), now()
	for range times {
		start := now()
		answers, err := l.run(nil)
		took := now() - start
		if err != nil {
			return nil, err
		}
		total += took
		if len(samples) < mostSamples {
			samples = append(samples, took)
		}
		if digest := digestOf(answers); !slices.Contains(digests, digest) {
			digests, l.shown = append(digests, digest), answers
		}
	}
	used := usedSoFar().since(before)
	// Between the batches this goroutine alone made digests: that cost is not theirs.
	used[0] = max(0, used[0]-(now()-began-total))
	return reply{
		"reply": "sampled", "count": times, "total_ns": total, "samples_ns": samples, "digests": digests,
		"usage": used.report(),
	}, nil
}

func (l *lane) probe() (reply, error) {
	notes := make([]note, l.batch.jobs)
	before, start := usedSoFar(), now()
	answers, err := l.run(func(job int, at step) { notes[job].add(at) })
	wall, used := now()-start, usedSoFar().since(before)
	if err != nil {
		return nil, err
	}
	return reply{
		"reply": "probed", "wall_ns": wall, "jobs": summary(notes, start, l.executor.model == "async task"),
		"timeline": reply{"jobs": timeline(notes, start, l.batch.waits())}, "usage": used.report(), "digest": digestOf(answers),
	}, nil
}

func (l *lane) standStill(name string) (reply, error) {
	stand, leave := join(name)
	defer leave()
	answers, err := l.run(func(_ int, at step) {
		if at == ready {
			stand()
		}
	})
	return reply{"reply": "stood", "digest": digestOf(answers)}, err
}

func digestOf(answers []uint64) string {
	var bytes []byte
	for _, answer := range answers {
		bytes = binary.LittleEndian.AppendUint64(bytes, answer)
	}
	return hex([]uint64{uint64(crc32.ChecksumIEEE(bytes))})[0]
}

func hex(numbers []uint64) []string {
	texts := make([]string, len(numbers))
	for at, number := range numbers {
		texts[at] = fmt.Sprintf("%016x", number)
	}
	return texts
}
