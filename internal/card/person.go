package card

// Person is what a card says, typed. It is not lossless by itself (the order
// of properties and unknown parameters are the Card's), but no value of the
// card is missing from it: what has no field of its own is in Other.
type Person struct {
	FN            string // formatted name; built from other fields when the card has none
	Name          Name
	Nicknames     []string
	Emails        []Item // Value is the address, without mailto:
	Phones        []Phone
	Addresses     []Address
	Organizations []Organization
	Title, Role   string
	URLs          []Item // also social profiles, with the network as type
	Notes         []string
	Birthday      Date
	Anniversary   Date
	Photo         Photo
	IMs           []IM
	Related       []Item // Value is a name or a URI; Types[0] the relation, as in "spouse"
	Categories    []string
	UID           string
	Kind          string   // "individual", "group", "org", "location", or what the card says
	Members       []string // URIs, of a group
	Rev           string   // as written
	Language      string
	TimeZone      string // as written: a name or an offset
	Gender        string // "M", "F", "O", "N", "U", with ";text" after it where there is some
	Other         []Field
}

// Name is a structured name. A part that is a list in the card ("ing.,MSc")
// keeps its commas.
type Name struct {
	Family, Given, Additional, Prefixes, Suffixes string
}

// Item is one of several values of a kind.
type Item struct {
	Value string
	Types []string // lower case: "work", "home", "cell", …
	Label string   // the user's own word for it, without Apple's wrapping
	Pref  bool
}

// Phone is a number as written, without tel: and with the extension apart.
type Phone struct {
	Item
	Ext string
}

// Address is a postal address. Formatted is the label for an envelope where
// the card has one, which may be all there is; Format is Apple's X-ABADR,
// normally a country code.
type Address struct {
	POBox, Extended, Street, Locality, Region, Postcode, Country string

	Formatted, Format string
	Types             []string
	Label             string
	Pref              bool
}

// Organization is a firm and the units within it, from large to small.
type Organization struct {
	Name  string
	Units []string
	Types []string
	Label string
	Pref  bool
}

// IM is an address for instant messages; Service is lower case ("xmpp",
// "skype") or "" when the card does not say.
type IM struct {
	Service, Handle string
	Types           []string
	Label           string
	Pref            bool
}

// Photo is a picture, in the card or elsewhere.
type Photo struct {
	Data      []byte
	MediaType string // "image/jpeg"; "" when unknown
	URI       string // when the picture is elsewhere
}

// Field is a property that Person has no place for. Value is its text; binary
// values are data URIs.
type Field struct {
	Name string // upper case
	Item
}
