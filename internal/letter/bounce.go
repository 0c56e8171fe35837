package letter

import (
	"bytes"
	"slices"
	"strings"
)

const maxFailed = 1_000 // recipients named by one bounce

// readBounce sets Bounce and FailedRecipients, and Auto where a report turns out not to be a bounce.
func (l *Letter) readBounce(h header, root *part) {
	if p := root.find("message/delivery-status"); p != nil {
		failed, other := deliveryStatus(decodeTransfer(p.body, p.cte))
		if len(failed) == 0 && other {
			l.Auto = true // a delay or a receipt: the letter may yet arrive, or has
			return
		}
		l.Bounce, l.FailedRecipients = true, failed
	}
	if root.mediaType == "multipart/report" {
		switch strings.ToLower(root.params["report-type"]) {
		case "disposition-notification", "feedback-report", "tlsrpt":
			l.Auto = true
			return
		}
		l.Bounce = true
	}
	switch {
	case h.has("x-failed-recipients"), isNullPath(h) && !l.Auto && !l.Bulk && !l.isDelay():
		l.Bounce = true
	case l.fromDaemon() && l.isDelay():
		l.Auto = true
	case l.fromDaemon():
		l.Bounce = true
	}
	if l.Bounce {
		l.Returned = returned(root)
	}
	if !l.Bounce || len(l.FailedRecipients) > 0 {
		return
	}
	for _, a := range parseAddresses(h.all("x-failed-recipients")) {
		l.addFailed(a.Addr)
	}
	if len(l.FailedRecipients) == 0 {
		l.failedInText()
	}
}

// returned is the id of the letter that a report gives back, whole or by its headers.
func returned(root *part) string {
	for _, as := range []string{"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"} {
		p := root.find(as)
		if p == nil {
			continue
		}
		h, _, err := splitHeader(bytes.TrimLeft(decodeTransfer(p.body, p.cte), "\r\n"))
		if err == nil && h.has("message-id") {
			return firstID(h.get("message-id"))
		}
	}
	return ""
}

func (l *Letter) addFailed(addr string) {
	if isGlobalID(addr) && len(l.FailedRecipients) < maxFailed && !slices.Contains(l.FailedRecipients, addr) {
		l.FailedRecipients = append(l.FailedRecipients, addr)
	}
}

// deliveryStatus reads RFC 3464: one block of fields for the message, then one per recipient. A block
// without an action counts as failed. The original recipient is the address we wrote to; the final one may
// be where it was forwarded. other says that some recipient was delayed or reached.
func deliveryStatus(body []byte) (failed []string, other bool) {
	for len(body) > 0 && len(failed) < maxFailed {
		var block []byte
		block, body = cutBlock(body)
		h, _, err := splitHeader(block)
		if err != nil {
			return failed, other
		}
		addr := ""
		for _, name := range []string{"original-recipient", "final-recipient"} {
			if _, v, ok := strings.Cut(h.get(name), ";"); ok && addr == "" {
				addr = parseAddress(v).Addr
			}
		}
		action, _ := cutComments(strings.ToLower(h.get("action")))
		switch {
		case addr == "":
		case strings.TrimSpace(action) != "" && !strings.Contains(action, "failed"):
			other = true
		case !slices.Contains(failed, addr):
			failed = append(failed, addr)
		}
	}
	return failed, other
}

// cutBlock cuts off the lines up to the first empty one.
func cutBlock(body []byte) (block, rest []byte) {
	for at := 0; at < len(body); {
		line, next := lineAt(body, at)
		if len(bytes.TrimSpace(line)) == 0 {
			return body[:at], body[next:]
		}
		at = next
	}
	return body, nil
}

// isNullPath sees the empty return path, which says that no answer is wanted because none was asked for.
func isNullPath(h header) bool {
	v := strings.Join(strings.Fields(h.get("return-path")), "")
	return v == "<>"
}

// isDelay recognises warnings that a letter is still on its way: that is not yet a failure.
func (l *Letter) isDelay() bool {
	subject := strings.ToLower(l.Subject)
	return strings.Contains(subject, "delay") || strings.HasPrefix(subject, "warning:")
}

// fromDaemon recognises the senders of bounces. A postmaster is also a person, so the subject has its say.
func (l *Letter) fromDaemon() bool {
	subject := strings.ToLower(strings.ReplaceAll(l.Subject, "’", "'"))
	for _, a := range l.From {
		local, _, _ := strings.Cut(a.Addr, "@")
		switch local {
		case "mailer-daemon", "mail-daemon", "mailerdaemon":
			return true
		case "postmaster":
			if slices.ContainsFunc(bounceSubjects, func(p string) bool { return strings.Contains(subject, p) }) {
				return true
			}
		}
	}
	return false
}

var bounceSubjects = []string{
	"undeliver", "delivery status notification", "delivery failed", "delivery failure", "delivery has failed",
	"returned mail", "returned to sender", "failure notice", "unzustellbar", "nicht zugestellt",
	"non remis", "échec de", "no se puede entregar", "no entregado", "mancato recapito", "non recapitabile",
	"onbestelbaar", "não entregue", "não pode ser entregue", "kunde inte levereras", "gick inte att leverera",
}

// failedInText reads the reports of programs that know no better: an address in brackets with a colon at
// the start of a line, or a line that is nothing but an address. It stops where the letter itself is quoted.
func (l *Letter) failedInText() {
	for line := range strings.Lines(l.Text) {
		line = strings.TrimSpace(line)
		lower := strings.ToLower(line)
		if strings.HasPrefix(line, "---") || strings.HasPrefix(lower, "received:") || strings.HasPrefix(lower, "return-path:") {
			return
		}
		bare := strings.TrimSuffix(line, ":")
		if strings.HasPrefix(bare, "<") && strings.HasSuffix(bare, ">") {
			bare = bare[1 : len(bare)-1]
		}
		if strings.Count(bare, "@") == 1 && !strings.ContainsAny(bare, " \t<>,;:()\"") {
			l.addFailed(cleanAddr(bare))
		}
	}
}

// isGlobalID says that an id or address can be unique in the world: it has something on both sides of an @.
func isGlobalID(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1
}
