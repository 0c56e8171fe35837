package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// remember puts what a session remembers into one flat object of texts, which book reads without reflection: every request
// reads it, and for a short page scs' own gob would take longer than all else of signing it in. A whole number's name begins
// with numberMark, which alone names the end, in Unix nanoseconds.
type remember struct{}

const numberMark = "#"

// Encode implements scs.Codec.
func (remember) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	texts := map[string]string{numberMark: strconv.FormatInt(deadline.UnixNano(), 10)}
	for key, value := range values {
		switch v := value.(type) {
		case string:
			texts[key] = v
		case int64:
			texts[numberMark+key] = strconv.FormatInt(v, 10)
		default:
			return nil, fmt.Errorf("a session cannot remember %s, a %T", key, value)
		}
	}
	return json.Marshal(texts) // the marked ones sort first
}

// legible says whether a session was written down this way, and not by an earlier version.
func legible(data []byte) bool { return bytes.HasPrefix(data, []byte(`{"`+numberMark+`":`)) }

// Decode implements scs.Codec.
func (remember) Decode(data []byte) (until time.Time, values map[string]any, err error) {
	texts, err := book.DecodeFields(string(data))
	values = make(map[string]any, len(texts))
	for key, text := range texts {
		name, number := strings.CutPrefix(key, numberMark)
		switch {
		case err != nil:
		case !number:
			values[key] = text
		default:
			var n int64
			if n, err = strconv.ParseInt(text, 10, 64); name == "" {
				until = time.Unix(0, n).UTC()
			} else {
				values[name] = n
			}
		}
	}
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("what a session remembers cannot be read: %w", err)
	}
	return until, values, nil
}
