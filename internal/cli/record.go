package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/when"
)

// recorded is a command that writes a posting down: of which kind, and which of its fields are arguments and which are flags,
// with what they are for. What a kind needs and may have, and which words a field takes, is the posting's own.
type recorded struct {
	use, short, long, example string

	kind  string
	also  []string    // words that stand in its place, and which mend makes something of
	args  []string    // the fields of its arguments, in their order
	flags [][2]string // the fields of its flags, by what they are for
	mend  func(*cobra.Command, *actions.Posting) error
}

// whichPromise and whichCase tell how one is named.
const (
	whichPromise = ". PROMISE is an id, or the client (id, address or name) when one promise is open there, or words that only one open\n" +
		"promise of the firm holds."
	whichWork = ". ENGAGEMENT is an id, or the client (id, address or name) when one is under way there, or words that only\n" +
		"one engagement under way holds."
	whichSolved = ". CASE is an id, or the client (id, address or name) when one case was solved there, or words that only one solved\n" +
		"case of the firm holds. One that was solved more than a year ago is not opened again."
	whichCase = ". CASE is an id, or the client (id, address or name) when one case is open there, or words that only one open case of\n" +
		"the firm holds."
)

// What is said of a field the same way in several commands.
var (
	ofAccount  = []string{"account", "text"}
	ofPromise  = []string{"promise"}
	ofCase     = []string{"case", "text"}
	ofWork     = []string{"engagement", "text"}
	stageFlags = [][2]string{
		{"next", "the next step, in words for the client (default the playbook's)"},
		{"due", "the day of the next step; friday is the next one"},
		{"estimate", "when the stage is to be over (default the playbook's days)"},
		{"next_update", "when they hear how it stands (default the playbook's days)"},
		{"responsible", "the member who has it in this stage"},
		{"department", "the department that has it (default the playbook's)"},
	}
	toSay       = [2]string{"words", "what there is to say about it"}
	whether     = [2]string{"outcome", "whether they were reached"}
	tone        = [2]string{"sounded", "how they sounded"}
	whom        = [2]string{"with", "who of the account's people it was with: an id, an address, or a name"}
	length      = [2]string{"minutes", "how long it took"}
	inPlace     = [2]string{"words", "what was said, in place of TEXT"}
	judgedFlags = [][2]string{{"points", "how much it weighs"}, {"words", "what was done"}, {"for", "the broken promise or the case that it is about"}}
)

// pulseRecorded is what a client said of how we do; pulse answer is the same.
var pulseRecorded = recorded{
	use: "pulse ACCOUNT [TEXT]", short: "They said how we do: a score, or words alone", kind: "pulse", args: ofAccount,
	long:    ". It answers the newest question of theirs that waits, and none where\nnone does. A low score opens a case of ours at once.",
	example: `  passbook record pulse "Maria Keller" "the viewings were well prepared" --score 5`,
	flags: [][2]string{
		{"score", "how well we look after them, from 1, very badly, to 5, very well"},
		{"with", "who of the account's people said it"},
		{"answers", "the entry of the question that it answers"},
		inPlace,
	},
}

