package sqldb

// Pool says how busy the connections of one kind are.
type Pool struct {
	Name  string // "reader", "writer"; "any" on PostgreSQL
	Size  int    // how many there may be
	InUse int
	Waits int64 // how often somebody had to wait for one, since the database was opened
}

// Pools says how busy the connections are.
func (d *DB) Pools() []Pool { return d.be.pools() }

func (l *lite) pools() []Pool { return []Pool{l.readers.stats("reader"), l.writer.stats("writer")} }

func (p *pool) stats(name string) Pool {
	return Pool{Name: name, Size: cap(p.slots), InUse: len(p.slots), Waits: p.waits.Load()}
}

func (p *pg) pools() []Pool {
	s := p.db.Stats()
	return []Pool{{Name: "any", Size: s.MaxOpenConnections, InUse: s.InUse, Waits: s.WaitCount}}
}
