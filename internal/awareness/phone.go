package awareness

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// knownCountry says whether a country's two letters mean anything to telephone numbers.
func knownCountry(code string) bool { return phonenumbers.GetCountryCodeForRegion(code) != 0 }

// PhoneKey is the form in which telephone numbers are compared: E.164 where the number tells its country or the
// firm's country fills it in, else its digits after a tilde. What is no number has no key.
func PhoneKey(number, country string) string {
	number = strings.TrimPrefix(strings.TrimSpace(number), "tel:")
	number, _, _ = strings.Cut(number, ";")
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	if len(digits) < 3 || len(digits) > 20 {
		return ""
	}
	if strings.HasPrefix(digits, "00") && !strings.HasPrefix(strings.TrimSpace(number), "+") {
		number = "+" + digits[2:]
	}
	if parsed, err := phonenumbers.Parse(number, country); err == nil && phonenumbers.IsPossibleNumber(parsed) {
		return phonenumbers.Format(parsed, phonenumbers.E164)
	}
	return "~" + digits
}
