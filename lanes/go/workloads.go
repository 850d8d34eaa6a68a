package main

// What the jobs do. What is known ahead of the clock is made when the lane opens. Must not know executors.

import (
	"fmt"
	"hash/crc32"
	"os"
	"time"
)

const (
	images  = 4
	written = 16 << 10
)

// workOf is without `compute` if this lane does not know the workload.
func workOf(asked request) (w work) {
	p, side := asked.Parameters, asked.Parameters.SidePixels
	path := func(job int) string {
		return fmt.Sprintf("/get?key=%d&delay_ns=%d&bytes=%d", job, p.DelayNs, p.BodyBytes)
	}
	hash := func(_ int, got []byte) (uint64, error) { return uint64(crc32.ChecksumIEEE(got)), nil }
	switch asked.Workload {
	case "noop":
		w.compute = func(int, []byte) (uint64, error) { return 0x6e6f6f70, nil }
	case "timer":
		w.wait = func(int) ([]byte, error) { time.Sleep(time.Duration(p.DelayNs)); return nil, nil }
		w.compute = func(job int, _ []byte) (uint64, error) { return uint64(job), nil }
	case "tcp":
		w.open, w.compute = sockets(asked.Server, path), hash
	case "http":
		w.open, w.compute = clients(asked.Server, path), hash
	case "file":
		w.open, w.compute = files(bodies(asked.Jobs, p.BodyBytes)), hash
	case "primes":
		w.compute = func(int, []byte) (uint64, error) { return primesBelow(p.Bound), nil }
	case "blur":
		pictures := bodies(images, side*side)
		w.compute = func(job int, _ []byte) (uint64, error) { return hash(job, blurred(pictures[job%images], side)) }
	case "crawl":
		w.open = clients(asked.Server, func(job int) string {
			return fmt.Sprintf("/image/%d?key=%d&delay_ns=%d&bytes=0", side, job%images, p.DelayNs)
		})
		w.compute = func(job int, file []byte) (uint64, error) {
			pixels, err := decoded(file, side)
			if err != nil {
				return 0, err
			}
			return hash(job, blurred(pixels, side))
		}
	}
	return w
}

func primesBelow(bound int) (count uint64) {
	if bound > 2 {
		count = 1
	}
	for odd := 3; odd < bound; odd += 2 {
		if isPrime(odd) {
			count++
		}
	}
	return count
}

func isPrime(odd int) bool {
	for divisor := 3; divisor*divisor <= odd; divisor += 2 {
		if odd%divisor == 0 {
			return false
		}
	}
	return true
}

// files are slots with a file each that has no name any more: a lane that is killed leaves nothing.
func files(contents [][]byte) func(int) ([]slot, error) {
	failed := func(err error) error {
		return fmt.Errorf("cannot write, sync and read back a file in `%s`: %w", os.TempDir(), err)
	}
	return each(func() (slot, error) {
		file, err := os.CreateTemp("", "fairlane-go-")
		if err != nil {
			return nil, failed(err)
		}
		roundTrip := func(content []byte) ([]byte, error) {
			file.WriteAt(content, 0) // if it fails, what is read back is wrong
			if err := file.Sync(); err != nil {
				return nil, failed(err)
			}
			back := make([]byte, len(content))
			if _, err := file.ReadAt(back, 0); err != nil {
				return nil, failed(err)
			}
			return back, nil
		}
		os.Remove(file.Name())
		_, err = roundTrip(make([]byte, written))
		return func(job int) ([]byte, error) { return roundTrip(contents[job]) }, err
	})
}

// each makes one slot after another.
func each(one func() (slot, error)) func(count int) ([]slot, error) {
	return func(count int) ([]slot, error) {
		slots := make([]slot, count)
		for at := range slots {
			var err error
			if slots[at], err = one(); err != nil {
				return nil, err
			}
		}
		return slots, nil
	}
}
