package auth

import (
	"encoding/json"
	"fmt"
	"time"
)

// remember puts what a session remembers into JSON: texts and whole numbers. scs' own gob sends the description of its
// types along, which takes longer to read than the rest of signing a request in.
type remember struct{}

type memory struct {
	Until   int64             `json:"until"` // Unix nanoseconds
	Texts   map[string]string `json:"texts"`
	Numbers map[string]int64  `json:"numbers"`
}

// Encode implements scs.Codec.
func (remember) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	r := memory{Until: deadline.UnixNano(), Texts: make(map[string]string), Numbers: make(map[string]int64)}
	for key, value := range values {
		switch v := value.(type) {
		case string:
			r.Texts[key] = v
		case int64:
			r.Numbers[key] = v
		default:
			return nil, fmt.Errorf("a session cannot remember %s, a %T", key, value)
		}
	}
	return json.Marshal(r)
}

// legible says whether a session was written down this way, and not by an earlier version.
func legible(data []byte) bool { return len(data) > 0 && data[0] == '{' }

// Decode implements scs.Codec.
func (remember) Decode(data []byte) (time.Time, map[string]any, error) {
	var r memory
	if err := json.Unmarshal(data, &r); err != nil {
		return time.Time{}, nil, fmt.Errorf("what a session remembers cannot be read: %w", err)
	}
	values := make(map[string]any, len(r.Texts)+len(r.Numbers))
	for key, text := range r.Texts {
		values[key] = text
	}
	for key, n := range r.Numbers {
		values[key] = n
	}
	return time.Unix(0, r.Until).UTC(), values, nil
}
