package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// OwnWords is what the writer of a letter added: its text without quoted lines, the lines that introduce
// them ("On … wrote:"), everything below a divider of the original message or a header block that a mail
// program put above it, and the signature. It knows the forms of English, German, French, Spanish, Italian,
// Dutch, Portuguese and Swedish programs. A letter that only forwards has no own words.
func OwnWords(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var own []string
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		bare := plainLine(line)
		switch {
		case isSignature(line), isDivider(bare), isHeaderBlock(lines, i):
			i = len(lines)
		case strings.HasPrefix(bare, ">"):
		default:
			n, machine := attribution(lines, i)
			if n == 0 {
				own = append(own, strings.TrimRightFunc(line, unicode.IsSpace))
				continue
			}
			i += n - 1
			if machine && !quoteFollows(lines, i+1) {
				i = len(lines) // the program that wrote the line quoted without marks
			}
		}
	}
	return tidyLines(dropSentFrom(own))
}

// plainLine takes off what does not matter for recognising a line: indentation, the stars of bold text,
// non-breaking spaces.
func plainLine(line string) string {
	if len(line) > 2000 {
		line = line[:2000]
	}
	line = strings.ReplaceAll(line, "\u00a0", " ")
	line = strings.ReplaceAll(line, "\u202f", " ")
	return strings.TrimSpace(strings.ReplaceAll(line, "*", ""))
}

// isSignature is the line "-- ", also where a program trimmed its space.
func isSignature(line string) bool { return strings.TrimRight(line, " \t\r\u00a0") == "--" }

// attributions are the shapes of the line above a quotation: how it begins, and the verb it holds.
// Where named is set, the name may come between the verb and the colon.
var attributions = []struct {
	begin, verb string
	named       bool
}{
	{"On ", " wrote", false},
	{"At ", " wrote", false},
	{"Am ", " schrieb", true},
	{"Le ", " a écrit", false},
	{"El ", " escribió", false},
	{"Il ", " ha scritto", false},
	{"Op ", " schreef", true},
	{"Em ", " escreveu", false},
	{"No dia ", " escreveu", false},
	{"A ", " escreveu", false},
	{"Den ", " skrev", true},
	{"På ", " skrev", true},
}

const maxAttribution = 4 // lines that mail programs wrap it over

// attribution says how many lines from i on introduce a quotation, 0 when none, and whether a program must
// have written them.
func attribution(lines []string, i int) (n int, machine bool) {
	joined := ""
	for n = 1; n <= maxAttribution && i+n <= len(lines); n++ {
		line := plainLine(lines[i+n-1])
		if line == "" || strings.HasPrefix(line, ">") || len(joined)+len(line) > 1000 {
			return 0, false
		}
		joined = strings.TrimSpace(joined + " " + line)
		if !strings.HasSuffix(line, ":") {
			continue
		}
		ok, machine := isAttribution(lines[i:i+n], joined, quoteFollows(lines, i+n))
		if !ok {
			return 0, false
		}
		return n, machine
	}
	return 0, false
}

