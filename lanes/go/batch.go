package main

// The jobs of a cell, and the slots that they wait with. Must not know executors.

import "sync"

// work is what the jobs do: they wait, with a slot if `open` makes any, and compute their answer of what came.
type work struct {
	open    func(count int) ([]slot, error)
	wait    slot
	compute func(job int, got []byte) (uint64, error)
}

// A slot has what a job waits with, a connection for example. It gives what the job waited for.
type slot func(job int) ([]byte, error)

type batch struct {
	work
	jobs  int
	free  chan slot
	watch func(job int, at step) // nil while the batch is timed
	once  sync.Once
	err   error // the first
}

// A step of a job: it is handed over, begins, has what it needs, and is done.
type step int

const (
	handed step = iota
	begun
	ready
	done
)

func newBatch(todo work, jobs, concurrency int) (*batch, error) {
	b := &batch{work: todo, jobs: jobs}
	if b.open == nil {
		return b, nil
	}
	slots, err := b.open(min(concurrency, jobs))
	b.free = make(chan slot, len(slots))
	for _, one := range slots {
		b.free <- one
	}
	return b, err
}

func (b *batch) waits() bool { return b.wait != nil || b.free != nil }

// do is a job from its beginning to its answer.
func (b *batch) do(job int) uint64 {
	got, err := b.get(job)
	var answer uint64
	if err == nil {
		b.at(job, ready)
		answer, err = b.compute(job, got)
		b.at(job, done)
	}
	if err != nil {
		b.once.Do(func() { b.err = err })
	}
	return answer
}

// get waits for what the job needs.
func (b *batch) get(job int) ([]byte, error) {
	wait := b.wait
	if b.free != nil {
		wait = <-b.free
		defer func() { b.free <- wait }()
	}
	b.at(job, begun)
	if wait == nil {
		return nil, nil
	}
	return wait(job)
}

func (b *batch) at(job int, step step) {
	if b.watch != nil {
		b.watch(job, step)
	}
}
