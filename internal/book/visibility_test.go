package book

import "testing"

// Who sees what: every role, in and out of the owner's department, away or there.
func TestEyes(t *testing.T) {
	const now = Instant(1000)
	member := func(id ID, role Role, dept string) Member {
		return Member{ID: id, Name: string(id), Role: role, Dept: dept}
	}
	firm := []Member{
		member("boss", RoleOwner, ""), member("head", RoleManager, "North"), member("keeper", RoleMember, "North"),
		member("mate", RoleMember, "north "), member("other", RoleMember, "South"), member("lone", RoleMember, ""),
		member("alone", RoleMember, ""), member("desk", RoleAssistant, "North"), member("money", RoleAccountant, "South"),
	}
	away := func(who, deputy ID, from, until Instant) []Member {
		out := append([]Member(nil), firm...)
		for i := range out {
			if out[i].ID == who {
				out[i].Deputy, out[i].AwayFrom, out[i].AwayUntil = deputy, from, until
			}
		}
		return out
	}
	left := away("keeper", "other", 0, 2000)
	left[2].Left = 500
	for _, c := range []struct {
		name    string
		members []Member
		who     ID
		role    Role
		owner   ID
		sees    string // of firm, team, owner
	}{
		{"its owner", firm, "keeper", RoleMember, "keeper", "firm team owner"},
		{"of the department", firm, "mate", RoleMember, "keeper", "firm team"},
		{"of another department", firm, "other", RoleMember, "keeper", "firm"},
		{"an assistant of the department", firm, "desk", RoleAssistant, "keeper", "firm team"},
		{"an accountant of another", firm, "money", RoleAccountant, "keeper", "firm"},
		{"a manager", firm, "head", RoleManager, "other", "firm team"},
		{"a manager with a lesser token", firm, "head", RoleMember, "other", "firm"},
		{"an owner of the firm", firm, "boss", RoleOwner, "keeper", "firm team owner"},
		{"two without a department are no team", firm, "alone", RoleMember, "lone", "firm"},
		{"a stranger to the firm", firm, "nobody", RoleMember, "keeper", "firm"},
		{"the deputy of its owner", away("keeper", "other", 1000, 2000), "other", RoleMember, "keeper", "firm team owner"},
		{"the deputy of one of the department", away("mate", "other", 1000, 2000), "other", RoleMember, "keeper", "firm team"},
		{"the deputy of a manager", away("head", "other", 0, 2000), "other", RoleMember, "lone", "firm team"},
		{"the deputy of an owner of the firm", away("boss", "other", 0, 2000), "other", RoleMember, "keeper", "firm team owner"},
		{"a deputy before", away("keeper", "other", 1001, 2000), "other", RoleMember, "keeper", "firm"},
		{"a deputy after", away("keeper", "other", 0, 1000), "other", RoleMember, "keeper", "firm"},
		{"the deputy of one who has left", left, "other", RoleMember, "keeper", "firm"},
	} {
		e := EyesOf(c.who, c.role, c.members, now)
		got := ""
		for _, v := range Visibilities {
			if e.Sees(v, c.owner) {
				got += " " + string(v)
			}
		}
		if got != " "+c.sees {
			t.Errorf("%s sees%s; want %s", c.name, got, c.sees)
		}
	}
}

// A private note is its author's, whatever the role of others.
func TestPrivateNotes(t *testing.T) {
	note := &Entry{By: "keeper", Facts: Facts{Private: true}}
	for who, want := range map[ID]bool{"keeper": true, "boss": false} {
		e := Eyes{Member: who, All: true}
		if e.Reads(note) != want {
			t.Errorf("%s reads it: %v", who, !want)
		}
	}
}

// Who sees an account is not for everybody to change.
func TestMayGuard(t *testing.T) {
	for _, c := range []struct {
		role Role
		self ID
		may  bool
	}{{RoleMember, "keeper", true}, {RoleMember, "mate", false}, {RoleManager, "head", true}, {RoleOwner, "boss", true}} {
		if err := MayGuard(c.role, c.self, "keeper"); (err == nil) != c.may {
			t.Errorf("%s: %v", c.self, err)
		}
	}
}
