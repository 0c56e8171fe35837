// Package playbook reads what a trade knows about keeping clients: its stages and how often each wants to hear from
// us, its tiers, its prices and its working calendar. A playbook is one readable TOML file; four are shipped, and a
// firm copies one and changes it. The package is pure: it reads bytes handed to it, and the time zone data.
package playbook

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"slices"
	"strings"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Playbook is one file, read and checked. Its parts stand in the order of the file.
type Playbook struct {
	Name     string // a lower-case slug, by which accounts refer to it
	Title    string
	Closing  string  // what clients do who close, as "They signed their lease"; empty says that they closed with us
	HalfLife float64 // calendar days in which a balance fades to half; the workspace's first playbook decides
	Defaults Defaults
	Stages   []Stage       // in the order in which a client passes through them
	Tiers    []ledger.Tier // heaviest first; an account with an unknown tier gets the last
	Tariff   ledger.Tariff
	Help     Help
	Pulse    Pulse
	// Minutes is what acts take, which Today divides by. A gift takes longer than the channel it goes by.
	Minutes  agenda.Minutes
	Calendar Calendar

	Engagements []Engagement // the kinds of work that this trade does for clients; none where a book does without
	Moments     []Moment     // what is done for clients after a closing
}

// Engagement is a kind of work, with the stages that it goes through.
type Engagement struct {
	Kind   book.EngagementKind
	Title  string
	Stages []EngagementStage
	Notes  []Note
}

// Note is what is written to those of a role when a piece of work moves on, or when they are to hear of it: a member reads it and
// changes it before it goes. {name} is who reads it, {work} what the work is about, {stage}, {expect}, {next} and {on} are the
// stage's, {until} is when it is to be over, {member} and {firm} who writes.
type Note struct {
	Role string // ForClient, ForOthers, or a role that somebody takes part in
	Text string
}

// Roles that a note is for besides those of who takes part: the client, and everybody who has no note of their own.
const (
	ForClient = "client"
	ForOthers = "others"
)

// EngagementStage is a step of a piece of work: what the client is told of it, and who has it.
type EngagementStage struct {
	Name       string // a lower-case slug
	Title      string
	Expect     string // written to the client, who may read it
	Next       string // what the next step is, as a rule
	Department string
	Length     int // calendar days that it usually takes
	Update     int // calendar days after which they hear how it stands
}

// Defaults are what a new account starts with: the stage of one that is typed, and of one that a file of letters or
// cards brings in, of whom nobody has said yet what they want.
type Defaults struct{ Stage, Imported, Tier string }

// Stage is a step of the relationship: what the client may expect in it, and the standard of contact that keeps it.
type Stage struct {
	Name    string // a lower-case slug
	Title   string
	Expect  string // written to the client, who may read it
	Cadence ledger.Cadence
	ByTier  map[string]ledger.Cadence // the tiers for which another cadence holds
}

// Help is what a help with something from the dossier pays, and what it pays when it moved the client's own goal.
type Help struct{ Given, Goal float64 }

// Calendar is when the firm works.
type Calendar struct {
	Zone     string   // as in the tz database: "Europe/London"
	Days     [7]bool  // by time.Weekday
	Opens    int      // minutes after midnight
	Closes   int      // minutes after midnight, at most 1440
	Holidays []string // "2027-03-26" for one year, "12-25" for every year
}

// Stage finds a stage by name.
func (p *Playbook) Stage(name string) (Stage, bool) {
	for _, s := range p.Stages {
		if s.Name == name {
			return s, true
		}
	}
	return Stage{}, false
}

// Tier finds a tier by name.
func (p *Playbook) Tier(name string) (ledger.Tier, bool) {
	for _, t := range p.Tiers {
		if t.Name == name {
			return t, true
		}
	}
	return ledger.Tier{}, false
}

// Engagement finds a kind of work.
func (p *Playbook) Engagement(kind book.EngagementKind) (Engagement, bool) {
	for _, e := range p.Engagements {
		if e.Kind == kind {
			return e, true
		}
	}
	return Engagement{}, false
}

// Stage finds a stage of a kind of work by name.
func (e *Engagement) Stage(name string) (EngagementStage, bool) {
	for _, s := range e.Stages {
		if s.Name == name {
			return s, true
		}
	}
	return EngagementStage{}, false
}

//go:embed shipped/*.toml
var shipped embed.FS

// Shipped names the playbooks that come with Passbook.
func Shipped() []string {
	return []string{"residential-sales", "resident-retention", "professional-services", "b2b-accounts"}
}

// Source is the text of a shipped playbook, to be read or copied.
func Source(name string) ([]byte, bool) {
	if !slices.Contains(Shipped(), name) {
		return nil, false
	}
	src, err := shipped.ReadFile("shipped/" + name + ".toml")
	return src, err == nil
}

// edition is part of every version; it is raised when the same files come to mean other postings.
const edition = "passbook rules 3"

// Version is a short hash of playbooks' sources, in which their names stand: twelve hex digits, whatever their order.
// The half-life and the calendar come from the workspace's first playbook, so hand that one in twice, as Rules takes
// it: then another first gives another version.
func Version(playbooks ...[]byte) string {
	sums := make([]string, len(playbooks))
	for i, src := range playbooks {
		sum := sha256.Sum256(src)
		sums[i] = hex.EncodeToString(sum[:])
	}
	slices.Sort(sums)
	sum := sha256.Sum256([]byte(edition + "\n" + strings.Join(sums, "\n")))
	return hex.EncodeToString(sum[:6])
}
