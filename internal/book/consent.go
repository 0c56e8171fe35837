package book

// Consent is whether somebody lets the firm reach them by a channel.
type Consent string

// What somebody can say.
const (
	Given     Consent = "given"
	Withdrawn Consent = "withdrawn"
)

// ConsentSaid lists what can be said.
var ConsentSaid = []Consent{Given, Withdrawn}
