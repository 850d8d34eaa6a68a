package main

// The two ways to GET: `net/http`, and a plain socket. Both demand status 200 and a content-length. Must not know what the
// bytes mean.

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// whole is the body of an answer, all of it.
func whole(answer *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered with status %d", answer.StatusCode)
	}
	if answer.ContentLength < 0 {
		return nil, errors.New("answered without a content-length")
	}
	return io.ReadAll(answer.Body)
}

func explained(server, path string, body []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("cannot GET `http://%s%s`: %w", server, path, err)
	}
	return body, nil
}

// clients are slots that share one HTTP client, with a connection for each of them.
func clients(server string, path func(job int) string) func(count int) ([]slot, error) {
	return func(count int) ([]slot, error) {
		client := &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: count, MaxConnsPerHost: count, DisableCompression: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		get := func(path string) (*http.Response, error) {
			answer, err := client.Get("http://" + server + path)
			if cause := errors.Unwrap(err); cause != nil {
				err = cause // without the URL, which `explained` has
			}
			return answer, err
		}
		slots, err := each(func() (slot, error) {
			return func(job int) ([]byte, error) {
				body, err := whole(get(path(job)))
				return explained(server, path(job), body, err)
			}, nil
		})(count)
		return slots, errors.Join(err, warmUp(server, count, get))
	}
}

// warmUp opens all connections: no answer is read before all have come, so that each has a connection of its own.
func warmUp(server string, count int, get func(path string) (*http.Response, error)) (err error) {
	const path = "/get?key=0&delay_ns=0&bytes=1"
	for range count {
		answer, refused := get(path)
		defer func() {
			_, flaw := whole(answer, refused)
			if _, flaw = explained(server, path, nil, flaw); flaw != nil {
				err = flaw
			}
		}()
	}
	return nil
}

// sockets are slots with a plain socket each.
func sockets(server string, path func(job int) string) func(count int) ([]slot, error) {
	return each(func() (slot, error) {
		socket, err := net.Dial("tcp", server)
		if err != nil {
			return nil, fmt.Errorf("cannot connect to `%s`: %w", server, err)
		}
		received := bufio.NewReader(socket)
		get := func(path string) ([]byte, error) {
			fmt.Fprintf(socket, "GET %s HTTP/1.1\r\nhost: %s\r\n\r\n", path, server)
			body, err := whole(http.ReadResponse(received, nil))
			return explained(server, path, body, err)
		}
		_, err = get("/get?key=0&delay_ns=0&bytes=0")
		return func(job int) ([]byte, error) { return get(path(job)) }, err
	})
}
