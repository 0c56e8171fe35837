package card

import (
	"strconv"
	"strings"
)

// androidRelations are the numbers that Android gives to relations, from 1.
var androidRelations = []string{
	"assistant", "brother", "child", "domestic partner", "father", "friend", "manager",
	"mother", "parent", "partner", "referred by", "relative", "sister", "spouse",
}

// readAndroid reads X-ANDROID-CUSTOM, in which Android keeps what 2.1 has no
// property for: a MIME type, then the columns of its own table (value, kind,
// label).
func readAndroid(v *view, p Prop) {
	f := p.fields()
	kind, _ := strings.CutPrefix(part(f, 0, p.version), "vnd.android.cursor.item/")
	value, code, label := part(f, 1, p.version), part(f, 2, p.version), part(f, 3, p.version)
	switch {
	case value == "":
		v.other(p)
	case kind == "nickname":
		v.p.Nicknames = append(v.p.Nicknames, value)
	case kind == "relation":
		it := Item{Value: value, Label: label}
		if n, err := strconv.Atoi(code); err == nil && n >= 1 && n <= len(androidRelations) {
			it.Types = []string{androidRelations[n-1]}
		} else if label != "" {
			it.Types = []string{strings.ToLower(label)}
		}
		v.p.Related = append(v.p.Related, it)
	case kind == "contact_event" && code == "1" && v.p.Anniversary.IsZero():
		v.p.Anniversary = ParseDate(value)
	case kind == "contact_event" && code == "3" && v.p.Birthday.IsZero():
		v.p.Birthday = ParseDate(value)
	default:
		v.other(p)
	}
}
