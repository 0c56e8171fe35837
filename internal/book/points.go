package book

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Points is goodwill in integer hundredths: 480 is 4.80 points.
type Points int64

// Cut turns a worth into a posting: hundredths, cut toward zero, so that many small worths never add up to more
// than they were.
func Cut(worth float64) Points { return Points(math.Trunc(float64(worth * 100))) }

// Round turns a running figure into a printed one: hundredths, half to even.
func Round(figure float64) Points { return Points(math.RoundToEven(float64(figure * 100))) }

// Float is the points as a number of whole points.
func (p Points) Float() float64 { return float64(p) / 100 }

// String prints two decimals with a proper sign: "4.80", "-0.05".
func (p Points) String() string {
	sign, v := "", int64(p)
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// MarshalJSON writes a decimal number.
func (p Points) MarshalJSON() ([]byte, error) {
	s := p.String()
	s = strings.TrimSuffix(s, ".00")
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(s, "0")
	}
	return []byte(s), nil
}

// UnmarshalJSON reads a decimal number.
func (p *Points) UnmarshalJSON(b []byte) error {
	v, err := ParsePoints(string(b))
	if err != nil {
		return err
	}
	*p = v
	return nil
}

// ParsePoints reads "4.8", "-3" or "+2.25"; more than two decimals are refused rather than lost.
func ParsePoints(s string) (Points, error) {
	whole, frac, _ := strings.Cut(strings.TrimSpace(s), ".")
	if len(frac) > 2 {
		return 0, Errorf(Invalid, "%q has more than two decimals; points are kept to the hundredth", s)
	}
	neg := strings.HasPrefix(whole, "-")
	whole = strings.TrimPrefix(strings.TrimPrefix(whole, "-"), "+")
	n, err := strconv.ParseUint(whole+(frac + "00")[:2], 10, 63)
	if err != nil || n > 1e12 {
		return 0, Errorf(Invalid, "%q is not a number of points", s)
	}
	if neg {
		return -Points(n), nil
	}
	return Points(n), nil
}

// Signed writes points as a movement: "+6.00", "-0.12", "0.00".
func (p Points) Signed() string {
	if p > 0 {
		return "+" + p.String()
	}
	return p.String()
}
