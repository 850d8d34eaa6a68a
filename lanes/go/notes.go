package main

// What a lane says of a batch besides its answers and times: when its jobs ran, and what they used; and where they stand
// still. Must not know what a job does.

import (
	"io"
	"net"
	"slices"
	"syscall"
)

const mostKept = 64

// A note has when a job made its steps, and on which thread it began.
type note struct {
	times  [4]int64
	thread int
}

func (n *note) add(at step) {
	n.times[at] = now()
	if at == begun {
		n.thread = syscall.Gettid()
	}
}

// summary is what the reply to `probe` says of the jobs of a batch that began at `start`.
func summary(notes []note, start int64, areTasks bool) reply {
	var latency, response, computing []int64
	var inFlight int64
	for _, n := range notes {
		took := n.times[done] - n.times[begun]
		inFlight += took
		latency, response = append(latency, took), append(response, n.times[done]-start)
		computing = append(computing, n.times[done]-n.times[ready])
	}
	var tasks reply
	if areTasks {
		tasks = reply{"count": len(notes), "poll_p50_ns": quantiles(computing)["p50_ns"]}
	}
	return reply{
		"in_flight_ns": inFlight, "latency": quantiles(latency), "response": quantiles(response), "tasks": tasks,
	}
}

// quantiles are by nearest rank.
func quantiles(times []int64) reply {
	slices.Sort(times)
	rank := func(percent int) int64 { return times[max(1, (len(times)*percent+99)/100)-1] }
	return reply{"p50_ns": rank(50), "p90_ns": rank(90), "p99_ns": rank(99), "max_ns": rank(100)}
}

// timeline has at most 64 jobs, evenly chosen. Threads are numbered in the order in which they began one of these.
func timeline(notes []note, start int64, wait bool) []reply {
	kept := min(len(notes), mostKept)
	chosen := make([]int, kept)
	for at := range chosen {
		chosen[at] = at * (len(notes) - 1) / max(1, kept-1)
	}
	began, workers := slices.Clone(chosen), []int{}
	slices.SortFunc(began, func(a, b int) int { return int(notes[a].times[begun] - notes[b].times[begun]) })
	for _, job := range began {
		if !slices.Contains(workers, notes[job].thread) {
			workers = append(workers, notes[job].thread)
		}
	}
	rows := make([]reply, kept)
	for at, job := range chosen {
		after := func(at step) int64 { return max(0, notes[job].times[at]-start) }
		rows[at] = reply{
			"job": job, "worker": slices.Index(workers, notes[job].thread), "handed_ns": after(handed),
			"start_ns": after(begun), "end_ns": after(done),
		}
		if wait {
			rows[at]["waits_ns"] = [][2]int64{{after(begun), after(ready)}}
		}
	}
	return rows
}

// usage is what this process used, with all its threads, in the order of `report`.
type usage [6]int64

func usedSoFar() usage {
	var so syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &so)
	return usage{so.Utime.Nano(), so.Stime.Nano(), so.Nvcsw, so.Nivcsw, so.Minflt, so.Majflt}
}

func (u usage) since(before usage) usage {
	for at := range u {
		u[at] -= before[at]
	}
	return u
}

func (u usage) report() reply {
	return reply{
		"cpu_user_ns": u[0], "cpu_sys_ns": u[1], "switches_voluntary": u[2], "switches_involuntary": u[3],
		"faults_minor": u[4], "faults_major": u[5],
	}
}

// join joins the standstill: a job that stands writes a byte, and goes on when the stream ends or there is none.
func join(name string) (stand, leave func()) {
	stream, err := net.Dial("unix", "@"+name)
	if err != nil {
		return func() {}, func() {}
	}
	over := make(chan struct{})
	go func() {
		io.Copy(io.Discard, stream)
		close(over)
	}()
	return func() {
		stream.Write([]byte{1})
		<-over
	}, func() { stream.Close() }
}
