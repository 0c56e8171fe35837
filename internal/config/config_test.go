package config_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/config"
)

var update = flag.Bool("update", false, "write the table of everything that can be configured into docs/SERVING.md")

func load(t *testing.T, file string, env, flags map[string]string) (*config.Loaded, error) {
	t.Helper()
	s := config.Sources{Env: func(k string) string { return env[k] }, Named: slices.Collect(maps.Keys(env)), Flags: flags}
	if file != "" {
		s.File = filepath.Join(t.TempDir(), "passbook.toml")
		if err := os.WriteFile(s.File, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Load(s)
}

// What nobody says is as usual, and is without fault.
func TestUsual(t *testing.T) {
	c, err := load(t, "", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8020" || c.SMTP.Port != 587 || c.StopAfter != 20*time.Second || c.Secure() || c.Encrypted() {
		t.Errorf("%+v", c.Config)
	}
}

// The flag holds before the variable, and that before the file.
func TestPrecedence(t *testing.T) {
	file := "listen = \"127.0.0.1:1\"\nmax_upload_mb = 7\n[log]\nlevel = \"warn\"\nformat = \"json\"\n[proxy]\ntrusted = [\"10.0.0.0/8\", \"::1\"]\n"
	env := map[string]string{"PASSBOOK_LISTEN": "127.0.0.1:2", "PASSBOOK_LOG_LEVEL": "error", "PASSBOOK_PUBLIC_URL": "https://desk.example"}
	c, err := load(t, file, env, map[string]string{"listen": "127.0.0.1:3"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:3" || c.Log.Level != "error" || c.Log.Format != "json" || c.MaxUploadMB != 7 || len(c.Proxy.Networks()) != 2 || !c.Secure() {
		t.Errorf("%+v", c.Config)
	}
	printed := c.Print()
	for _, want := range []string{"# --listen", "# PASSBOOK_LOG_LEVEL", "passbook.toml:2", `trusted = ["10.0.0.0/8", "::1"]`} {
		if !strings.Contains(printed, want) {
			t.Errorf("no %s in\n%s", want, printed)
		}
	}
}

// All faults are told at once, each with its place and how to mend it.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, file string
		env, flags map[string]string
		want       []string
	}{
		{name: "keys that nobody knows", file: "listen = \"127.0.0.1:0\"\nlisten_on = 1\n\n[smtp]\npasword = \"x\"\n[colour]\nink = 1\n", want: []string{
			`.toml:2: "listen_on" is not known here; did you mean listen?`, `.toml:5: "smtp.pasword" is not known here; did you mean smtp.password?`, `.toml:6: "colour"`, "3 faults",
		}},
		{name: "values of another kind", file: "max_upload_mb = \"3\"\nplain_http = 1\nlisten = 8020\nproxy = 3\n[acme]\nhosts = \"desk.example\"\n", want: []string{
			`.toml:1: max_upload_mb: "3" is no whole number`, ".toml:2: plain_http: 1 is neither", ".toml:3: listen: 8020 is no text", ".toml:4: proxy is a section", ".toml:6: acme.hosts: \"desk.example\" is no list",
		}},
		{name: "no TOML", file: "listen = \n", want: []string{".toml:1: this is not TOML"}},
		{
			name: "variables and flags", env: map[string]string{"PASSBOOK_SMTP_PORT": "many", "PASSBOOK_STOP_AFTER": "1"}, flags: map[string]string{"log-level": "loud"},
			want: []string{`PASSBOOK_SMTP_PORT: smtp.port: "many" is no whole number`, "PASSBOOK_STOP_AFTER: stop_after: \"1\" is no length of time", `--log-level: "loud" is not known; debug, info, warn or error`},
		},
		{name: "variables that nothing reads", env: map[string]string{"PASSBOOK_LISTE": ":80", "PASSBOOK_SMTP_PASWORD": "hush", "PASSBOOK_WEATHER": "fine"}, want: []string{
			"PASSBOOK_LISTE: no variable of this name is read; did you mean PASSBOOK_LISTEN?", "; did you mean PASSBOOK_SMTP_PASSWORD?", "PASSBOOK_WEATHER: no variable of this name is read", "3 faults",
		}},
		{name: "in the open", flags: map[string]string{"listen": ":80"}, want: []string{"--listen: :80 is reached by others", "plain_http"}},
		{name: "half a certificate", flags: map[string]string{"tls-cert": "x.pem"}, want: []string{"--tls-cert: tls.key is missing"}},
		{name: "no such certificate", flags: map[string]string{"tls-cert": "/none/x.pem", "tls-key": "/none/x.key"}, want: []string{"--tls-cert: certificate and key do not load: no such file"}},
		{name: "terms", flags: map[string]string{"acme-hosts": "desk.example,10.0.0.1"}, want: []string{"accept_terms", `"10.0.0.1" is no name`}},
		{name: "a proxy", flags: map[string]string{"proxy-trusted": "10.0.0.0/40"}, want: []string{`"10.0.0.0/40" is neither`, "public_url is needed too"}},
		{name: "single sign-on", flags: map[string]string{"oidc-issuer": "http://id.example"}, want: []string{"oidc.client_id is missing", "public_url"}},
		{name: "letters", file: "[smtp]\nhost=\"mail.example\"\npassword=\"pw\"\ntls=\"none\"\n", want: []string{"smtp.from", "smtp.user is missing", "in the open", "public_url"}},
		{name: "the same port twice", flags: map[string]string{"metrics-listen": "127.0.0.1:8020"}, want: []string{"is taken by listen already"}},
		{name: "a path", flags: map[string]string{"public-url": "https://desk.example/crm"}, want: []string{"has a path"}},
		{name: "no file", flags: map[string]string{"public-url": "desk.example"}, want: []string{"no address of the web"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, c.file, c.env, c.flags)
			if err == nil {
				t.Fatal("nothing is wrong")
			}
			for _, want := range c.want {
				if got := book.Message(err); !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
		})
	}
}

// What others read, what is empty and what is not ours is nobody's fault.
func TestOtherVariables(t *testing.T) {
	env := map[string]string{
		"PASSBOOK_AS": "Ana", "PASSBOOK_CONFIG": "x.toml", "PASSBOOK_DEBUG": "1", "PASSBOOK_WORKSPACE": "Acme", "PASSBOOK_TEST_POSTGRES": "/usr",
		"PASSBOOK_E2E": "x", "PASSBOOK_SERVICE_HOST": "10.0.0.1", "PASSBOOK_PORT": "tcp://10.0.0.1:8020", "PASSBOOK_PORT_8020_TCP_ADDR": "10.0.0.1",
		"PASSBOOK_SERVICE_PORT_HTTP": "8020", "PASSBOOK_BENCH_ACCOUNTS": "9", "PASSBOOK_LISTE": " ", "HOME": "/home/ana", "LISTE": "1",
	}
	if _, err := load(t, "", env, nil); err != nil {
		t.Error(err)
	}
}

// No secret is printed, whatever is wrong with it.
func TestSecretsNeverPrint(t *testing.T) {
	env := map[string]string{
		"PASSBOOK_DSN": "postgres://ana:hush1@db.example/book", "PASSBOOK_OIDC_CLIENT_SECRET": "hush2", "PASSBOOK_SMTP_PASSWORD": "hush3",
	}
	c, err := load(t, "[oidc]\nclient_secret = 12\n[smtp]\npassword = [\"hush4\"]\n", env, nil)
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, text := range []string{c.Print(), err.Error(), book.Message(err), fmt.Sprintf("%v %+v %#v", c.Config, c.Config, c.Config)} {
		if strings.Contains(text, "hush") {
			t.Errorf("a secret in %s", text)
		}
	}
	if !strings.Contains(c.Print(), "db.example") || c.OIDC.Secret.Reveal() != "hush2" {
		t.Error(c.Print())
	}
}

// The table in docs/SERVING.md is made from the fields.
func TestTable(t *testing.T) {
	const path, begin, end = "../../docs/SERVING.md", "<!-- table: begin -->\n", "<!-- table: end -->"
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i, j := strings.Index(string(src), begin), strings.Index(string(src), end)
	if i < 0 || j < i {
		t.Fatal("the table's marks are missing")
	}
	whole := string(src[:i]) + begin + table() + string(src[j:])
	if *update {
		err = os.WriteFile(path, []byte(whole), 0o600)
	} else if whole != string(src) {
		t.Error("the table is stale: go test ./internal/config -update writes it")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// No file makes reading it panic, and no known key is lost.
func FuzzRead(f *testing.F) {
	f.Add("listen = \"x\"\n[smtp]\nport = 3\n")
	f.Add("smtp = { host = \"a\" }\nsmtp.port = 1")
	f.Add("[[oidc]]\na = 1\n[acme]\nhosts = [[1], \"\"]")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := load(t, text+"\n", nil, nil); err != nil && book.FaultOf(err) != book.Invalid {
			t.Error(err)
		}
	})
}

// table is everything that can be configured as a table of Markdown, for docs/SERVING.md.
func table() string {
	var b strings.Builder
	b.WriteString("| key | variable | flag | usually | what |\n|---|---|---|---|---|\n")
	for _, f := range config.Fields() {
		flag, usual := "", ""
		if f.Flag() != "" {
			flag = "`--" + f.Flag() + "`"
		}
		if f.Usual != "" {
			usual = "`" + f.Usual + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s |\n", f.Key, f.Env(), flag, usual, f.Doc)
	}
	return b.String()
}
