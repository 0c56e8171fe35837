package api

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"passbook/internal/book"
	"passbook/internal/limit"
	"passbook/internal/problem"
)

// Rate is how many requests a token may make: so many a second on the long run, and as many as Burst at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// take uses up a request of a token, or says by Retry-After when there is one again.
func (s *Server) take(w http.ResponseWriter, token book.ID) error {
	if s.Rate.PerSecond <= 0 {
		return nil
	}
	rate := limit.Rate{Burst: float64(max(s.Rate.Burst, 1)), Pause: max(1, time.Duration(float64(time.Second)/s.Rate.PerSecond))}
	wait := s.asked.Take(s.Teller.Now().Time(), limit.Ask{Key: string(token), Rate: rate})
	if wait == 0 {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return problem.New(http.StatusTooManyRequests, "this token asks too often; wait as long as Retry-After says, and send many entries by entries:batch")
}
