package simulator

import (
	"math/rand/v2"

	"passbook/internal/book"
)

// dice are the one source of chance in a life. They give the same throws on every machine: products are rounded on
// their own, so that none is fused with a sum, and no logarithm is taken.
type dice struct{ pcg rand.PCG }

// The uses that dice are thrown for. Each has throws of its own, so that asking who a client is never changes what
// happens to them.
const (
	forHead uint64 = iota + 1
	forFace
	forLife
	forFirm
	forID
)

func newDice(seed, use, index uint64) dice {
	var d dice
	d.pcg.Seed(mix(seed^mix(use)), mix(index+use<<48))
	return d
}

// mix spreads the bits of a number over all of it.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// u is from 0 to below 1.
func (d *dice) u() float64 { return float64(d.pcg.Uint64()>>11) / (1 << 53) }

// n is from 0 to n-1.
func (d *dice) n(n int) int { return int(d.pcg.Uint64()>>33) % n }

func (d *dice) chance(p float64) bool { return d.u() < p }

func (d *dice) between(lo, hi float64) float64 { return lo + float64((hi-lo)*d.u()) }

// wait is a time around a mean, from nothing to twice of it, mostly near.
func (d *dice) wait(mean float64) float64 { return float64(mean * (d.u() + d.u())) }

// weighted picks an index by weight.
func (d *dice) weighted(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	at := d.n(sum)
	for i, w := range weights {
		if at < w {
			return i
		}
		at -= w
	}
	return len(weights) - 1
}

func pick[T any](d *dice, from []T) T { return from[d.n(len(from))] }

// days is a number of days as a difference of instants, to the second.
func days(n float64) book.Instant {
	const second = 1_000_000
	return book.Instant(float64(n*86400)) * second
}
