package letter

import (
	"slices"
	"strings"
)

// Looks is what an address seems to be by its own words, where no header says it.
type Looks int

// An address is a person's unless it looks otherwise. A team's address may be one by which a small firm writes: whether
// it is a list shows in the letters beside it. Nobody reads a machine's.
const (
	Person Looks = iota
	List
	Team
	Machine
)

// listHosts serve lists and nothing else.
var listHosts = []string{
	"googlegroups.com", "groups.io", "yahoogroups.com", "yahoogroups.de", "yahoogroups.co.uk", "freelists.org",
	"vger.kernel.org", "public.gmane.org", "gmane.org", "topica.com", "egroups.com", "simplelists.com", "group.calendar.google.com",
}

// listLabels name the machine of a domain that serves its lists.
var listLabels = []string{"lists", "list", "listserv", "listserver", "listes", "mailman", "majordomo", "groups", "mailinglists"}

// listNames are whole names of lists; listEnds stand at the end of one, after a hyphen or a dot, and listStarts at the
// beginning.
var (
	listNames = []string{
		"all", "everyone", "everybody", "allstaff", "all-staff", "allemployees", "all-employees", "allhands", "all-hands",
		"list", "lists", "listserv", "mailman", "majordomo", "mailinglist", "mailing-list", "devel", "lkml", "announce",
		"announcements", "subscribers", "undisclosed-recipients", "undisclosed.recipients",
	}
	listEnds = []string{
		"list", "lists", "mailinglist", "devel", "developers", "announce", "announcements", "discuss", "discussion", "users",
		"commits", "patches", "bugs", "maintainers", "subscribers", "request", "subscribe", "unsubscribe", "owner", "everyone",
		"all", "employees", "technical",
	}
	listStarts = []string{"all-", "all.", "all_", "owner-", "list-", "lists-", "linux-", "kernel-"}
)

// teamWords are parts of the names of teams and projects.
var teamWords = []string{
	"team", "staff", "group", "dev", "devs", "board", "crew", "members", "office", "committee", "council", "partners", "managers",
	"developer", "general", "help", "support", "core", "internal",
}

// machineNames are whole names of machines; machineStarts and machineEnds are parts of one.
var (
	machineNames = []string{
		"noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "do.not.reply", "nobody",
		"mailer-daemon", "mailerdaemon", "postmaster", "daemon", "bounce", "bounces", "notification", "notifications", "notify",
		"alerts", "autoreply", "auto-reply", "automailer", "automated", "devnull", "dev-null", "blackhole",
	}
	machineStarts = []string{
		"noreply-", "noreply+", "noreply.", "no-reply-", "no-reply+", "no-reply.", "donotreply-", "donotreply+", "bounce-", "bounce+",
		"bounces-", "bounces+", "notifications-", "notifications+",
	}
	machineEnds = []string{"-noreply", "-no-reply", "_noreply", ".noreply", "-donotreply", "-bounce", "-bounces", "-notifications"}
)

// LooksOf tells what an address seems to be. It must be lower-cased, as those of a Letter are.
func LooksOf(addr string) Looks {
	at := strings.LastIndexByte(addr, '@')
	if at <= 0 || at == len(addr)-1 {
		if addr == "undisclosed-recipients" || addr == "undisclosed recipients" {
			return List
		}
		return Person
	}
	local, host := addr[:at], addr[at+1:]
	switch {
	case isMachine(local):
		return Machine
	case isListHost(host), isListName(local):
		return List
	case isTeam(local, host):
		return Team
	}
	return Person
}

func isMachine(local string) bool {
	return slices.Contains(machineNames, local) ||
		slices.ContainsFunc(machineStarts, func(s string) bool { return strings.HasPrefix(local, s) }) ||
		slices.ContainsFunc(machineEnds, func(s string) bool { return strings.HasSuffix(local, s) })
}

// isListHost knows a host by its whole name or its first label; the domain itself, as in lists.example, is a firm's.
func isListHost(host string) bool {
	if slices.Contains(listHosts, host) {
		return true
	}
	label, rest, _ := strings.Cut(host, ".")
	return strings.Contains(rest, ".") && slices.Contains(listLabels, label) || strings.HasPrefix(host, "vger.")
}

func isListName(local string) bool {
	if slices.Contains(listNames, local) || slices.ContainsFunc(listStarts, func(s string) bool { return strings.HasPrefix(local, s) }) {
		return true
	}
	i := strings.LastIndexAny(local, "-._")
	if i <= 0 {
		return false
	}
	end := local[i+1:]
	return slices.Contains(listEnds, end) && !isGiven(local[:i], end, local[i]) || end == "l" && local[i] == '-'
}

// isGiven keeps first.last names that end in a word of lists, as people are called List and All, out of the lists.
func isGiven(first, last string, sep byte) bool {
	return sep != '-' && !strings.ContainsAny(first, "-._") && slices.Contains([]string{"list", "all", "owner", "bugs"}, last)
}

// isTeam finds a word of teams in the name, the name of the domain itself, or a number at the end of a project's.
func isTeam(local, host string) bool {
	for part := range strings.FieldsFuncSeq(local, func(r rune) bool { return strings.ContainsRune("-._+", r) }) {
		if slices.Contains(teamWords, part) {
			return true
		}
	}
	label, _, _ := strings.Cut(host, ".")
	return local == label || strings.Contains(local, "linux") || strings.Contains(local, "kernel")
}
