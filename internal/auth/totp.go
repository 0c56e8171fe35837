package auth

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"passbook/internal/book"
	"passbook/internal/store"
)

const (
	step          = 30 // seconds
	recoveryCodes = 10
	maxShared     = 64 // bytes of a shared secret
)

// Enrolment is a second factor that is being set up; nothing is kept until Confirm has seen a code made with it.
type Enrolment struct {
	Secret string // for typing it in
	URI    string // for a picture of it
}

// Enrol makes a shared secret for a member, or shows one again that is being set up ("" for a new one).
func (s *Service) Enrol(firm, address, secret string) (Enrolment, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(raw) > maxShared {
		return Enrolment{}, book.Fieldf(book.Invalid, "secret", "is damaged; begin anew")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: firm, AccountName: address, Rand: s.random, Secret: raw})
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{Secret: key.Secret(), URI: key.URL()}, nil
}

// Confirm takes the second factor into use after a code made with it, and gives the recovery codes, which are shown
// this once. The password is asked for again: whoever sits down at a desk that is open must not lock its member out.
func (s *Service) Confirm(ctx context.Context, who Identity, secret, code, password string) (codes []string, err error) {
	if err := s.Again(ctx, who, password); err != nil {
		return nil, err
	}
	at, ok := s.stepOf(secret, code)
	if !ok {
		return nil, book.Fieldf(book.Invalid, "code", "does not fit; is the telephone's clock right?")
	}
	codes, hashes, err := s.newRecovery()
	if err != nil {
		return nil, err
	}
	return codes, s.store.Write(ctx, who.Workspace, func(tx *store.Tx) error {
		c, err := tx.LockCredential(ctx, who.Member)
		if err != nil {
			return err
		}
		c.TOTP, c.Step, c.Recovery, c.Changed = secret, at, hashes, s.instant()
		if err := tx.PutCredential(ctx, &c); err != nil {
			return err
		}
		return s.own(ctx, tx, &who, &store.Door{What: store.DoorSecondOn})
	})
}

// DropTOTP takes the second factor out of use; the password is asked for again before.
func (s *Service) DropTOTP(ctx context.Context, who Identity, password string) error {
	if err := s.Again(ctx, who, password); err != nil {
		return err
	}
	return s.dropTOTP(ctx, &who, who.Member)
}

func (s *Service) dropTOTP(ctx context.Context, who *Identity, member book.ID) error {
	return s.store.Write(ctx, who.Workspace, func(tx *store.Tx) error { return s.dropTOTPIn(ctx, tx, who, member) })
}

func (s *Service) dropTOTPIn(ctx context.Context, tx *store.Tx, who *Identity, member book.ID) error {
	c, err := tx.LockCredential(ctx, member)
	if err != nil {
		return err
	}
	c.TOTP, c.Step, c.Recovery, c.Changed = "", 0, "[]", s.instant()
	if err := tx.PutCredential(ctx, &c); err != nil {
		return err
	}
	return s.at(ctx, tx, who, member, &store.Door{What: store.DoorSecondOff})
}

// stepOf says which step of the clock a code was made in: this one, or one beside it.
func (s *Service) stepOf(secret, code string) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	now := s.now().Unix() / step
	for _, at := range []int64{now, now - 1, now + 1} {
		ok, err := totp.ValidateCustom(code, secret, time.Unix(at*step, 0), totp.ValidateOpts{Period: step, Digits: otp.DigitsSix})
		if err == nil && ok {
			return at, true
		}
	}
	return 0, false
}

// second checks a code of the second factor or a recovery code, and uses it up.
func (s *Service) second(ctx context.Context, ws book.ID, c *store.Credential, code string) (bool, error) {
	if at, ok := s.stepOf(c.TOTP, code); ok {
		fresh := false
		err := s.store.Write(ctx, ws, func(tx *store.Tx) (err error) {
			fresh, err = tx.UseStep(ctx, c.Member, at)
			return err
		})
		return fresh, err
	}
	used := false
	err := s.store.Write(ctx, ws, func(tx *store.Tx) error {
		now, err := tx.LockCredential(ctx, c.Member)
		if err != nil {
			return err
		}
		var hashes []string
		if err := json.Unmarshal([]byte(now.Recovery), &hashes); err != nil {
			return err
		}
		i := slices.Index(hashes, hashOf(plainCode(code)))
		if used = i >= 0; !used {
			return nil
		}
		left, err := json.Marshal(slices.Delete(hashes, i, i+1))
		if err != nil {
			return err
		}
		now.Recovery = string(left)
		return tx.PutCredential(ctx, &now)
	})
	return used, err
}

// newRecovery makes the codes that stand in for a lost telephone, each good once: "k7pm-2xq9".
func (s *Service) newRecovery() (codes []string, hashes string, err error) {
	var all []string
	for range recoveryCodes {
		raw := make([]byte, 5)
		if _, err := io.ReadFull(s.random, raw); err != nil {
			return nil, "", err
		}
		c := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
		codes = append(codes, c[:4]+"-"+c[4:])
		all = append(all, hashOf(c))
	}
	text, err := json.Marshal(all)
	return codes, string(text), err
}

func plainCode(code string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code))
}
