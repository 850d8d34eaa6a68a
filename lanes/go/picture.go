package main

// The bytes of a key, and grey pictures: decoded from PNG, blurred. Must not know who asks for them.

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
)

var weights = [13]uint32{1, 2, 7, 16, 31, 45, 52, 45, 31, 16, 7, 2, 1}

const reach = len(weights) / 2

// body is the output of splitmix64 seeded with the key.
func body(key uint64, length int) []byte {
	var bytes []byte
	for len(bytes) < length {
		key += 0x9e3779b97f4a7c15
		mixed := (key ^ key>>30) * 0xbf58476d1ce4e5b9
		mixed = (mixed ^ mixed>>27) * 0x94d049bb133111eb
		bytes = binary.LittleEndian.AppendUint64(bytes, mixed^mixed>>31)
	}
	return bytes[:length]
}

// bodies are those of the keys from 0.
func bodies(count, length int) [][]byte {
	all := make([][]byte, count)
	for key := range all {
		all[key] = body(uint64(key), length)
	}
	return all
}

// blurred has for each pixel the weighted sum of its neighbours: rows first, then columns; rounded once, at the end.
func blurred(pixels []byte, side int) []byte {
	across, padded := make([]uint16, side*side), make([]byte, side+2*reach)
	for row := 0; row < side*side; row += side {
		for at := range reach {
			padded[at], padded[reach+side+at] = pixels[row], pixels[row+side-1]
		}
		copy(padded[reach:], pixels[row:row+side])
		for x := range side {
			sum := uint32(0)
			for near, pixel := range padded[x : x+len(weights)] {
				sum += uint32(pixel) * weights[near]
			}
			across[row+x] = uint16(sum)
		}
	}
	result, sums := make([]byte, side*side), make([]uint32, side)
	for y := range side {
		for x := range sums {
			sums[x] = 1 << 15
		}
		for near, weight := range weights {
			row := min(max(y+near-reach, 0), side-1) * side
			for x, pixel := range across[row : row+side] {
				sums[x] += uint32(pixel) * weight
			}
		}
		for x, sum := range sums {
			result[y*side+x] = byte(sum >> 16)
		}
	}
	return result
}

// decoded has the pixels of a square grey PNG.
func decoded(file []byte, side int) ([]byte, error) {
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("cannot decode a PNG: %w", err)
	}
	grey, is := picture.(*image.Gray)
	if !is || grey.Rect.Dx() != side || grey.Rect.Dy() != side {
		return nil, fmt.Errorf("cannot decode a PNG: it is not grey with %d x %d pixels", side, side)
	}
	return grey.Pix, nil
}
