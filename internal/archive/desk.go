package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"passbook/internal/book"
	"passbook/internal/store"
)

// later are the nouns that archives of before them do not hold.
var later = []string{"views", "files"} //nolint:gochecknoglobals // a table of words

type viewLine struct {
	ID      book.ID      `json:"id"`
	Member  book.ID      `json:"member"`
	Name    string       `json:"name"`
	Query   string       `json:"query"`
	Shared  bool         `json:"shared,omitempty"`
	Created book.Instant `json:"created"`
}

func viewNoun() stream {
	return &noun[viewLine]{
		name: "views", size: someRecords, key: func(v *viewLine) string { return string(v.ID) },
		read: func(ctx context.Context, tx *store.Tx, after viewLine, limit int) ([]viewLine, error) {
			rows, err := tx.ViewPage(ctx, after.ID, limit)
			return convert(rows, err, func(v *store.View) viewLine { return viewLine(*v) })
		},
		check: checkView,
		write: func(ctx context.Context, to *destination, page []viewLine) error {
			for i := range page {
				v := store.View(page[i])
				if err := to.tx.SaveView(ctx, &v); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func checkView(v *viewLine, k *known) error {
	if v.Name == "" {
		return refuse("the view has no name")
	}
	if !k.members.has(v.Member) {
		return refuse("member is %s, who is not in members.jsonl", v.Member)
	}
	return first(checkID("id", v.ID), checkID("member", v.Member), checkTexts(v.Name, v.Query))
}

// fileLine is what is in a file that stands on an account; who attached it and as what is said by the log.
type fileLine struct {
	Account book.ID `json:"account"`
	SHA256  string  `json:"sha256"`
	Data    []byte  `json:"data"` // base64
}

func fileNoun() stream {
	return &noun[fileLine]{
		name: "files", size: 1, key: func(f *fileLine) string { return string(f.Account) + "\x00" + f.SHA256 },
		read: func(ctx context.Context, tx *store.Tx, after fileLine, limit int) ([]fileLine, error) {
			rows, err := tx.BlobPage(ctx, after.Account, after.SHA256, limit)
			return convert(rows, err, func(b *store.Blob) fileLine { return fileLine{b.Account, b.Hash, b.Data} })
		},
		check: checkFile,
		write: func(ctx context.Context, to *destination, page []fileLine) error {
			for i := range page {
				if err := to.tx.InsertBlob(ctx, &store.Blob{Account: page[i].Account, Hash: page[i].SHA256, Data: page[i].Data}); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// checkFile refuses what is not what its hash says, or stands on nothing.
func checkFile(f *fileLine, k *known) error {
	if err := checkID("account", f.Account); err != nil {
		return err
	}
	sum := sha256.Sum256(f.Data)
	if hex.EncodeToString(sum[:]) != f.SHA256 {
		return refuse("the data is not what its sha256 says")
	}
	return k.hasAccount(f.Account)
}
