package letter

import (
	"strings"
	"testing"
)

func TestOwnWords(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing quoted", "Hello\n\nBye", "Hello\n\nBye"},
		{"empty", "", ""},
		{"only quoted", "> a\n> b\n", ""},
		{"below", "Yes.\r\n\r\nOn Mon, 6 Jan 2020 at 10:00, Ann <ann@example.com> wrote:\r\n> Lunch?\r\n", "Yes."},
		{"between", "Ann wrote:\n> one\nYes\n> two\nNo", "Yes\nNo"},
		{"folded", "Yes\n\nOn Monday, January 6, 2020 at 10:00 AM Ann Example-Person\n<ann@example.com>\nwrote:\n\n> x", "Yes"},
		{"sentence above is kept", "Hi Ann,\nOn Mon, 6 Jan 2020, Ann wrote:\n> x", "Hi Ann,"},
		{"sentence that begins like one", "On the whole yes.\nOn Mon, 6 Jan 2020, Ann wrote:\n> x", "On the whole yes."},
		{"program's words without marks", "Yes\n\nOn Jan 6, 2020, at 10:00, Ann <ann@example.com> wrote:\n\nLunch?\nAnn", "Yes"},
		{"a person's words", "On Monday you wrote:\n\nfine. I agree.", "On Monday you wrote:\n\nfine. I agree."},
		{"a sentence with a clock", "On Monday at 10:30 we wrote the report:\nit is good", "On Monday at 10:30 we wrote the report:\nit is good"},
		{"at", "At Mon, 6 Jan 2020 10:00:00 -0800,\nAnn Example wrote:\n> x\nok", "ok"},
		{"name only", "Ann <ann@example.com> wrote:\n> x\nok", "ok"},
		{"de", "Ja\n\nAm 06.01.20 um 10:00 schrieb Ann Muster:\n> x", "Ja"},
		{"de end", "Ja\n\nAm Mo., 6. Jan. 2020 um 10:00 Uhr schrieb Ann <\nann@example.com>:\n\n> x", "Ja"},
		{"fr", "Oui\n\nLe lun. 6 janv. 2020 à 10:00, Ann <ann@example.com> a écrit\u00a0:\n> x", "Oui"},
		{"es", "Sí\n\nEl lun, 6 ene 2020 a las 10:00, Ann (<ann@example.com>) escribió:\n> x", "Sí"},
		{"it", "Sì\n\nIl giorno lun 6 gen 2020 alle ore 10:00 Ann <ann@example.com> ha scritto:\n> x", "Sì"},
		{"nl", "Ja\n\nOp ma 6 jan. 2020 om 10:00 schreef Ann <ann@example.com>:\n> x", "Ja"},
		{"pt", "Sim\n\nEm seg., 6 de jan. de 2020 às 10:00, Ann <ann@example.com> escreveu:\n> x", "Sim"},
		{"sv", "Ja\n\nDen mån 6 jan. 2020 kl 10:00 skrev Ann <ann@example.com>:\n> x", "Ja"},
		{"original message", "Yes\n\n-----Original Message-----\nFrom: Ann\nLunch?", "Yes"},
		{"de original", "Ja\n\n-----Ursprüngliche Nachricht-----\nx", "Ja"},
		{"fr original", "Oui\n----- Message d’origine -----\nx", "Oui"},
		{"forward", "FYI\n\n---------- Forwarded message ---------\nx", "FYI"},
		{"apple forward", "FYI\n\nBegin forwarded message:\n\n> x", "FYI"},
		{"lotus forward", "FYI\n----- Forwarded by Ann/Example on 01/06/2020 -----\nx", "FYI"},
		{"outlook", "Yes\n\n________________________________\nFrom: Ann <ann@example.com>\nSent: Monday, January 6, 2020 10:00\nTo: Bob\nSubject: Lunch\n\nLunch?", "Yes"},
		{"outlook bold", "Yes\n\n*From:* Ann\n*Sent:* Monday\n*To:* Bob\n\nLunch?", "Yes"},
		{"outlook de", "Ja\n\nVon: Ann\nGesendet: Montag\nAn: Bob\nBetreff: Essen\n\nEssen?", "Ja"},
		{"outlook fr", "Oui\n\nDe : Ann\nEnvoyé : lundi\nÀ : Bob\nObjet : repas\n\nRepas?", "Oui"},
		{"outlook sv", "Ja\n\nFrån: Ann\nSkickat: den 6 januari\nTill: Bob\nÄmne: lunch\n\nLunch?", "Ja"},
		{"not outlook", "My trip\nFrom: Vienna\nTo: Graz\nDate: Monday\n\nJoin me", "My trip\nFrom: Vienna\nTo: Graz\nDate: Monday\n\nJoin me"},
		{"signature", "Yes\n\n-- \nAnn\nExample Ltd", "Yes"},
		{"signature without its space", "Yes\n--\nAnn", "Yes"},
		{"telephone", "Yes\n\nSent from my phone\n\nOn Jan 6, 2020, at 10:00, Ann <ann@example.com> wrote:\n> x", "Yes"},
		{"telephone in a sentence", "Sent from my window, the view is grand, and the garden below it wants you here", "Sent from my window, the view is grand, and the garden below it wants you here"},
		{"dashes", "a -- b\n--- c", "a -- b\n--- c"},
		{"many empty lines", "\n\na\n\n\n\nb\n\n", "a\n\nb"},
	}
	for _, tt := range tests {
		if got := OwnWords(tt.in); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestOwnWordsOfHTML: what HTML marks as quoted must not pass for the writer's words.
func TestOwnWordsOfHTML(t *testing.T) {
	raw := mailOf("Content-Type: text/html", `<div dir="ltr">Yes, gladly</div><br><div class="q"><div>On Mon, Jan 6, 2020 at 10:00 AM Ann &lt;<a href="mailto:ann@example.com">ann@example.com</a>&gt; wrote:<br></div><blockquote><div>Lunch?</div></blockquote></div>`)
	if got := OwnWords(mustParse(t, raw).Text); got != "Yes, gladly" {
		t.Errorf("got %q", got)
	}
}

func FuzzOwnWords(f *testing.F) {
	f.Add("Yes\n\nOn Mon, 6 Jan 2020, Ann <ann@example.com> wrote:\n> x\n-- \nBob")
	f.Add("Von: Ann\nGesendet: Montag\nAn: Bob\n\nx")
	f.Add("-----Original Message-----\n\u00a0*>*")
	f.Fuzz(func(t *testing.T, text string) {
		own := OwnWords(text)
		if len(own) > len(text) {
			t.Fatalf("%q became longer: %q", text, own)
		}
		for line := range strings.SplitSeq(own, "\n") {
			if strings.HasPrefix(line, ">") {
				t.Fatalf("a quoted line is left: %q", own)
			}
			if !strings.Contains(text, line) {
				t.Fatalf("%q is not in the text", line)
			}
		}
		if again := OwnWords(own); len(again) > len(own) {
			t.Fatalf("%q grew to %q", own, again)
		}
	})
}
