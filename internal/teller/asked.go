package teller

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
)

// asked is a command as its caller asked for it, before running it set any field.
type asked struct {
	name string
	sum  [sha256.Size]byte
}

var commandType = reflect.TypeFor[Command]()

func askedOf(cmd Command) asked {
	h := sha256.New()
	v := reflect.ValueOf(cmd)
	digest(h, v)
	a := asked{name: strings.TrimLeft(v.Type().String(), "*")}
	h.Sum(a.sum[:0])
	return a
}

// hash is what is kept of the command. It is salted as tombstones are, so that it tells nobody who has not the book
// whose name was in it.
func (a *asked) hash(salt string) string {
	sum := sha256.Sum256([]byte(salt + "\x00" + string(a.sum[:])))
	return hex.EncodeToString(sum[:])
}

// digest writes a value so that different ones differ. Fields with nothing in them are left out: a command that gets one
// more field some day is still known by what it was before. Of a command those do not count that its caller cannot set: they
// are what it works with. Nor does what cannot be compared, as a function.
func digest(h hash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			digest(h, v.Elem())
		}
	case reflect.Struct:
		command := reflect.PointerTo(v.Type()).Implements(commandType)
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if f := v.Field(i); !f.IsZero() && f.Kind() != reflect.Func && f.Kind() != reflect.Chan && (field.IsExported() || !command) {
				part(h, field.Name)
				digest(h, f)
			}
		}
		part(h, "")
	case reflect.Slice, reflect.Array:
		part(h, strconv.Itoa(v.Len()))
		for i := range v.Len() {
			digest(h, v.Index(i))
		}
	case reflect.Map:
		part(h, strconv.Itoa(v.Len()))
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, k := range keys {
			digest(h, k)
			digest(h, v.MapIndex(k))
		}
	case reflect.String:
		part(h, v.String())
	case reflect.Bool:
		part(h, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		part(h, strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		part(h, strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		part(h, strconv.FormatFloat(v.Float(), 'g', -1, 64))
	}
}

// part writes a text with its length before it, so that no two rows of texts run together into one.
func part(h hash.Hash, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}

// keep writes the row of a caller's key, in the command's own transaction.
func (t *Teller) keep(ctx context.Context, tx *store.Tx, j *job) error {
	rules, err := t.Rules(ctx, tx)
	if err != nil {
		return err
	}
	row := store.Asked{Key: j.opt.Key, Command: j.asked.name, Hash: j.asked.hash(rules.Firm.Salt), Entries: []book.ID{}, At: t.Now()}
	for _, e := range j.receipt.Entries {
		row.Entries = append(row.Entries, e.ID)
	}
	return tx.InsertAsked(ctx, &row)
}

// known is the receipt of a key that a caller has used before for the same command. Used for another it is a conflict,
// lest the caller take another's answer for its own.
func (t *Teller) known(ctx context.Context, tx *store.Tx, j *job) (Receipt, bool, error) {
	rows, err := tx.AskedByKey(ctx, j.opt.Key)
	if err != nil {
		return Receipt{}, false, err
	}
	row := rows[j.opt.Key]
	if row == nil {
		return Receipt{}, false, t.unused(ctx, tx, j)
	}
	rules, err := t.Rules(ctx, tx)
	if err != nil {
		return Receipt{}, false, err
	}
	r := Receipt{Repeated: true}
	found, err := tx.EntriesByID(ctx, row.Entries...)
	if err != nil {
		return Receipt{}, false, err
	}
	if hidden, err := t.hidden(ctx, tx, j, found); err != nil || hidden {
		return Receipt{}, false, cmp.Or(err, errUsed)
	}
	for _, id := range row.Entries {
		if e, there := found[id]; there {
			r.Entries = append(r.Entries, &e)
		}
	}
	if err := t.standsNow(ctx, tx, &r); err != nil {
		return Receipt{}, false, err
	}
	if row.Command != j.asked.name || row.Hash != j.asked.hash(rules.Firm.Salt) {
		return Receipt{}, false, usedBefore(row, &r)
	}
	if r.TakenBack, err = takenBack(ctx, tx, row, &r); err != nil {
		return Receipt{}, false, err
	}
	return r, true, r.settles(ctx, tx)
}

// errUsed is all that somebody is told of a key whose writing they do not see: not even which client it was about.
var errUsed error = book.Errorf(book.Conflict, "that key was used before; a new write needs a new key")

// hidden says whether there is anything among entries that who asks does not see. An erasure, which works on the whole
// book, names nobody any more.
func (t *Teller) hidden(ctx context.Context, tx *store.Tx, j *job, found map[book.ID]book.Entry) (bool, error) {
	if len(found) == 0 || j.opt.Run != "" {
		return false, nil
	}
	seen, err := eyesOn(ctx, tx, j.who, t.Now())
	if err != nil {
		return false, err
	}
	shown, err := seen.EntriesByID(ctx, slices.Collect(maps.Keys(found))...)
	for id, e := range found {
		if _, there := shown[id]; !there && e.Kind != book.KindErased {
			return true, err
		}
	}
	return false, err
}

// unused refuses a key that is the id of an entry which was written without it.
func (t *Teller) unused(ctx context.Context, tx *store.Tx, j *job) error {
	key := j.opt.Key
	found, err := tx.EntriesByID(ctx, key)
	e, there := found[key]
	if err != nil || !there {
		return err
	}
	if hidden, err := t.hidden(ctx, tx, j, found); err != nil || hidden {
		return cmp.Or(err, errUsed)
	}
	return book.Errorf(book.Conflict, "that key was used before, as the id of a %s; a new write needs a new key", e.Kind)
}

func usedBefore(row *store.Asked, r *Receipt) error {
	what := strings.ToLower(row.Command[strings.LastIndexByte(row.Command, '.')+1:])
	if what == "once" { // of the API, which names no kind of writing
		what = "another request"
	}
	if r.Account != nil && r.Account.Name != book.Erased {
		what += " (" + r.Account.Name + ")"
	}
	return book.Errorf(book.Conflict, "that key was used before, for %s of %s; a new write needs a new key",
		what, row.At.Time().Format("2 Jan 2006 15:04"))
}

// takenBack says whether nothing of what a key wrote stands any more: each entry was voided, reversed or struck.
func takenBack(ctx context.Context, tx *store.Tx, row *store.Asked, r *Receipt) (bool, error) {
	for _, e := range r.Entries {
		gone, err := reversed(ctx, tx, e)
		if err != nil || !gone {
			return false, err
		}
	}
	return len(row.Entries) > 0, nil
}

// reversed says whether an entry counts no more: a later one voids it, or has given a contact's fields their values
// back, or has set free what it had merged.
func reversed(ctx context.Context, tx *store.Tx, e *book.Entry) (bool, error) {
	if e.VoidedBy != "" || e.Kind != book.KindContact && e.Kind != book.KindMerged {
		return e.VoidedBy != "", nil
	}
	about, err := tx.EntriesAbout(ctx, e.Subject)
	if err != nil {
		return false, err
	}
	if e.Kind == book.KindMerged {
		return slices.ContainsFunc(about, func(o book.Entry) bool {
			return o.Kind == book.KindUnmerged && (o.Recorded > e.Recorded || o.Recorded == e.Recorded && o.ID > e.ID)
		}), nil
	}
	by := make(map[book.ID]book.ID)
	for _, o := range about {
		if o.Facts.Undoes != "" {
			by[o.Facts.Undoes] = o.ID
		}
	}
	gone := false // an undo that was itself undone brings back what it took
	for id, steps := by[e.ID], 0; id != "" && steps <= len(by); id, steps = by[id], steps+1 {
		gone = !gone
	}
	return gone, nil
}