// recordCommands are the commands of record.
var recordCommands = []recorded{
	{
		use: "touch ACCOUNT", short: "A call, a letter, a meeting: any interaction, either way", kind: "touch", args: ofAccount,
		long: ". A channel in the place of touch\nis short for it: record call, record meeting.", also: words(book.Channels),
		example: `  passbook record touch "Maria Keller" --channel call --words "boiler quote"
  passbook record call "Maria Keller" --words "boiler quote"
  passbook record touch maria@example.com --channel email --dir in --asks news --at yesterday`,
		flags: [][2]string{
			{"channel", "how"},
			{"dir", "who reached out"},
			whether,
			{"purpose", "what it was for"},
			tone, length,
			{"asks", "news: the client asks for it (a call that reached us is charged and leaves nobody waiting); candour: our honest question"},
			{"to", "how many it went to (default 1)"},
			{"template", "the template or script that its words came from"},
			{"words", "what was said, in a few words"},
			{"keeps", "the promise that it keeps"},
			{"case", "the case that it brought news of: its id, its client, or words that only it holds"},
			{"engagement", "the engagement that it brought news of: its id, its client, or words that only it holds"},
			whom,
		},
		mend: func(cmd *cobra.Command, p *actions.Posting) error {
			if cmd.Flags().Changed("to") && p.To < 1 {
				return misusef("--to %d: how many were reached is 1 or more", p.To)
			}
			if called := book.Channel(cmd.CalledAs()); slices.Contains(book.Channels, called) {
				if p.Channel != "" && p.Channel != called {
					return misusef("record %s and --channel %s say two things; say one", called, p.Channel)
				}
				p.Channel = called
			}
			return nil
		},
	},
	{
		use: "promise ACCOUNT TEXT", short: "What we said we would do, and by when", kind: "promise", args: ofAccount,
		example: `  passbook record promise "Maria Keller" "send the survey" --due friday`,
		flags:   [][2]string{{"due", "by when: a day is the end of its working hours, friday the next one, 8.5. the next 8 May"}, {"with", "to whom of the account's people"}},
	},
	{
		use: "keep PROMISE", short: "A promise is kept", long: whichPromise, kind: "kept", args: ofPromise,
		example: `  passbook record keep "Maria Keller"
  passbook record keep survey --channel call`,
		flags: [][2]string{{"channel", "the touch that kept it, which then counts as contact"}, whether, tone, length, toSay},
	},
	{
		use: "break PROMISE", short: "We will not keep a promise, or did not", long: whichPromise, kind: "broken", args: ofPromise,
		flags: [][2]string{toSay},
	},
	{
		use: "release PROMISE", short: "They let us off a promise", long: whichPromise, kind: "released", args: ofPromise,
		flags: [][2]string{toSay},
	},
	{
		use: "move PROMISE", short: "A promise gets another date, as both agreed, before it is due",
		long:    ": kept by then, it is kept in time. What is late stays late" + strings.Replace(whichPromise, " ", "\n", 1),
		example: `  passbook record move survey --due friday --words "the surveyor fell ill"`, kind: "moved", args: ofPromise,
		flags: [][2]string{{"due", "by when it is now: a day is the end of its working hours"}, toSay},
	},
	{
		use: "case ACCOUNT TEXT", short: "Something to be put right, or worked on for them", kind: "case", args: ofAccount,
		example: `  passbook record case "Maria Keller" "keys not handed over" --origin ours --severity 2 --first us --estimate friday`,
		flags: [][2]string{
			{"origin", "whose failure it is"},
			{"first", "who named it first"},
			{"severity", "1 slight, 2 serious, 3 severe"},
			{"cause", "what caused it; the same cause within a year is not forgiven"},
			{"estimate", "when it will be solved; friday is the next one"},
			{"next_update", "when they hear from us about it; friday is the next one"},
			{"with", "who of the account's people named it"},
		},
	},
	{
		use: "update CASE [TEXT]", short: "They heard from us about a case; “nothing new” is an update too", long: whichCase, kind: "update", args: ofCase,
		flags: [][2]string{
			{"channel", "how they heard it, which then counts as a touch too"},
			inPlace,
			{"estimate", "when it will be solved, if that has changed; friday is the next one"},
			{"next_update", "when they hear from us again; friday is the next one"},
		},
		mend: nothingNew,
	},
	{
		use: "resolve CASE [TEXT]", short: "A case is solved", long: whichCase, kind: "resolved", args: ofCase,
		flags: [][2]string{inPlace, {"channel", "how they heard of it, which then counts as a touch too"}},
	},
	{
		use: "reopen CASE TEXT", short: "A case was not solved after all: it is open again, with its history", long: whichSolved, kind: "reopened", args: ofCase,
		example: `  passbook record reopen "Maria Keller" "the tap drips again" --estimate friday`,
		flags: [][2]string{
			{"estimate", "when it will be solved now; friday is the next one"},
			{"next_update", "when they hear from us about it; friday is the next one"},
		},
	},
	{
		use: "answer CASE [TEXT]", short: "What they say of a case that was solved; no opens it again at once", long: whichSolved, kind: "answered", args: ofCase,
		example: `  passbook record answer "Maria Keller" --solved yes`,
		flags:   [][2]string{{"solved", "whether they say that it is solved"}, inPlace, {"with", "who of the account's people said so"}},
	},
	{
		use: "engagement ACCOUNT TEXT", short: "A piece of work begins: a sale, a purchase, a lease, a project, a subscription", kind: "engagement", args: ofAccount,
		example: `  passbook record engagement "Maria Keller" "12 Elm Road" --work sale --next "we take the pictures" --due friday`,
		flags: append([][2]string{
			{"work", "what kind of work it is, of those that the client's playbook knows"},
			{"stage", "the stage it begins in (default the first)"},
			{"with", "who of the account's people it is for"},
		}, stageFlags...),
	},
	{
		use: "stage ENGAGEMENT [STAGE]", short: "A piece of work moves on, into the next stage or the one that is named", long: whichWork, kind: "stage",
		args:    []string{"engagement", "stage"},
		example: `  passbook record stage "12 Elm Road" under_contract --next "the survey takes place" --due 12.12.`,
		flags:   append([][2]string{toSay, {"channel", "how they were told, which then counts as a touch too"}}, stageFlags...),
	},
	{
		use: "progress ENGAGEMENT [TEXT]", short: "They heard how a piece of work stands; “nothing new” is an update too", long: whichWork, kind: "progress", args: ofWork,
		flags: [][2]string{
			{"channel", "how they heard it, which then counts as a touch too"},
			inPlace,
			{"next", "the next step, if that has changed"},
			{"due", "the day of the next step; friday is the next one"},
			{"estimate", "when the stage is to be over, if that has changed: a later day has slipped"},
			{"next_update", "when they hear from us again; friday is the next one"},
			{"over", "what went wrong is behind them"},
			{"with", "who of the account's people heard it; one who takes part in a role hears it for themselves alone"},
		},
		mend: nothingNew,
	},
	{
		use: "party ENGAGEMENT WHO", short: "Somebody of the account's people takes part: the other side's agent, a lender", long: whichWork, kind: "party",
		args:    []string{"engagement", "with"},
		example: `  passbook record party "12 Elm Road" "Priya Shah" --role "buyer's agent" --every 7`,
		flags: [][2]string{
			{"role", "as what (default the role that they have on the account)"},
			{"every", "days after which they hear how it stands (default never)"},
			{"gone", "they take part no more"},
			toSay,
		},
	},
	{
		use: "setback ENGAGEMENT TEXT", short: "Something in a piece of work went wrong: they are to hear of it today", long: whichWork, kind: "setback", args: ofWork,
		flags: [][2]string{{"estimate", "when the stage is to be over now"}},
	},
	{
		use: "end ENGAGEMENT [TEXT]", short: "A piece of work is done, or came to nothing", long: whichWork + "\nA sale, a purchase and a project that are done are a closing.", kind: "ended", args: ofWork,
		flags: [][2]string{inPlace, {"dropped", "it came to nothing"}},
	},
	{
		use: "closing ACCOUNT [TEXT]", short: "A sale: a favour they did us, to be paid back", kind: "closing", args: ofAccount,
		flags: [][2]string{inPlace},
	},
	{
		use: "care ACCOUNT", short: "A favour paid back: the care contact introduced, a plan made", kind: "care", args: ofAccount,
		flags: [][2]string{
			{"introduced", "the member who looks after them from here"},
			{"plan", "what is planned for them; after a piece of work, closeout plan makes it"},
			{"favour", "what they did for us, in words"},
			{"closing", "the closing it is for, by its id (default the oldest that is not paid back)"},
		},
	},
	{
		use: "planned ACCOUNT TEXT", short: "Something to do for them on a day", kind: "planned", args: ofAccount,
		example: `  passbook record planned "Maria Keller" "ask how the garden came through the winter" --due 1.4. --channel call`,
		flags: [][2]string{
			{"due", "the day; friday is the next one"},
			{"channel", "how (default by a call)"},
			{"asks", "candour, where they are asked an honest question"},
		},
	},
	{
		use: "done PLANNED [TEXT]", short: "Something planned was done, or is not to be", kind: "done", args: []string{"planned", "text"},
		flags: [][2]string{{"channel", "how it was done, which then counts as a touch too"}, inPlace, {"dropped", "it is not to be done; TEXT says why"}},
	},
	{
		use: "closeout ACCOUNT", short: "Archive the work behind a closing: all that it asks for holds", kind: "closed_out", args: ofAccount,
		flags: [][2]string{{"closing", "the closing, by its id (default the oldest that is not paid back)"}, toSay},
	},
	{use: "deed ACCOUNT", short: "A good deed, judged by hand", kind: "deed", args: ofAccount, flags: judgedFlags},
	{use: "mistake ACCOUNT", short: "A mistake of ours, judged by hand", kind: "mistake", args: ofAccount, flags: judgedFlags},
	{use: "amends ACCOUNT", short: "Amends for a mistake, a case or a broken promise", kind: "amends", args: ofAccount, flags: judgedFlags},
	pulseRecorded,
	{use: "thanks ACCOUNT [TEXT]", short: "We thanked them", kind: "thanks", args: ofAccount, flags: [][2]string{{"channel", "how"}, inPlace}},
}

