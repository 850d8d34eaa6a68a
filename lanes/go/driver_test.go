package main

// The driver's side of a dialogue. The lane is this test's own program.

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("FAIRLANE_TEST_LANE") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

const jobs = 6

// A started lane.
type started struct {
	t       *testing.T
	process *exec.Cmd
	to      io.WriteCloser
	from    *bufio.Reader
}

func start(t *testing.T) *started {
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), "FAIRLANE_TEST_LANE=1")
	to, _ := process.StdinPipe()
	from, _ := process.StdoutPipe()
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	return &started{t, process, to, bufio.NewReader(from)}
}

func (s *started) ask(request any) (got reply) {
	s.t.Helper()
	json.NewEncoder(s.to).Encode(request)
	line, err := s.from.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &got)
	}
	if err != nil {
		s.t.Fatalf("no reply to %v: %v", request, err)
	}
	return got
}

func (s *started) end() int {
	s.to.Close()
	s.process.Wait()
	return s.process.ProcessState.ExitCode()
}

func opening(server, workload, executor string) reply {
	return reply{
		"do": "open", "protocol": 1, "cell": workload + "/" + executor + "/6", "workload": workload, "executor": executor,
		"parameters": reply{"delay_ns": 3_000_000, "body_bytes": 100, "bound": 1_000, "side_pixels": 20}, "jobs": jobs,
		"concurrency": jobs, "cold": false, "server": server, "scratch": nil, "cores": 2, "later": "ignored",
	}
}

// standStill lets jobs go on as soon as `width` of them stand.
func standStill(lane *started, width int) (standing, processes int64, stood reply) {
	name := fmt.Sprintf("fairlane-test-%d", os.Getpid())
	listener, err := net.Listen("unix", "@"+name)
	if err != nil {
		lane.t.Fatal(err)
	}
	defer listener.Close()
	var stand, joined atomic.Int64
	go func() {
		for {
			stream, err := listener.Accept()
			if err != nil {
				return
			}
			joined.Add(1)
			for one := make([]byte, 1); ; {
				if _, err := stream.Read(one); err != nil || stand.Add(1) == int64(width) {
					break
				}
			}
			stream.Close()
		}
	}()
	stood = lane.ask(reply{"do": "stand-still", "at": name})
	return stand.Load(), joined.Load(), stood
}

// equal compares what they are as JSON.
func equal(t *testing.T, got, expected any) {
	t.Helper()
	one, _ := json.Marshal(got)
	other, _ := json.Marshal(expected)
	if string(one) != string(other) {
		t.Errorf("got %s, expected %s", one, other)
	}
}
