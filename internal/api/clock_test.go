package api_test

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// A clock that jumps back and forth while the desk is served breaks nothing: what is written stands, tokens and sessions hold,
// and what is stored is what the log says.
func TestClockJumps(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		start := b.Clock.Now()
		var under sync.WaitGroup
		for k, jump := range []time.Duration{0, -time.Hour, 3 * time.Hour, -26 * time.Hour, 40 * time.Minute, -time.Minute, 0} {
			b.Clock.Set(start.Add(jump))
			b.want(201, "POST", "/entries", `{"kind":"touch","account":"`+id+`","channel":"call"}`)
			b.want(201, "POST", "/entries", fmt.Sprintf(`{"kind":"promise","account":"%s","text":"the offer %d","due":"2026-03-09T10:00:00Z"}`, id, k))
			for i := range 4 { // and moves while others write
				under.Go(func() { b.note(id, fmt.Sprint(k, i)) })
			}
			b.Clock.Set(start.Add(jump - 10*time.Minute))
			under.Wait()
			b.note(id, fmt.Sprint(k, " later")) // so that the account has begun by then, whenever the others were written
			b.want(200, "GET", "/today", "")
			b.want(200, "GET", "/accounts/"+id+"/statement", "")
		}
		b.Clock.Set(start.Add(24 * time.Hour))
		b.want(200, "GET", "/verify", "", `"ok":true`)
		b.want(200, "GET", "/accounts/"+id, "", "the offer 6")
	})
}
