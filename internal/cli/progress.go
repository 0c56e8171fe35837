package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar shows how far long work is, on a terminal only: anything else gets no more than the final line.
type bar struct{ b *progressbar.ProgressBar }

// progress begins to show work of a size; -1 is not known.
func (a *app) progress(what string, size int64) *bar {
	if _, ok := terminal(a.io.Err); !ok {
		return &bar{}
	}
	return &bar{progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(a.io.Err), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(), progressbar.OptionSetRenderBlankState(true),
	)}
}

// set says how much is done. That the terminal does not take it is no reason to stop the work.
func (b *bar) set(n int) { b.set64(int64(n)) }

func (b *bar) set64(n int64) {
	if b.b != nil {
		_ = b.b.Set64(n) // see above
	}
}

// describe says what is being done now, and how much of it there is.
func (b *bar) describe(what string, size int64) {
	if b.b != nil {
		b.b.Describe(what)
		b.b.ChangeMax64(size)
	}
}

// done takes the bar away.
func (b *bar) done() {
	if b.b != nil {
		_ = b.b.Finish() // as in set64
		_ = b.b.Clear()
	}
}
