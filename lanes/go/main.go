// A lane in Go: reads requests and writes replies as docs/LANES.md has them. This file must not know what a job does,
// nor how an executor runs it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
)

var goVersion = "Go " + strings.TrimPrefix(runtime.Version(), "go")

// A request of any kind: what it does not have is zero.
type request struct {
	Do          string `json:"do"`
	Protocol    int    `json:"protocol"`
	Cell        string `json:"cell"`
	Workload    string `json:"workload"`
	Executor    string `json:"executor"`
	Jobs        int    `json:"jobs"`
	Concurrency int    `json:"concurrency"`
	Cold        bool   `json:"cold"`
	Server      string `json:"server"`
	Cores       int    `json:"cores"`
	Times       int    `json:"times"`
	At          string `json:"at"`
	Parameters  struct {
		DelayNs    int64 `json:"delay_ns"`
		BodyBytes  int   `json:"body_bytes"`
		Bound      int   `json:"bound"`
		SidePixels int   `json:"side_pixels"`
	} `json:"parameters"`
}

type reply map[string]any

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--check" {
		fmt.Println(goVersion)
		return
	}
	lines, replies := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	for this := (&lane{}); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return // the end of input is the end of the lane
		}
		said, err := this.answer(line)
		if err != nil {
			replies.Encode(reply{"reply": "failed", "message": err.Error()})
			os.Exit(1)
		}
		replies.Encode(said)
	}
}

func (l *lane) answer(line []byte) (reply, error) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, fmt.Errorf("cannot understand a request: %w", err)
	}
	if isOpen := l.batch != nil; isOpen == (asked.Do == "open") {
		return nil, fmt.Errorf("cannot answer `%s`: `open` comes first, and only once", asked.Do)
	}
	switch asked.Do {
	case "open":
		return l.open(asked)
	case "sample":
		return l.sample(asked.Times)
	case "usage":
		return reply{"reply": "used", "usage": usage{}.report()}, nil // of worker processes: there are none
	case "probe":
		return l.probe()
	case "stand-still":
		return l.standStill(asked.At)
	case "answers":
		return reply{"reply": "answers", "answers": hex(l.shown)}, nil
	}
	return nil, fmt.Errorf("cannot answer `%s`: this lane does not know this request", asked.Do)
}
