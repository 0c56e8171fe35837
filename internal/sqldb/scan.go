package sqldb

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
)

// assign stores a value that SQLite returned (int64, float64, string, []byte or nil) where dest points. It converts
// less than database/sql does: text never becomes a number, nor a number text, so that a mismatch of column and
// variable shows.
func assign(dest any, src driver.Value) error {
	switch d := dest.(type) {
	case *string:
		if v, ok := src.(string); ok {
			*d = v
			return nil
		}
	case *int64:
		if v, ok := src.(int64); ok {
			*d = v
			return nil
		}
	case *float64:
		if v, ok := src.(float64); ok {
			*d = v
			return nil
		}
	case *[]byte:
		switch v := src.(type) {
		case nil:
			*d = nil
			return nil
		case []byte: // the driver has made it for this row; empty, not nil, as PostgreSQL has it
			if v == nil {
				v = []byte{}
			}
			*d = v
			return nil
		}
	case **string:
		switch v := src.(type) {
		case nil:
			*d = nil
			return nil
		case string:
			*d = &v
			return nil
		}
	case *any:
		*d = src
		return nil
	case sql.Scanner:
		return d.Scan(src)
	}
	ptr := reflect.ValueOf(dest)
	if ptr.Kind() != reflect.Pointer || ptr.IsNil() {
		return fmt.Errorf("the destination %T is not a pointer", dest)
	}
	return assignTo(ptr.Elem(), src)
}

// assignTo is the slow way for all other destinations.
func assignTo(to reflect.Value, src driver.Value) error {
	if to.Kind() == reflect.Pointer {
		if src == nil {
			to.SetZero()
			return nil
		}
		fresh := reflect.New(to.Type().Elem())
		if err := assign(fresh.Interface(), src); err != nil {
			return err
		}
		to.Set(fresh)
		return nil
	}
	switch v := src.(type) {
	case int64:
		switch {
		case to.CanInt() && !to.OverflowInt(v):
			to.SetInt(v)
			return nil
		case to.CanUint() && v >= 0 && !to.OverflowUint(uint64(v)):
			to.SetUint(uint64(v))
			return nil
		case to.CanFloat():
			to.SetFloat(float64(v))
			return nil
		case to.Kind() == reflect.Bool && (v == 0 || v == 1):
			to.SetBool(v == 1)
			return nil
		}
	case float64:
		if to.CanFloat() {
			to.SetFloat(v)
			return nil
		}
	case string:
		switch {
		case to.Kind() == reflect.String:
			to.SetString(v)
			return nil
		case isBytes(to):
			to.SetBytes([]byte(v))
			return nil
		}
	case []byte:
		switch {
		case isBytes(to):
			to.SetBytes(append([]byte{}, v...))
			return nil
		case to.Kind() == reflect.String:
			to.SetString(string(v))
			return nil
		}
	case nil:
		if isBytes(to) {
			to.SetZero()
			return nil
		}
		return fmt.Errorf("NULL does not fit %s", to.Type())
	}
	return fmt.Errorf("%T does not fit %s", src, to.Type())
}

func isBytes(v reflect.Value) bool {
	return v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8
}
