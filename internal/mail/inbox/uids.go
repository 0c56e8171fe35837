package inbox

import (
	"encoding/json"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// uids is a set of a server's numbers for letters, as ranges that ascend and do not touch.
type uids struct{ runs [][2]uint32 }

// has says whether a number is in it.
func (s *uids) has(n uint32) bool {
	_, found := slices.BinarySearchFunc(s.runs, n, func(r [2]uint32, n uint32) int {
		switch {
		case r[1] < n:
			return -1
		case r[0] > n:
			return 1
		}
		return 0
	})
	return found
}

// add puts a run of numbers in.
func (s *uids) add(from, to uint32) {
	if from == 0 || to < from {
		return
	}
	if last := len(s.runs) - 1; last >= 0 && from >= s.runs[last][0] && from-1 <= s.runs[last][1] { // as mostly, at the end
		s.runs[last][1] = max(s.runs[last][1], to)
		return
	}
	i, _ := slices.BinarySearchFunc(s.runs, from, func(r [2]uint32, n uint32) int { // the first run that reaches from, or touches it
		if r[1] < n-1 {
			return -1
		}
		return 1
	})
	j := i
	for j < len(s.runs) && s.runs[j][0]-1 <= to {
		from, to = min(from, s.runs[j][0]), max(to, s.runs[j][1])
		j++
	}
	s.runs = slices.Replace(s.runs, i, j, [2]uint32{from, to})
}

// join puts all of another set in.
func (s *uids) join(o *uids) {
	for _, r := range o.runs {
		s.add(r[0], r[1])
	}
}

// less is what is in s and not in o.
func (s *uids) less(o *uids) uids {
	var out uids
	j := 0
	for _, r := range s.runs {
		from := r[0]
		for ; j < len(o.runs) && o.runs[j][1] < from; j++ {
		}
		for k := j; k < len(o.runs) && o.runs[k][0] <= r[1]; k++ {
			if o.runs[k][0] > from {
				out.add(from, o.runs[k][0]-1)
			}
			if o.runs[k][1] >= r[1] {
				from = 0
				break
			}
			from = o.runs[k][1] + 1
		}
		if from != 0 {
			out.add(from, r[1])
		}
	}
	return out
}

// count is how many numbers are in it.
func (s *uids) count() int {
	n := 0
	for _, r := range s.runs {
		n += int(r[1]-r[0]) + 1
	}
	return n
}

// first takes the first numbers of it, at most as many as that.
func (s *uids) first(most int) (out uids) {
	for _, r := range s.runs {
		n := int(r[1]-r[0]) + 1
		if n > most {
			r[1] = r[0] + uint32(most) - 1
			n = most
		}
		if most -= n; n > 0 {
			out.runs = append(out.runs, r)
		}
		if most <= 0 {
			break
		}
	}
	return out
}

// last is the highest number; 0 when there is none.
func (s *uids) last() uint32 {
	if len(s.runs) == 0 {
		return 0
	}
	return s.runs[len(s.runs)-1][1]
}

// set is the set as the server is asked by it.
func (s *uids) set() imap.UIDSet {
	out := make(imap.UIDSet, 0, len(s.runs))
	for _, r := range s.runs {
		out = append(out, imap.UIDRange{Start: imap.UID(r[0]), Stop: imap.UID(r[1])})
	}
	return out
}

// MarshalJSON writes the runs, as [[1,7],[9,9]].
func (s uids) MarshalJSON() ([]byte, error) {
	if s.runs == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(s.runs)
}

// UnmarshalJSON reads them back.
func (s *uids) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &s.runs) }