// nothingNew is what an update says that has no words.
func nothingNew(_ *cobra.Command, p *actions.Posting) error {
	if p.Text == "" && p.Words == "" {
		p.Text = "nothing new"
	}
	return nil
}

// recordCommand holds everything that happens between the firm and a client.
func recordCommand(a *app) *cobra.Command {
	record := parent("record", "Write down what happened with a client", groupWrite, referralCommand(a))
	for i := range recordCommands {
		record.AddCommand(recordCommands[i].command(a))
	}
	record.PersistentFlags().Var(idFlag{&a.fixes}, "fixes", "the entry that was wrong and is written down anew: it counts no more, and one undo takes both back")
	return record
}

// referralCommand writes down one of two kinds, which a flag tells.
func referralCommand(a *app) *cobra.Command {
	var received, asked bool
	r := recorded{
		use: "referral ACCOUNT", short: "They sent us somebody, or we asked them to", args: ofAccount,
		flags: [][2]string{{"words", "who or what it was about"}},
		mend: func(_ *cobra.Command, p *actions.Posting) error {
			if received == asked {
				return misusef("say which: --received, they sent us somebody, or --asked, we asked them to")
			}
			if p.Kind = "asked"; received {
				p.Kind = "referral"
			}
			return nil
		},
	}
	cmd := r.command(a)
	cmd.Flags().BoolVar(&received, "received", false, "they sent us somebody; thanks are owed")
	cmd.Flags().BoolVar(&asked, "asked", false, "we asked; it costs goodwill and is refused where there is too little")
	return cmd
}

