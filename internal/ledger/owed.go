package ledger

import "passbook/internal/book"

// takePromise removes an open promise and gives its due time.
func (f *folding) takePromise(id book.ID) (due book.Instant, ok bool) {
	for i, p := range f.s.Promises {
		if p.Entry == id {
			f.s.Promises = append(f.s.Promises[:i:i], f.s.Promises[i+1:]...)
			return p.At, true
		}
	}
	return 0, false
}

func (f *folding) promised(id book.ID, status string) {
	f.out.Promise = &PromiseMove{Promise: id, Status: status, At: f.e.At}
}

// keep settles a promise as kept, in time or late, and says whether it was open.
func (f *folding) keep(id book.ID) bool {
	due, ok := f.takePromise(id)
	if !ok {
		return false
	}
	worth, why, status := f.tariff.Kept, "kept", PromiseKept
	if f.e.At > due {
		worth, why, status = f.tariff.KeptLate, "kept_late", PromiseLate
	}
	paid := f.s.Helped.draw(worth, f.e.At, f.tariff.Sigma)
	f.post(paid, lessened(why, worth, paid))
	f.promised(id, status)
	return true
}

// movePromise gives an open promise the date that both agreed on. Only before it was due: what is late stays late, so that
// no promise is in time because its date was moved after the fact.
func (f *folding) movePromise() {
	for i := range f.s.Promises {
		p := &f.s.Promises[i]
		if p.Entry != f.e.Subject || f.e.At > p.At || f.e.Facts.Due == 0 {
			continue
		}
		p.At = f.e.Facts.Due
		f.out.Promise = &PromiseMove{Promise: p.Entry, Status: PromiseOpen, At: f.e.At, Due: p.At}
	}
}

func (f *folding) breakPromise() {
	if _, ok := f.takePromise(f.e.Subject); !ok {
		return
	}
	f.post(f.tariff.Broken, "broken")
	f.s.Broken = append(f.s.Broken, Amend{f.e.ID, f.e.At, -f.tariff.Broken})
	f.promised(f.e.Subject, PromiseBroken)
}

func days(n float64) book.Instant { return book.Instant(float64(n * float64(book.Day))) }
