package mail

import (
	"bytes"
	"context"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
)

// Message is a letter on its way.
type Message struct {
	ID      book.ID // becomes the Message-ID, the same for every attempt, where the head names none
	To      string
	Subject string
	Text    string
	At      time.Time
	// Machine says that nobody wrote it by hand, so that nobody's machine answers that they are away.
	Machine bool
	Head    store.LetterHead
	// Stop is where its reader says with one click that they want no more; "" where there is no such place.
	Stop string
	// Begin, where there is one, is called right before the server is given the letter itself; with an error nothing of the
	// letter goes out, and the error is Send's.
	Begin func(context.Context) error
}

// compose writes the letter as the server is to have it: plain text and nothing else.
func (s *SMTP) compose(m *Message) ([]byte, error) {
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return nil, book.Errorf(book.Invalid, "%q is not an address to write to", m.To)
	}
	var b bytes.Buffer
	for _, h := range s.head(m, to.Address) {
		if h[1] == "" {
			continue
		}
		if strings.ContainsAny(strings.ReplaceAll(h[1], "\r\n ", ""), "\r\n") {
			return nil, book.Errorf(book.Invalid, "the %s of the letter has several lines", strings.ToLower(h[0]))
		}
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(m.Text)); err != nil {
		return nil, err
	}
	return b.Bytes(), w.Close()
}

// head is the head of a letter, line by line; a line with nothing in it is left out.
func (s *SMTP) head(m *Message, to string) [][2]string {
	from := *s.from
	if m.Head.Sender != "" {
		from.Name = m.Head.Sender
	}
	replyTo, id, answers, auto := "", m.Head.MessageID, "", ""
	if a, err := mail.ParseAddress(m.Head.ReplyTo); err == nil {
		replyTo = (&mail.Address{Address: a.Address}).String()
	}
	if id == "" {
		id = string(m.ID) + "@" + s.domain
	}
	if n := len(m.Head.Answers); n > 0 {
		answers = "<" + m.Head.Answers[n-1] + ">"
	}
	if m.Machine {
		auto = "auto-generated"
	}
	stop, click := "", ""
	if m.Head.Stop != "" {
		stop = "<mailto:" + s.from.Address + "?subject=unsubscribe>"
	}
	if m.Head.Stop != "" && m.Stop != "" {
		stop, click = stop+",\r\n <"+m.Stop+">", "List-Unsubscribe=One-Click"
	}
	return [][2]string{
		{"From", from.String()},
		{"Reply-To", replyTo},
		{"To", (&mail.Address{Address: to}).String()},
		{"Subject", folded(mime.QEncoding.Encode("utf-8", m.Subject))},
		{"Date", m.At.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + id + ">"},
		{"In-Reply-To", answers},
		{"References", named(m.Head.Answers)},
		{"List-Unsubscribe", stop},
		{"List-Unsubscribe-Post", click},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
		{"Auto-Submitted", auto},
	}
}

// named lists letters as References does, one on each line.
func named(ids []string) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = "<" + id + ">"
	}
	return strings.Join(all, "\r\n ")
}

// folded breaks a long encoded text between its words, which readers join again.
func folded(text string) string { return strings.ReplaceAll(text, "?= =?", "?=\r\n =?") }