func noteCommand(a *app) *cobra.Command {
	r := recorded{
		use: "note ACCOUNT TEXT", short: "Keep words about a client; they move no points", kind: "note", args: ofAccount,
		flags: [][2]string{{"private", "for you alone: nobody else reads it or finds it"}},
	}
	cmd := r.command(a)
	cmd.GroupID = groupWrite
	return cmd
}

func (r *recorded) command(a *app) *cobra.Command {
	w, p, times := writing{app: a}, &actions.Posting{Kind: r.kind}, map[string]*string{}
	names := strings.Fields(r.use)[1:]
	cmd := &cobra.Command{
		Use: r.use, Aliases: r.also, Short: r.short, Example: r.example, Args: wants(names...), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for i, arg := range args {
				to, _ := p.Field(r.args[i])
				*to.(*string) = arg //nolint:forcetypeassert // arguments are text
			}
			if r.mend != nil {
				if err := r.mend(cmd, p); err != nil {
					return err
				}
			}
			return w.with(cmd.Context(), func(s *session) error { return r.asArgument(w.post(cmd, s, p, times), names) })
		},
	}
	if r.long != "" {
		cmd.Long = r.short + r.long
	}
	for _, f := range r.flags {
		if text := a.fieldFlag(cmd, p, f[0], f[1]); text != nil {
			times[f[0]] = text
		}
	}
	cmd.Flags().SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "summary" { // which it is called by, too
			name = "words"
		}
		return pflag.NormalizedName(name)
	})
	w.flags(cmd, true)
	return cmd
}

// asArgument says of a fault at a field that is an argument which one it is.
func (r *recorded) asArgument(err error, names []string) error {
	each, found := book.Each(err), false
	all := make([]string, len(each))
	for k, e := range each {
		all[k] = explainedOne(e)
		if i := slices.Index(r.args, e.Field); e.Field != "" && i >= 0 && i < len(names) {
			all[k], found = strings.Trim(names[i], "[]")+" "+e.Message, true
		}
	}
	if !found {
		return err
	}
	return misusef("%s", strings.Join(all, "\n  "))
}

// fieldFlag adds the flag of a posting's field. A time stays as it was written until the book is open: text is where.
func (a *app) fieldFlag(cmd *cobra.Command, p *actions.Posting, field, usage string) (text *string) {
	name, f := strings.ReplaceAll(field, "_", "-"), cmd.Flags()
	switch to, words := p.Field(field); to := to.(type) {
	case *book.Channel:
		wordFlag(cmd, to, name, book.Channels, usage)
	case *book.Points:
		f.Var(pointsFlag{to}, name, usage)
	case *book.Instant:
		text = new(string)
		timeFlagVar(cmd, text, name, usage)
	case *int:
		f.IntVar(to, name, 0, usage)
	case *bool:
		f.BoolVar(to, name, false, usage)
	case *string:
		switch {
		case words != nil:
			wordFlag(cmd, to, name, words, usage)
		case field == "words":
			f.Var(&saidFlag{to: to}, name, usage+"; --summary is the same")
		case field == "keeps" || field == "for":
			f.Var(idFlag{(*book.ID)(to)}, name, usage)
		default:
			f.StringVar(to, name, "", usage)
		}
	}
	if field == "introduced" {
		a.completeMembers(cmd, name)
	}
	return text
}

// post writes a posting down, with its times as the firm's clock has them.
func (w *writing) post(cmd *cobra.Command, s *session, p *actions.Posting, times map[string]*string) (err error) {
	if p.At, err = w.when(s); err != nil {
		return err
	}
	for field, text := range times {
		to, _ := p.Field(field)
		if *to.(*book.Instant), err = s.time(*text, when.Due); err != nil { //nolint:forcetypeassert // only times are kept there
			return err
		}
	}
	p.Fixes = string(w.fixes)
	c, err := p.Command()
	if err != nil {
		return err
	}
	return w.do(cmd.Context(), s, c, nil)
}
