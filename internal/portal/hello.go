package portal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/limit"
	"passbook/internal/teller"
)

// answerTakes is how long an enquiry takes, whatever comes of it: opening an account takes a little longer than finding one,
// and somebody may stand by with a watch.
const answerTakes = 400 * time.Millisecond

// A form is filled in by a person in no less and no more than that.
const (
	quickest = 3 * time.Second
	slowest  = 24 * time.Hour
)

// asking is the form for strangers as it was filled in.
type asking struct {
	awareness.Enquire
	stamp string
	fault error  // why it was not taken
	again string // what is to be said instead of a fault
}

// helloFirm reads whose form it is.
func (s *Server) helloFirm(v *visit) (salt, country string, err error) {
	if s.Home == "" || s.Enquiries == Closed {
		return "", "", book.Errorf(book.NotFound, "there is no form for strangers here")
	}
	err = s.read(v, s.Home, func(r *teller.Reading) error {
		salt, country = r.Rules.Firm.Salt, r.Rules.Firm.Country
		return nil
	})
	return salt, country, err
}

// hello shows the form for strangers, or that what they wrote has come in.
func (s *Server) hello(v *visit) error {
	salt, _, err := s.helloFirm(v)
	if err != nil {
		return err
	}
	if v.r.URL.Query().Has("sent") {
		return v.show(nil, thanksPage(s.page(v, v.lang.Say("portal.thanks"))))
	}
	return s.showHello(v, salt, &asking{})
}

func (s *Server) showHello(v *visit, salt string, a *asking) error {
	id, err := s.Teller.NewID()
	if err != nil {
		return err
	}
	a.stamp = stamped(salt, string(id))
	fault := a.fault
	if a.again != "" && fault == nil {
		fault = book.Errorf(book.Invalid, "this form wants to be sent once more")
	}
	return v.show(fault, helloPage(s.page(v, v.lang.Say("portal.hello")), a))
}

// enquire takes in what a stranger wrote. Everybody is answered alike and after as long: who is a client here is nobody's
// business, and a program that filled in the field which no person sees learns nothing either.
func (s *Server) enquire(v *visit) error {
	salt, country, err := s.helloFirm(v)
	if err != nil {
		return err
	}
	pause := s.Pause
	if pause == 0 {
		pause = answerTakes
	}
	over := time.NewTimer(max(0, pause))
	defer over.Stop()
	f := v.r.PostFormValue
	a := &asking{Enquire: awareness.Enquire{
		Name: f("name"), Email: f("email"), Phone: f("phone"), Message: f("message"), Language: v.lang.Code, Owner: s.Enquiries,
	}}
	if f("website") == "" { // the field that no person sees
		if err := s.takeIn(v, a, salt, country); err != nil || a.again != "" {
			if err != nil && !mended(err) {
				return err
			}
			a.fault = err
			return s.showHello(v, salt, a)
		}
	}
	select {
	case <-over.C:
	case <-v.r.Context().Done():
	}
	http.Redirect(v.w, v.r, "/hello?sent=1", http.StatusSeeOther)
	return nil
}

// takeIn writes an enquiry down, or says what keeps it from that.
func (s *Server) takeIn(v *visit, a *asking, salt, country string) error {
	cmd := a.Enquire // a command is changed by its run
	if err := cmd.Check(country); err != nil {
		return err
	}
	id := v.r.PostFormValue("stamp")
	id, typed := s.typed(salt, id)
	if !typed {
		a.again = v.lang.Say("portal.again")
		return nil
	}
	asks := []limit.Ask{{Key: "n:" + auth.Network(auth.Place(v.r)), Rate: perCaller}, {Key: "firm:" + string(s.Home), Rate: perFirm}}
	if err := s.waits(s.asked.Take(s.Now(), asks...)); err != nil {
		return err
	}
	err := s.do(context.WithoutCancel(v.r.Context()), s.Home, &cmd, "hello."+id)
	if book.FaultOf(err) == book.Conflict { // this form was sent before, with other words
		a.again = v.lang.Say("portal.again")
		return nil
	}
	return err
}

// stamped is an id with a proof that this firm has made it, and when: its beginning is its time.
func stamped(salt, id string) string {
	return id + "." + base64.RawURLEncoding.EncodeToString(stampMark(salt, id))
}

func stampMark(salt, id string) []byte {
	key := sha256.Sum256([]byte("form for strangers\n" + salt))
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(id))
	return h.Sum(nil)[:12]
}

// typed reads the id of a form's stamp, and says whether a person can have filled the form in since it was made.
func (s *Server) typed(salt, stamp string) (id string, ok bool) {
	const idLen = len("01234567-89ab-cdef-0123-456789abcdef")
	if len(stamp) <= idLen || !hmac.Equal([]byte(stamp), []byte(stamped(salt, stamp[:idLen]))) {
		return "", false
	}
	made, known := book.ParseID(stamp[:idLen])
	if !known {
		return "", false
	}
	b := made.Bytes()
	var ms int64
	for _, x := range b[:6] {
		ms = ms<<8 | int64(x)
	}
	took := s.Now().Sub(time.UnixMilli(ms))
	return stamp[:idLen], took >= quickest && took <= slowest
}
