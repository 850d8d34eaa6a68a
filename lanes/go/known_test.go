package main

// A mock server that counts what reaches it, and the right answers by other ways than the lane's.

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

var known = map[string]func(job int) uint64{
	"noop":   func(int) uint64 { return 0x6e6f6f70 },
	"timer":  func(job int) uint64 { return uint64(job) },
	"tcp":    knownBody,
	"http":   knownBody,
	"file":   knownBody,
	"primes": func(int) uint64 { return primesBySieve(1_000) },
	"blur":   knownImage,
	"crawl":  knownImage,
}

func knownBody(job int) uint64 { return uint64(crc32.ChecksumIEEE(body(uint64(job), 100))) }

func knownImage(job int) uint64 {
	return uint64(crc32.ChecksumIEEE(blurredAtOnce(body(uint64(job%4), 400), 20)))
}

func primesBySieve(bound int) (count uint64) {
	composite := make([]bool, bound)
	for number := 2; number < bound; number++ {
		if composite[number] {
			continue
		}
		count++
		for multiple := number * number; multiple < bound; multiple += number {
			composite[multiple] = true
		}
	}
	return count
}

// blurredAtOnce makes each pixel of all its 13 x 13 neighbours.
func blurredAtOnce(pixels []byte, side int) []byte {
	result := make([]byte, len(pixels))
	for at := range pixels {
		sum := 32_768
		for dy, down := range weights {
			for dx, across := range weights {
				row := min(max(at/side+dy-6, 0), side-1)
				column := min(max(at%side+dx-6, 0), side-1)
				sum += int(down*across) * int(pixels[row*side+column])
			}
		}
		result[at] = byte(sum / 65_536)
	}
	return result
}

func TestABodyIsThePublishedSequence(t *testing.T) {
	published := []string{"6457827717110365317", "3203168211198807973", "9817491932198370423"} // of seed 1234567
	for at, number := range published {
		word, _ := new(big.Int).SetString(number, 10)
		expected := word.FillBytes(make([]byte, 8)) // the highest byte first
		got := body(1_234_567, 24)[8*at : 8*at+8]
		for place := range got {
			if got[place] != expected[7-place] {
				t.Fatalf("word %d is %x in place of %x", at, got, expected)
			}
		}
	}
}

func TestPrimes(t *testing.T) {
	for _, bound := range []int{0, 2, 3, 4, 10, 25, 100_000} {
		if got, expected := primesBelow(bound), primesBySieve(bound); got != expected {
			t.Errorf("%d primes below %d in place of %d", got, bound, expected)
		}
	}
}

type server struct {
	address               string
	connections, requests atomic.Int64
	mode                  atomic.Value // "", "status" or "short"
}

func startServer(t *testing.T) *server {
	s := &server{}
	s.mode.Store("")
	handler := httptest.NewUnstartedServer(http.HandlerFunc(s.answer))
	handler.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	handler.Start()
	t.Cleanup(handler.Close)
	s.address = handler.Listener.Addr().String()
	return s
}

func (s *server) answer(to http.ResponseWriter, asked *http.Request) {
	s.requests.Add(1)
	number := func(key string) int {
		value, _ := strconv.Atoi(asked.URL.Query().Get(key))
		return value
	}
	time.Sleep(time.Duration(number("delay_ns")))
	content, side := body(uint64(number("key")), number("bytes")), 0
	if n, _ := fmt.Sscanf(asked.URL.Path, "/image/%d", &side); n == 1 {
		picture := &image.Gray{Pix: body(uint64(number("key")), side*side), Stride: side, Rect: image.Rect(0, 0, side, side)}
		var file bytes.Buffer
		png.Encode(&file, picture)
		content = file.Bytes()
	}
	to.Header().Set("Content-Length", strconv.Itoa(len(content)))
	switch s.mode.Load() {
	case "status":
		to.WriteHeader(http.StatusInternalServerError)
		to.Write(content)
	case "short":
		to.Write(content[1:])
		panic(http.ErrAbortHandler)
	default:
		to.Write(content)
	}
}
