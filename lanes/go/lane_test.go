package main

// Whole dialogues with the lane, for every executor and workload: `go test`.

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryWorkloadUnderEveryExecutor(t *testing.T) {
	server := startServer(t)
	for executor, about := range executors {
		width := jobs
		if about.oneJob {
			width = 1
		}
		for workload, answer := range known {
			t.Run(workload+" "+executor, func(t *testing.T) { dialogue(t, server, workload, executor, width, answer) })
		}
	}
}

func dialogue(t *testing.T, server *server, workload, executor string, width int, answer func(int) uint64) {
	answers := make([]uint64, jobs)
	for job := range answers {
		answers[job] = answer(job)
	}
	digest, asks := digestOf(answers), slices.Contains([]string{"tcp", "http", "crawl"}, workload)
	server.connections.Store(0)
	server.requests.Store(0)
	lane := start(t)
	opened := lane.ask(opening(server.address, workload, executor))
	equal(t, opened["reply"], "ready")
	equal(t, opened["model"], executors[executor].model)
	equal(t, opened["in_flight"], width)
	equal(t, opened["hash"], "crc32")
	slots := 0
	if asks {
		slots = width
	}
	equal(t, server.connections.Load(), slots)
	equal(t, server.requests.Load(), slots)

	sampled := lane.ask(reply{"do": "sample", "times": 3})
	equal(t, sampled["digests"], []string{digest})
	equal(t, sampled["count"], 3)
	sum := 0.0
	for _, one := range sampled["samples_ns"].([]any) {
		sum += one.(float64)
	}
	equal(t, sampled["total_ns"], sum)
	if workload == "timer" && sum < 3*3e6*float64(jobs/width) {
		t.Errorf("timers took only %v ns", sum)
	}

	probed := lane.ask(reply{"do": "probe"})
	equal(t, probed["digest"], digest)
	summed := probed["jobs"].(map[string]any)
	equal(t, summed["tasks"] != nil, executors[executor].model == "async task")
	for job, row := range probed["timeline"].(map[string]any)["jobs"].([]any) {
		ran := row.(map[string]any)
		equal(t, ran["job"], job)
		if ran["handed_ns"].(float64) > ran["start_ns"].(float64) || ran["start_ns"].(float64) > ran["end_ns"].(float64) {
			t.Errorf("job %d is out of order: %v", job, ran)
		}
	}
	standing, processes, stood := standStill(lane, width)
	equal(t, []int64{standing, processes}, []int{width, 1})
	equal(t, stood, reply{"reply": "stood", "digest": digest})
	equal(t, lane.ask(reply{"do": "answers"})["answers"], hex(answers))
	equal(t, lane.ask(reply{"do": "usage"})["usage"], usage{}.report())
	equal(t, server.connections.Load(), slots)
	if asks {
		equal(t, server.requests.Load(), slots+5*jobs)
	}
	equal(t, lane.end(), 0)
}

func TestAJobThatWaitsBorrowsASlot(t *testing.T) {
	server := startServer(t)
	for _, workload := range []string{"tcp", "http"} {
		server.connections.Store(0)
		lane, request := start(t), opening(server.address, workload, "go-goroutines")
		request["concurrency"] = 2
		equal(t, lane.ask(request)["in_flight"], jobs)
		equal(t, lane.ask(reply{"do": "sample", "times": 9})["count"], 9)
		equal(t, server.connections.Load(), 2)
		equal(t, lane.end(), 0)
	}
}

func TestFailures(t *testing.T) {
	server := startServer(t)
	for _, one := range []struct {
		key   string
		value any
		cause string
	}{
		{"protocol", 2, "this lane speaks version 1 of the lane protocol, and its driver version 2"},
		{"cold", true, "the executors of this lane have no cold form"},
		{"executor", "threads", "this lane has no executor `threads`"},
		{"workload", "db", "this lane has no workload `db`"},
	} {
		lane, request := start(t), opening(server.address, "http", "go-goroutines")
		request[one.key] = one.value
		equal(t, lane.ask(request), reply{"reply": "failed", "message": "cannot open `http/go-goroutines/6`: " + one.cause})
		equal(t, lane.end(), 1)
	}
	for _, workload := range []string{"tcp", "http"} {
		for _, mode := range []string{"status", "short"} {
			server.mode.Store("")
			lane := start(t)
			lane.ask(opening(server.address, workload, "go-goroutines"))
			server.mode.Store(mode)
			message := lane.ask(reply{"do": "sample", "times": 1})["message"].(string)
			if !strings.HasPrefix(message, "cannot GET `http://"+server.address+"/get?key=") {
				t.Errorf("%s, %s: %s", workload, mode, message)
			}
			equal(t, lane.end(), 1)
		}
	}
}
