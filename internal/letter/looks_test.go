package letter

import "testing"

func TestLooksOf(t *testing.T) {
	for want, all := range map[Looks][]string{
		List: {
			"friends@googlegroups.com", "x@lists.example.org", "x@vger.kernel.org", "x@list.example.co.uk", "linux-mm@kvack.example",
			"all@client.example", "everyone@client.example", "all.worldwide@client.example", "gardens-l@client.example",
			"alsa-devel@alsa.example", "platform-driver-devel@x.example", "board-list@client.example", "book-discuss@x.example",
			"owner-gardens@x.example", "gardens-owner@x.example", "gardens-request@x.example", "lkml@x.example", "undisclosed-recipients",
			"devel@driver.x.example", "user-mode-users@x.example",
		},
		Machine: {
			"noreply@shop.example", "no-reply@shop.example", "do_not_reply@shop.example", "mailer-daemon@mx.example",
			"bounces+12=ana=acme.example@shop.example", "shop-noreply@shop.example", "notifications@forge.example", "postmaster@x.example",
			"noreply@lists.example.org",
		},
		Team: {
			"team@client.example", "sales-team@client.example", "design.group@client.example", "gardens@gardens.example",
			"office@client.example", "linux390@client.example", "microblaze-uclinux@x.example",
		},
		Person: {
			"ana@acme.example", "ana.list@acme.example", "john.all@acme.example", "l@acme.example", "john.l@acme.example",
			"allan@acme.example", "listra@acme.example", "ana@lists.example", "info@client.example", "sales@client.example",
			"", "@", "ana@", "@acme.example", "teamwork@client.example", "noreen@client.example", "marc.bounceton@x.example",
		},
	} {
		for _, addr := range all {
			if got := LooksOf(addr); got != want {
				t.Errorf("%s looks like %d, wanted is %d", addr, got, want)
			}
		}
	}
}

func FuzzLooksOf(f *testing.F) {
	for _, s := range []string{"ana@acme.example", "-l@x.example", "all@", "a@b@lists.x.example", ".@.", "x-@y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		LooksOf(s)
		if got := LooksOf("noreply-" + s + "@acme.example"); got != Machine {
			t.Errorf("nobody reads what is sent to noreply-%q, which looks like %d", s, got)
		}
		if got := LooksOf("x" + s + "@vger.kernel.org"); got == Person || got == Team {
			t.Errorf("%q at a host of lists looks like %d", s, got)
		}
	})
}
