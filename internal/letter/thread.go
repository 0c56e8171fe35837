package letter

import "time"

// Threads joins letters into threads by all ids that they name, so that a reply whose References were cut
// still finds its thread through a neighbour. The answers depend on the set of letters alone, not on the
// order in which they were added:
//
//   - Two ids are in one thread when a chain of letters leads from one to the other, each letter linking its
//     own Key, its InReplyTo and its References. An id without an @ links only if some letter bears it.
//   - The root of a thread is its earliest letter by (Date, Key). Among copies of one Key the earliest date
//     counts.
//   - An id that no letter has named is its own root.
//
// The zero Threads is ready to use. It is not safe for concurrent use while letters are added.
type Threads struct {
	index map[string]int
	nodes []threadNode
	loose map[string][]int // ids without an @ that no letter bears yet, and who named them
}

// threadNode is one id in a union-find forest. At a forest's root, rootID and rootDate tell the earliest
// letter of the set.
type threadNode struct {
	parent   int
	size     int
	known    bool // some letter of the set was added
	rootID   string
	rootDate time.Time
}

// Add takes in one letter. Adding it again changes nothing.
func (t *Threads) Add(l *Letter) {
	key := l.Key()
	own := t.node(key)
	t.witness(own, key, l.Date)
	for _, other := range t.loose[key] {
		t.union(own, other)
	}
	delete(t.loose, key)
	t.link(own, l.InReplyTo)
	for _, id := range l.References {
		t.link(own, id)
	}
}

// Root returns the Key of the letter that an id's thread began with.
func (t *Threads) Root(id string) string {
	n, ok := t.index[id]
	if !ok {
		return id
	}
	return t.nodes[t.top(n)].rootID
}

// link joins a letter with an id that it names.
func (t *Threads) link(own int, id string) {
	if id == "" {
		return
	}
	if other, ok := t.index[id]; ok {
		t.union(own, other)
		return
	}
	if isGlobalID(id) {
		t.union(own, t.node(id))
		return
	}
	if t.loose == nil {
		t.loose = map[string][]int{}
	}
	t.loose[id] = append(t.loose[id], own)
}

// node finds or makes the node of an id.
func (t *Threads) node(id string) int {
	if n, ok := t.index[id]; ok {
		return n
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	n := len(t.nodes)
	t.index[id] = n
	t.nodes = append(t.nodes, threadNode{parent: n, size: 1, rootID: id})
	return n
}

// witness tells a set of a letter that belongs to it.
func (t *Threads) witness(n int, key string, date time.Time) {
	top := &t.nodes[t.top(n)]
	if !top.known || isEarlier(date, key, top.rootDate, top.rootID) {
		top.known, top.rootID, top.rootDate = true, key, date
	}
}

func isEarlier(date time.Time, id string, thanDate time.Time, thanID string) bool {
	if c := date.Compare(thanDate); c != 0 {
		return c < 0
	}
	return id < thanID
}

// top finds the representative of a set and shortens the way for the next time.
func (t *Threads) top(n int) int {
	for t.nodes[n].parent != n {
		t.nodes[n].parent = t.nodes[t.nodes[n].parent].parent
		n = t.nodes[n].parent
	}
	return n
}

func (t *Threads) union(a, b int) {
	a, b = t.top(a), t.top(b)
	if a == b {
		return
	}
	if t.nodes[a].size < t.nodes[b].size {
		a, b = b, a
	}
	big, small := &t.nodes[a], &t.nodes[b]
	small.parent = a
	big.size += small.size
	if small.known && (!big.known || isEarlier(small.rootDate, small.rootID, big.rootDate, big.rootID)) {
		big.known, big.rootID, big.rootDate = true, small.rootID, small.rootDate
	}
}
