package main

// The executors, each in its shortest form: it does every job of a batch once. Must not know what a job does.

import "sync"

type executor struct {
	model           string
	oneJob, oneCore bool // at most one job in flight; one core to compute on
	run             func(*batch) []uint64
}

var executors = map[string]executor{
	"go-sequential":   {model: "main thread", oneJob: true, run: sequential},
	"go-goroutines":   {model: "async task", run: goroutines},
	"go-goroutines-1": {model: "async task", oneCore: true, run: goroutines},
}

// sequential does one job after another.
func sequential(b *batch) []uint64 {
	answers := make([]uint64, b.jobs)
	for job := range answers {
		answers[job] = b.do(job)
	}
	return answers
}

// goroutines starts one for each job and waits for all of them.
func goroutines(b *batch) []uint64 {
	answers := make([]uint64, b.jobs)
	var all sync.WaitGroup
	for job := range answers {
		b.at(job, handed)
		all.Add(1)
		go func() {
			defer all.Done()
			answers[job] = b.do(job)
		}()
	}
	all.Wait()
	return answers
}