// isAttribution judges lines that end in a colon, also given as one. Without its usual beginning ("Joe
// <joe@example.com> wrote:") an attribution counts only right above a quotation, and on one line or with
// the verb alone on its last: else a sentence above it would be taken for its beginning. machine says that
// the line bears an address, or a year and a clock, as no person writes them.
func isAttribution(lines []string, joined string, quoted bool) (ok, machine bool) {
	end := strings.TrimRight(strings.TrimSuffix(joined, ":"), " ")
	last := strings.TrimRight(strings.TrimSuffix(plainLine(lines[len(lines)-1]), ":"), " ")
	for _, a := range attributions {
		atEnd := strings.HasSuffix(end, a.verb)
		if !atEnd && (!a.named || !strings.Contains(end, a.verb+" ")) {
			continue
		}
		machine = strings.Contains(joined, "@") || atEnd && hasClock(joined) && hasYear(strings.FieldsFunc(joined, notDigit))
		if strings.HasPrefix(joined, a.begin) {
			for _, line := range lines[1:] {
				if strings.HasPrefix(plainLine(line), a.begin) {
					return false, false // it begins further down
				}
			}
			return quoted || machine, machine
		}
		ok = ok || quoted && (len(lines) == 1 || last == strings.TrimSpace(a.verb))
	}
	return ok, ok && machine
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// hasClock finds a digit before and two after a colon, as in 10:30.
func hasClock(s string) bool {
	for i := 1; i+2 < len(s); i++ {
		if s[i] == ':' && isDigits(s[i-1:i]) && isDigits(s[i+1:i+3]) {
			return true
		}
	}
	return false
}

// quoteFollows says that the next line with anything on it is quoted.
func quoteFollows(lines []string, i int) bool {
	for ; i < len(lines); i++ {
		if line := plainLine(lines[i]); line != "" {
			return strings.HasPrefix(line, ">")
		}
	}
	return false
}

// dividers stand, lower-cased, between rows of dashes above an original or forwarded message.
var dividers = map[string]bool{
	"original message": true, "original appointment": true, "forwarded message": true,
	"reply message": true, "replied message": true,
	"ursprüngliche nachricht": true, "original-nachricht": true, "originalnachricht": true,
	"weitergeleitete nachricht": true, "ursprünglicher termin": true,
	"message d'origine": true, "message original": true, "message transféré": true, "message initial": true,
	"mensaje original": true, "mensaje reenviado": true, "forwarded mensaje": true,
	"messaggio originale": true, "messaggio inoltrato": true,
	"oorspronkelijk bericht": true, "origineel bericht": true, "doorgestuurd bericht": true,
	"mensagem original": true, "mensagem encaminhada": true,
	"ursprungligt meddelande": true, "originalmeddelande": true, "vidarebefordrat meddelande": true,
}

// openers announce a forwarded message without dashes.
var openers = map[string]bool{
	"begin forwarded message:": true, "anfang der weitergeleiteten nachricht:": true,
	"début du message réexpédié :": true, "début du message transféré :": true,
	"inicio del mensaje reenviado:": true, "inizio messaggio inoltrato:": true,
	"begin doorgestuurd bericht:": true, "início da mensagem encaminhada:": true,
	"vidarebefordrat brev:": true,
}

func isDivider(bare string) bool {
	if len(bare) > 200 || len(bare) < 8 {
		return false
	}
	lower := strings.ReplaceAll(strings.ToLower(bare), "’", "'")
	if openers[lower] {
		return true
	}
	inner := strings.Trim(lower, "-_ ")
	return len(inner) <= len(lower)-4 && strings.HasPrefix(lower, "--") && (dividers[inner] || strings.HasPrefix(inner, "forwarded by "))
}

// headerWords are the labels of the block that Outlook puts above the message answered, lower-cased, as
// from, sent, to, subject in each language; date is where the second is not peculiar to mail.
var headerWords = map[string]string{
	"from": "from", "sent": "sent", "date": "date", "to": "to", "subject": "subject", "cc": "cc",
	"von": "from", "gesendet": "sent", "datum": "date", "an": "to", "betreff": "subject",
	"de": "from", "envoyé": "sent", "envoyé le": "sent", "à": "to", "objet": "subject",
	"enviado": "sent", "enviado el": "sent", "fecha": "date", "para": "to", "asunto": "subject",
	"da": "from", "inviato": "sent", "data": "date", "a": "to", "oggetto": "subject",
	"van": "from", "verzonden": "sent", "aan": "to", "onderwerp": "subject",
	"enviada": "sent", "enviada em": "sent", "enviado em": "sent", "assunto": "subject",
	"från": "from", "skickat": "sent", "till": "to", "ämne": "subject", "kopia": "cc",
}

// isHeaderBlock says that a mail program's header block begins at line i: a sender, and below it either when
// it was sent and to whom, or its date and subject. Nothing less, for people do write "From: … To: …".
func isHeaderBlock(lines []string, i int) bool {
	if headerWord(lines[i]) != "from" {
		return false
	}
	seen := map[string]bool{}
	for _, line := range lines[i+1 : min(len(lines), i+9)] {
		w := headerWord(line)
		if w == "from" {
			break
		}
		seen[w] = true
	}
	return seen["sent"] && (seen["to"] || seen["subject"]) || seen["date"] && seen["subject"]
}

func headerWord(line string) string {
	label, _, ok := strings.Cut(plainLine(line), ":")
	if !ok || len(label) > 20 {
		return ""
	}
	return headerWords[strings.ToLower(strings.TrimSpace(label))]
}

// sentFrom are how telephones sign, lower-cased.
var sentFrom = []string{
	"sent from my ", "sent from outlook", "sent from mobile", "get outlook for ", "sent via ",
	"von meinem ", "gesendet von meinem ", "gesendet von mobile", "envoyé de mon ", "envoyé depuis mon ",
	"enviado desde mi ", "inviato da iphone", "inviato dal mio ", "verzonden vanaf mijn ", "verstuurd vanaf mijn ",
	"enviado do meu ", "enviado a partir do meu ", "skickat från min ", "skickat från mitt ",
}

// dropSentFrom takes a telephone's signature off the end.
func dropSentFrom(lines []string) []string {
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.ToLower(plainLine(lines[i]))
		if line == "" || strings.Trim(line, "_-") == "" {
			continue
		}
		for _, p := range sentFrom {
			if strings.HasPrefix(line, p) && utf8.RuneCountInString(line) < 60 {
				return lines[:i]
			}
		}
		break
	}
	return lines
}

// tidyLines joins lines, with no empty ones at either end and never two of them together. A row of
// underscores or dashes at the end divided the words from what was taken away.
func tidyLines(lines []string) string {
	for len(lines) > 0 && strings.Trim(lines[len(lines)-1], "_- \t") == "" {
		lines = lines[:len(lines)-1]
	}
	var out strings.Builder
	empty := false
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			empty = out.Len() > 0
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		if empty {
			out.WriteByte('\n')
		}
		empty = false
		out.WriteString(line)
	}
	return out.String()
}
