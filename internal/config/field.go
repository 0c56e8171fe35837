package config

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"passbook/internal/sqldb"
)

// Field is one thing that can be configured.
type Field struct {
	Key    string // in the file, below its section: tls.cert
	Usual  string // what holds where nobody says otherwise
	Doc    string
	Secret bool // never printed, and no flag: a command line is seen by everybody on the machine
	Bool   bool
	index  []int
	kind   reflect.Type
}

// Env is the variable that sets it.
func (f *Field) Env() string {
	return "PASSBOOK_" + strings.ToUpper(strings.ReplaceAll(f.Key, ".", "_"))
}

// Flag is the flag that sets it, without its dashes; "" for a secret.
func (f *Field) Flag() string {
	if f.Secret && f.Key != "dsn" {
		return ""
	}
	return strings.NewReplacer(".", "-", "_", "-").Replace(f.Key)
}

// Fields is everything that can be configured, in the order of the file.
func Fields() []Field { return fields(reflect.TypeFor[Config](), "", nil) }

func fields(t reflect.Type, under string, index []int) (out []Field) {
	for i := range t.NumField() {
		f := t.Field(i)
		key, at := under+f.Tag.Get("toml"), append(index[:len(index):len(index)], i)
		if f.Type.Kind() == reflect.Struct {
			out = append(out, fields(f.Type, key+".", at)...)
			continue
		}
		out = append(out, Field{
			Key: key, Usual: f.Tag.Get("usual"), Doc: f.Tag.Get("doc"), Secret: f.Type == reflect.TypeFor[Secret](),
			Bool: f.Type.Kind() == reflect.Bool, index: at, kind: f.Type,
		})
	}
	return out
}

// set takes a value in: one of the file has a type, one of the environment or of a flag is text.
func (f *Field) set(c *Config, value any, typed bool) error {
	text, isText := value.(string)
	into := reflect.ValueOf(c).Elem().FieldByIndex(f.index)
	switch {
	case f.kind == reflect.TypeFor[time.Duration]() && isText:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no length of time; write it as 30s or 2m", text)
		}
		into.SetInt(int64(d))
	case f.kind.Kind() == reflect.String && isText:
		into.SetString(text)
	case f.kind.Kind() == reflect.Bool:
		b, ok := value.(bool)
		if !typed {
			var err error
			b, err = strconv.ParseBool(text)
			ok = err == nil
		}
		if !ok {
			return fmt.Errorf("%v is neither true nor false", f.told(value))
		}
		into.SetBool(b)
	case f.kind.Kind() == reflect.Int:
		n, ok := value.(int64)
		if !typed {
			var err error
			n, err = strconv.ParseInt(text, 10, 32)
			ok = err == nil
		}
		if !ok || n > math.MaxInt32 || n < math.MinInt32 {
			return fmt.Errorf("%v is no whole number", f.told(value))
		}
		into.SetInt(n)
	case f.kind.Kind() == reflect.Slice:
		return f.setList(into, value, typed)
	default:
		return fmt.Errorf("%v is no text; write it in quotes", f.told(value))
	}
	return nil
}

func (f *Field) setList(into reflect.Value, value any, typed bool) error {
	var list []string
	text, isText := value.(string)
	items, isList := value.([]any)
	switch {
	case isText && !typed:
		for _, s := range strings.Split(text, ",") {
			if s = strings.TrimSpace(s); s != "" {
				list = append(list, s)
			}
		}
	case isList:
		for _, item := range items {
			s, ok := item.(string)
			if !ok {
				return fmt.Errorf("%v is no text; write each in quotes", f.told(item))
			}
			list = append(list, s)
		}
	default:
		return fmt.Errorf(`%v is no list; write it as ["one", "another"]`, f.told(value))
	}
	into.Set(reflect.ValueOf(list))
	return nil
}

// told is a value as a fault may show it.
func (f *Field) told(value any) string {
	if f.Secret {
		return "the value"
	}
	switch v := value.(type) {
	case string:
		return strconv.Quote(v)
	case map[string]any:
		return "a section"
	}
	return fmt.Sprint(value)
}

// text is the value as the file would have it.
func (f *Field) text(c *Config) string {
	v := reflect.ValueOf(c).Elem().FieldByIndex(f.index)
	if f.Key == "dsn" {
		return strconv.Quote(sqldb.Redacted(c.DSN.Reveal()))
	}
	switch value := v.Interface().(type) {
	case Secret:
		if value == "" {
			return `""`
		}
		return strconv.Quote(hidden)
	case string:
		return strconv.Quote(value)
	case time.Duration:
		return strconv.Quote(value.String())
	case []string:
		quoted := make([]string, len(value))
		for i, s := range value {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	default:
		return fmt.Sprint(value)
	}
}
