package letter

import (
	"fmt"
	"strings"
	"testing"
)

func TestKind(t *testing.T) {
	tests := []struct{ head, want string }{
		{"Subject: lunch?", "plain"},
		{"Auto-Submitted: no", "plain"},
		{"Auto-Submitted: No (a person)", "plain"},
		{"Auto-Submitted: auto-replied; owner-email=\"a@example.com\"", "auto"},
		{"Auto-Submitted: auto-generated", "auto"},
		{"X-Autoreply: yes", "auto"},
		{"X-Autoreply: no", "plain"},
		{"Precedence: auto_reply", "auto"},
		{"Precedence: auto-reply", "auto"},
		{"Subject: Automatic reply: lunch?", "auto"},
		{"Subject: Re: Automatic reply: lunch?", "plain"},
		{"Subject: =?utf-8?Q?R=C3=A9ponse_automatique_:_caf=C3=A9?=", "auto"},
		{"Subject: Abwesenheitsnotiz", "auto"},
		{"Subject: Out of office on Friday?", "plain"},
		{"Subject: Automatisch antwoord: lunch", "auto"},
		{"Subject: Auto: neue Reifen", "plain"},
		{"Precedence: bulk", "bulk"},
		{"Precedence: List", "bulk"},
		{"Precedence: first-class", "plain"},
		{"List-Unsubscribe: <https://example.com/u>", "bulk"},
		{"List-Id: <x.example.com>", "bulk"},
		{"Feedback-ID: 1:2:3:x", "bulk"},
		{"Precedence: bulk\nAuto-Submitted: auto-replied\nReturn-Path: <>", "auto bulk"},
		{"Return-Path: <>", "bounce"},
		{"Return-Path: < >\nSubject: Automatic reply: x", "auto"},
		{"Return-Path: <a@example.com>", "plain"},
		{"X-Failed-Recipients: Bob@example.org, carol@example.org", "bounce [bob@example.org carol@example.org]"},
	}
	for _, tt := range tests {
		if got := kindOf(mustParse(t, mailOf(tt.head, "words"))); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.head, got, tt.want)
		}
	}
}

// kindOf prints the marks of a letter.
func kindOf(l *Letter) string {
	var marks []string
	for _, m := range []struct {
		set  bool
		name string
	}{{l.Auto, "auto"}, {l.Bounce, "bounce"}, {l.Bulk, "bulk"}} {
		if m.set {
			marks = append(marks, m.name)
		}
	}
	if len(l.FailedRecipients) > 0 {
		marks = append(marks, fmt.Sprint(l.FailedRecipients))
	}
	if len(marks) == 0 {
		return "plain"
	}
	return strings.Join(marks, " ")
}

func TestBounce(t *testing.T) {
	report := func(kind, part, status string) string {
		return "From: MAILER-DAEMON@mx.example.net\nDate: Mon, 6 Jan 2020 10:00:00 +0000\nAuto-Submitted: auto-replied\n" +
			"Content-Type: multipart/report; report-type=" + kind + "; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: " + part +
			"\n\n" + status + "\n--b\nContent-Type: text/rfc822-headers\n\nTo: x@example.com\n--b--\n"
	}
	daemon := "From: Mail Delivery <mailer-daemon@mx.example.net>\nDate: Mon, 6 Jan 2020 10:00:00 +0000\n"
	tests := []struct{ name, raw, want string }{
		{
			"status", report("delivery-status", "message/delivery-status",
				"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; Bob@example.org\nAction: failed\nStatus: 5.1.1\n\n"+
					"Original-Recipient: rfc822;carol@example.org\nFinal-Recipient: rfc822;c@other.example\nAction: Failed (gone)\n\n"+
					"Final-Recipient: rfc822; dan@example.org\nAction: delivered\n"),
			"auto bounce [bob@example.org carol@example.org]",
		},
		{"delay", report("delivery-status", "message/delivery-status",
			"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; bob@example.org\nAction: delayed\n"), "auto"},
		{"unreadable status", report("delivery-status", "message/delivery-status", "what"), "auto bounce"},
		{"read receipt", report("disposition-notification", "message/disposition-notification",
			"Final-Recipient: rfc822; bob@example.org\nDisposition: manual-action/MDN-sent-manually; displayed\n"), "auto"},
		{"prose", daemon + "Subject: failure notice\n\nHi. I could not deliver.\n\n<bob@example.org>:\nno such user\n\n" +
			"--- Below is a copy\n\n<not@example.org>:\n", "bounce [bob@example.org]"},
		{"warning", daemon + "Subject: Delivery Status Notification (Delay)\nReturn-Path: <>\n\nstill trying\n", "auto"},
		{"postmaster who is a person", "From: postmaster@example.com\nDate: Mon, 6 Jan 2020 10:00:00 +0000\nSubject: your quota\n\nx\n", "plain"},
		{"postmaster's report", "From: postmaster@example.com\nDate: Mon, 6 Jan 2020 10:00:00 +0000\nSubject: Undeliverable: lunch\n\nx\n", "bounce"},
	}
	for _, tt := range tests {
		if got := kindOf(mustParse(t, []byte(tt.raw))); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestListInfo(t *testing.T) {
	for head, want := range map[string]ListInfo{
		"Subject: x": {},
		"List-ID: \"A, list\" <A.lists.example.com>\nList-Post: NO":     {"a.lists.example.com", ""},
		"List-Id: plain.example.com\nX-BeenThere: plain@example.com":    {"plain.example.com", "plain@example.com"},
		"X-Mailing-List: net@example.com":                               {"", "net@example.com"},
		"Mailing-List: list Friends@example.com; contact a@example.com": {"", "friends@example.com"},
	} {
		if got := mustParse(t, mailOf(head, "")).List; got != want {
			t.Errorf("%q: got %+v", head, got)
		}
	}
}
